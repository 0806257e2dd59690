import type { Ports } from '../src/ports.ts';
import { PreparedSets } from '../src/prepared-sets.ts';

/** No time passes. */
export function noTime(): number {
  return 0;
}

/** What a resolver works with where nobody can be asked, and time stands still. */
export function offlinePorts(parts: Partial<Ports> = {}): Ports {
  return {
    client: { lookup: () => Promise.reject(new Error('Nobody is to be asked')), close: async () => {} },
    cache: undefined,
    health: undefined,
    failures: undefined,
    aliasTargets: 'warn',
    sets: new PreparedSets(),
    timers: { now: noTime, clock: noTime, after: () => () => {} },
    systemLookup: async () => [],
    drawSeed: () => 1,
    ...parts,
  };
}
