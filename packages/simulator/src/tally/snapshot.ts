import type { Tally } from './tally.ts';

/** The counters at one moment: the difference of two says what happened between them. */
export interface Snapshot {
  readonly minute: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly crossings: number;
  /** Activations of each host. */
  readonly hosts: readonly number[];
}

export function takeSnapshot(minute: number, tally: Tally): Snapshot {
  return {
    minute,
    succeeded: tally.succeeded,
    failed: tally.passes - tally.succeeded,
    crossings: tally.sites.reduce((sum, site) => sum + site.crossings, 0),
    hosts: tally.hosts.map(({ activations }) => activations),
  };
}
