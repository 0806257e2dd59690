import type { DnsClient } from '@srvkit/dns-client';
import type { FailureStore, HostCache } from '@srvkit/host-cache';
import type { HostHealth } from './host-health.ts';
import type { PreparedSets } from './prepared-sets.ts';
import type { Timers } from './timers.ts';

/** `warn`: it is used, and the result says so; `reject`: it counts as a host without address; `allow`: it is used (srv A6). */
export type AliasTargets = 'warn' | 'reject' | 'allow';

/** What a resolver works with. */
export interface Ports {
  readonly client: Pick<DnsClient, 'lookup' | 'close'>;
  readonly cache: HostCache | undefined;
  /** Undefined: no host is demoted for what happened before. */
  readonly health: HostHealth | undefined;
  readonly failures: FailureStore | undefined;
  /** What becomes of an SRV target that is an alias, which RFC 2782 forbids. */
  readonly aliasTargets: AliasTargets;
  readonly sets: PreparedSets;
  readonly timers: Timers;
  /** Addresses of a single label, from the operating system; undefined when it cannot say. Never rejects. */
  readonly systemLookup: (host: string) => Promise<readonly string[] | undefined>;
  /** An unpredictable unsigned 32-bit integer. */
  readonly drawSeed: () => number;
}
