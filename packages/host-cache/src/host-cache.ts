import type { CachedHost } from '@srvkit/discovery';

/** Options of every method of a cache. */
export interface HostCacheOptions {
  /** Ends waiting for the store; rejects with its reason. */
  readonly signal?: AbortSignal;
}

/**
 * The last host that worked, for each service and scope. Services are compared without regard to case. What comes out is valid, whatever
 * the store holds: stores others can write to are untrusted input. Methods reject with a `HostCacheError` when the store cannot be used.
 */
export interface HostCache {
  /** The host itself, and no promise, where the store need not be waited for. */
  get(service: string, scope: string, options?: HostCacheOptions): CachedHost | undefined | Promise<CachedHost | undefined>;
  /**
   * Keeps a host, in place of the one that had the same service and scope. A store that several processes share keeps the one that was reached
   * later. Throws a `TypeError` for a host that is none.
   */
  set(host: CachedHost, options?: HostCacheOptions): Promise<void>;
  /** Forgets one scope of a service, or all of them. How many hosts that were. */
  delete(service: string, scope?: string, options?: HostCacheOptions): Promise<number>;
  /** Forgets everything. How many hosts that were. */
  clear(options?: HostCacheOptions): Promise<number>;
  /** Every host, by service and scope. */
  list(options?: HostCacheOptions): Promise<CachedHost[]>;
}

/** Something about a store that its owner should know. */
export interface HostCacheWarning {
  readonly code: 'damaged' | 'bad-entry' | 'writable-by-others' | 'set-aside';
  readonly message: string;
}

/** A store that cannot be used. `code` is the contract, the message is for people and names the remedy. */
export class HostCacheError extends Error {
  override readonly name = 'HostCacheError';
  readonly code: 'LOCKED' | 'NOT_A_FILE' | 'NOT_READABLE' | 'NOT_WRITABLE';

  constructor(code: HostCacheError['code'], message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
