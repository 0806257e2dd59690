import { entryKey, type Entries, NO_ENTRIES, sortedEntries, withEntry, withoutEntries } from './entries.ts';
import type { HostCache } from './host-cache.ts';
import { inRange } from './in-range.ts';
import { parseEntry } from './parse-entry.ts';

/** A place that holds all entries in one document, which others may change between any two looks at it. */
export interface DocumentStore {
  read(signal: AbortSignal | undefined): Promise<Entries>;
  /** Replaces what is there now by what `edit` makes of it; no change of somebody else gets lost between. How many entries went. */
  change(edit: (entries: Entries) => Entries, signal: AbortSignal | undefined): Promise<number>;
}

const MAX_ENTRIES = 1_000_000;

/** A host cache over one document. */
export function documentCache(store: DocumentStore, limits: { readonly maxEntries: number; readonly now: () => number }): HostCache {
  const { maxEntries, now } = limits;
  inRange('maxEntries', maxEntries, { least: 1, most: MAX_ENTRIES });
  return {
    get: async (service, scope, { signal } = {}) => (await store.read(signal)).get(entryKey(service, scope)),
    set: async (host, { signal } = {}) => {
      const entry = parseEntry(host);
      await store.change((entries) => withEntry(entries, entry, { maxEntries, now: now() }), signal);
    },
    delete: (service, scope, { signal } = {}) => store.change((entries) => withoutEntries(entries, service, scope), signal),
    clear: ({ signal } = {}) => store.change((entries) => (entries.size === 0 ? entries : NO_ENTRIES), signal),
    list: async ({ signal } = {}) => sortedEntries(await store.read(signal)),
  };
}
