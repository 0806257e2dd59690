import type { DnsClient } from '@srvkit/dns-client';
import type { HostCache } from '@srvkit/host-cache';
import type { PreparedSets } from './prepared-sets.ts';
import type { Timers } from './timers.ts';

/** What a resolver works with. */
export interface Ports {
  readonly client: Pick<DnsClient, 'lookup' | 'close'>;
  readonly cache: HostCache | undefined;
  readonly sets: PreparedSets;
  readonly timers: Timers;
  /** Addresses of a single label, from the operating system. Never rejects. */
  readonly systemLookup: (host: string) => Promise<readonly string[]>;
  /** An unpredictable unsigned 32-bit integer. */
  readonly drawSeed: () => number;
}
