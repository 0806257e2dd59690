import type { CachedHost } from '@srvkit/discovery';
import { LRUCache } from 'lru-cache';
import { entryKey, sortedEntries, withoutEntries } from './entries.ts';
import type { HostCache } from './host-cache.ts';
import { inRange } from './in-range.ts';
import { parseEntry } from './parse-entry.ts';

/** Limits of a cache in memory. */
export interface MemoryHostCacheOptions {
  /** Of more hosts, the one used longest ago is forgotten. Default 10 000. */
  readonly maxEntries?: number;
}

/** Remembers hosts as long as the process lives. Throws a `RangeError` for an option out of bounds. */
export function memoryHostCache(options?: MemoryHostCacheOptions): HostCache {
  const maxEntries = options?.maxEntries ?? 10_000;
  const hosts = new LRUCache<string, CachedHost>({ max: inRange('maxEntries', maxEntries, { least: 1, most: 1_000_000 }) });
  // A client asks for the same host over and over. What was asked for last is the one used last, so it need not be looked up again.
  let last: { readonly service: string; readonly scope: string; readonly host: CachedHost | undefined } | undefined;
  return {
    get: (service, scope) => {
      if (service !== last?.service || scope !== last.scope) last = { service, scope, host: hosts.get(entryKey(service, scope)) };
      return last.host;
    },
    set: async (host) => {
      const entry = parseEntry(host);
      last = undefined;
      hosts.set(entryKey(entry.service, entry.scope), entry);
    },
    delete: async (service, scope) => {
      last = undefined;
      const before = new Map(hosts.entries());
      const after = withoutEntries(before, service, scope);
      for (const key of before.keys()) if (!after.has(key)) hosts.delete(key);
      return before.size - after.size;
    },
    clear: async () => {
      const { size } = hosts;
      last = undefined;
      hosts.clear();
      return size;
    },
    list: async () => sortedEntries(new Map(hosts.entries())),
  };
}
