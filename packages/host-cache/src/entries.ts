import type { CachedHost } from '@srvkit/discovery';

/** Remembered hosts by service and scope, as a value: every change gives a new one. */
export type Entries = ReadonlyMap<string, CachedHost>;

export const NO_ENTRIES: Entries = new Map();

/** The key of an entry. A service has no blanks, so that the two parts cannot run into each other. */
export function entryKey(service: string, scope: string): string {
  return `${service.toLowerCase()} ${scope}`;
}

/**
 * Puts a host in place, unless one is there that was reached later: whoever waited long for its turn has old news. An entry from the future,
 * which a wrong clock made, keeps nobody out. Of more than `maxEntries`, those go that were reached longest ago.
 */
export function withEntry(entries: Entries, host: CachedHost, { maxEntries, now }: { maxEntries: number; now: number }): Entries {
  const key = entryKey(host.service, host.scope);
  const held = entries.get(key);
  if (held !== undefined && held.lastReached > host.lastReached && held.lastReached <= now) return entries;
  const next = new Map(entries).set(key, host);
  if (next.size <= maxEntries) return next;
  const newestFirst = [...next].toSorted(([, one], [, other]) => other.lastReached - one.lastReached);
  return new Map(newestFirst.slice(0, maxEntries));
}

/** Takes out one scope of a service, or all of them. The same value when there is nothing to take. */
export function withoutEntries(entries: Entries, service: string, scope?: string): Entries {
  const kept = [...entries].filter(([key, host]) => !(scope === undefined ? isOf(host, service) : key === entryKey(service, scope)));
  return kept.length === entries.size ? entries : new Map(kept);
}

/** By service, then scope. */
export function sortedEntries(entries: Entries): CachedHost[] {
  return [...entries.values()].toSorted((one, other) => compare(one.service, other.service) || compare(one.scope, other.scope));
}

function isOf(host: CachedHost, service: string): boolean {
  return host.service.toLowerCase() === service.toLowerCase();
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
