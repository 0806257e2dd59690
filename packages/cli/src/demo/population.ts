import type { DiscoveryRequest } from '@srvkit/discovery';
import type { Resolver } from '@srvkit/resolver';
import type { Shares } from './expected-share.ts';

/** What a thousand discoveries did. */
export interface Tally {
  readonly discoveries: number;
  /** The part of the discoveries that ended at each host. */
  readonly shares: Shares;
  readonly reached: number;
  /** Hosts that were tried and did not work before one did. */
  readonly failedAttempts: number;
  /** How many of them asked DNS at all. */
  readonly askedDns: number;
}

const IN_FLIGHT = 40;

/**
 * Discovers `count` times, seeds 1 to `count`, some at a time; `requestOf` gives the request of each. Nothing is simulated: every one
 * is a real resolution that ends in a TCP connection.
 */
export async function discoverMany(
  resolver: Resolver,
  requestOf: (number: number) => DiscoveryRequest,
  count: number,
  signal: AbortSignal,
): Promise<Tally> {
  const hosts = new Map<string, number>();
  let reached = 0;
  let failedAttempts = 0;
  let askedDns = 0;
  let next = 1;
  const worker = async (): Promise<void> => {
    while (next <= count) {
      const number = next;
      next += 1;
      const resolution = await resolver.resolve(requestOf(number), { signal, seed: number });
      failedAttempts += resolution.attempts.filter(({ outcome }) => outcome !== 'reached').length;
      if (resolution.lookups.length > 0) askedDns += 1;
      if (resolution.outcome !== 'reached' || resolution.host === null) continue;
      reached += 1;
      hosts.set(resolution.host.target, (hosts.get(resolution.host.target) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  const shares = new Map([...hosts].map(([target, times]) => [target, times / count]));
  return { discoveries: count, shares, reached, failedAttempts, askedDns };
}
