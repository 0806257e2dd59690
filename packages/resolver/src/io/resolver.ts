import type { Socket } from 'node:net';
import type { RequestParts } from '@srvkit/discovery';
import type { DnsClientOptions } from '@srvkit/dns-client';
import type { FailureStore, HostCache } from '@srvkit/host-cache';
import type { HealthOptions } from '../health-options.ts';
import type { OfferedCandidate } from '../offered-candidate.ts';
import type { AliasTargets } from '../ports.ts';
import type { Resolution } from '../resolution.ts';
import type { ResolveLimits, ResolveOptions } from '../resolve-options.ts';

/** What all resolutions of a resolver share; limits may also be given to each call. */
export interface ResolverOptions extends Partial<ResolveLimits> {
  /** DNS servers, `HOST[:PORT]`, in order. Default: the system's. */
  readonly servers?: readonly string[];
  /** Further options of the DNS client. */
  readonly dns?: Omit<DnsClientOptions, 'servers'>;
  /** Where hosts that worked are remembered. Default: nowhere. */
  readonly cache?: HostCache;
  /** How long hosts that failed are tried last in their priority group; `false`: what happened before counts for nothing. Default: on. */
  readonly health?: Partial<HealthOptions> | false;
  /** Where failures are shared with other clients: theirs only demote. Not used with `health: false`. Default: they are not shared. */
  readonly failures?: FailureStore;
  /** What becomes of an SRV target that is an alias, as far as its addresses have to be looked up. Default `warn`. */
  readonly aliasTargets?: AliasTargets;
  /** Epoch ms, for what is remembered and for TTLs. Default: the system's clock. */
  readonly now?: () => number;
}

/** As for `resolve`; what connects is not yours to choose. */
export type ConnectOptions = Omit<ResolveOptions, 'probe'>;
/** Attempts are the caller's, so only lookups and the pass as a whole have limits. */
export type CandidatesOptions = Pick<ResolveOptions, 'signal' | 'seed' | 'timeoutMs' | 'lookupTimeoutMs'>;

/**
 * Discovers hosts. A request is a complete `DiscoveryRequest`, or as much of one as `makeRequest` needs. All methods throw `ParseError` and
 * `RangeError` for requests and options that are wrong, a `TypeError` after `close`, and the reason of an aborted signal; whatever DNS and
 * hosts do is told in the resolution.
 */
export interface Resolver {
  /** Finds a host that works, and says why this one. */
  resolve(request: RequestParts, options?: ResolveOptions): Promise<Resolution>;
  /** Finds a host and gives the open TCP connection. Throws a `DiscoveryError`, which carries the resolution, when there is none. */
  connect(request: RequestParts, options?: ConnectOptions): Promise<Socket>;
  /**
   * Gives the hosts one by one, for a caller who tries them by his own means. A host left without a word counts as failed when the next
   * one is asked for, and as neither when the loop is left. Returns the resolution when it is not left before.
   */
  candidates(request: RequestParts, options?: CandidatesOptions): AsyncGenerator<OfferedCandidate, Resolution, undefined>;
  /** Rejects what is under way and closes every socket but those that were given away. May be called again. */
  close(): Promise<void>;
}
