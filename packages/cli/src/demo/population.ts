import type { DiscoveryRequest } from '@srvkit/discovery';
import type { Resolution, Resolver } from '@srvkit/resolver';
import { pcg32 } from '@srvkit/selection';
import type { Shares } from './expected-share.ts';

/** What a thousand discoveries did. */
export interface Tally {
  readonly discoveries: number;
  /** The part of the discoveries that ended at each host. */
  readonly shares: Shares;
  readonly reached: number;
  /** How often a stopped host was tried before one was reached. */
  readonly failedAttempts: number;
  /** How many of them asked for SRV records. */
  readonly askedDns: number;
}

/** So many at a time. */
const BATCH = 50;
/** Where the seeds come from, so that the story is the same each time. */
const SEED_OF_SEEDS = 20;

export interface Population {
  readonly resolver: Resolver;
  /** The request of each discovery, by its number from 1. */
  readonly requestOf: (number: number) => DiscoveryRequest;
  readonly count: number;
  /** Populations with other numbers draw other seeds. */
  readonly stream: number;
  /**
   * Waits until the hosts have accepted so many more: they share this process with the clients, which the event loop serves first, and
   * a host whose queue runs over costs a client a second.
   */
  readonly hostsCatchUp: (connections: number) => Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * Discovers `count` times, each with its own seed. Nothing is simulated: every one is a real resolution that ends in a TCP connection.
 */
export async function discoverMany({ resolver, requestOf, count, stream, hostsCatchUp, signal }: Population): Promise<Tally> {
  const seeds = pcg32(SEED_OF_SEEDS, stream);
  const resolutions: Resolution[] = [];
  for (let first = 1; first <= count; first += BATCH) {
    const numbers = Array.from({ length: Math.min(BATCH, count - first + 1) }, (_, at) => first + at);
    const batch = numbers.map((number) => resolver.resolve(requestOf(number), { signal, seed: seeds.nextUint32() }));
    const done = await Promise.all(batch);
    await hostsCatchUp(done.filter(({ outcome }) => outcome === 'reached').length);
    resolutions.push(...done);
  }
  return tallyOf(resolutions);
}

function tallyOf(resolutions: readonly Resolution[]): Tally {
  const hosts = new Map<string, number>();
  for (const { host } of resolutions) {
    if (host !== null) hosts.set(host.target, (hosts.get(host.target) ?? 0) + 1);
  }
  const attempts = resolutions.flatMap((resolution) => resolution.attempts);
  return {
    discoveries: resolutions.length,
    shares: new Map([...hosts].map(([target, times]) => [target, times / resolutions.length])),
    reached: resolutions.filter(({ outcome }) => outcome === 'reached').length,
    failedAttempts: attempts.filter(({ outcome }) => outcome !== 'reached' && outcome !== 'abandoned').length,
    askedDns: resolutions.filter(({ lookups }) => lookups.some(({ type }) => type === 'SRV')).length,
  };
}
