import { LRUCache } from 'lru-cache';
import type { Lookup } from './lookup.ts';

/** Bounds of an answer cache. */
export interface AnswerCacheLimits {
  /** Names and types remembered at once. Default 1000. */
  readonly maxEntries?: number;
  /** Records in all of them (srv C9). Default 10,000. */
  readonly maxRecords?: number;
}

const MAX_TTL = 86_400; // srv A2: nobody's record is believed for longer than a day

interface Entry {
  readonly lookup: Lookup;
  readonly storedAt: number;
  readonly expiresAt: number;
}

/**
 * Remembers answers, positive and negative (RFC 2308), for their TTL. Reads no clock: `now` is epoch ms. Failures and TTL 0 are not
 * kept, nor are negative answers without an SOA. The least recently used go first; expired ones are kept until then, for later use.
 */
export class AnswerCache {
  readonly #entries: LRUCache<string, Entry>;

  constructor(limits: AnswerCacheLimits = {}) {
    const maxSize = limits.maxRecords ?? 10_000;
    this.#entries = new LRUCache({
      max: limits.maxEntries ?? 1000,
      maxSize,
      maxEntrySize: maxSize,
      sizeCalculation: ({ lookup }) => 1 + lookup.records.length + lookup.additional.length + lookup.dropped.length,
    });
  }

  /** The remembered answer as it is worth now: `cached`, its TTL and that of its addresses run down; undefined when there is none left. */
  get(key: string, now: number): Lookup | undefined {
    const entry = this.#entries.get(key);
    // A clock that was set back makes every age a guess.
    if (entry === undefined || now >= entry.expiresAt || now < entry.storedAt) return undefined;
    const age = (now - entry.storedAt) / 1000;
    const ttl = Math.floor((entry.expiresAt - now) / 1000);
    const additional = entry.lookup.additional.filter((record) => record.ttl > age);
    return { ...entry.lookup, ttl, additional, cached: true, tries: [] } as Lookup;
  }

  /** Keeps an answer; a failure or an answer that may not be kept forgets nothing. */
  set(key: string, lookup: Lookup, now: number): void {
    if (lookup.kind === 'failed' || lookup.ttl === null || lookup.ttl <= 0) return;
    this.#entries.set(key, { lookup, storedAt: now, expiresAt: now + Math.min(lookup.ttl, MAX_TTL) * 1000 });
  }
}
