export { memoryHostCache } from './memory-host-cache.ts';
export type { MemoryHostCacheOptions } from './memory-host-cache.ts';
export { fileHostCache } from './io/file-host-cache.ts';
export type { FileHostCacheOptions } from './io/file-host-cache.ts';
export { HostCacheError } from './host-cache.ts';
export type { HostCache, HostCacheOptions, HostCacheWarning } from './host-cache.ts';
export type { FailureStore, SharedFailure } from './failure-store.ts';
export type { CachedHost } from '@srvkit/discovery';
