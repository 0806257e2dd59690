import type { HostCacheOptions } from './host-cache.ts';

/** A host that did not work for somebody who shares a store with us: it is tried last in its priority group for a while, never left out. */
export interface SharedFailure {
  /** `_service._proto`, compared without regard to case. */
  readonly service: string;
  /** An absolute domain name. */
  readonly target: string;
  /** 1 to 65535. */
  readonly port: number;
  /** Epoch ms, by the clock of whoever reported it: until then the host is demoted. */
  readonly until: number;
  /** How many times in a row it failed, from 1. */
  readonly failures: number;
}

/**
 * Failures that a fleet of clients shares when it is asked to. What comes out is valid, whatever the store holds, and only demotes: others
 * can write to it, so it never adds, removes or chooses a host. Methods reject with a `HostCacheError` when the store cannot be used.
 */
export interface FailureStore {
  /** What is known of a service and has not expired. */
  list(service: string, options?: HostCacheOptions): Promise<SharedFailure[]>;
  /**
   * Adds a failure. Of two reports on one endpoint that one stays whose `until` is later, whichever comes last. One that has expired already
   * is not kept. Throws a `TypeError` for a failure that is none.
   */
  report(failure: SharedFailure, options?: HostCacheOptions): Promise<void>;
  /** Forgets what is known of an endpoint, because it works again. */
  clear(service: string, target: string, port: number, options?: HostCacheOptions): Promise<void>;
}
