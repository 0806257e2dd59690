import { entryKey, type Entries, sortedEntries } from './entries.ts';
import type { HostCacheWarning } from './host-cache.ts';
import { parseEntry } from './parse-entry.ts';

const VERSION = 1;

/** What the text of a file or a Redis key says. Undefined entries: it is not ours, or no longer whole, and none of it is believed. */
export interface ReadDocument {
  readonly entries: Entries | undefined;
  readonly warnings: readonly HostCacheWarning[];
}

/** Reads `{ "v": 1, "entries": [...] }`. Entries that are not right are left out, one by one. */
export function readDocument(text: string, place: string): ReadDocument {
  const document = parseJson(text);
  if (typeof document !== 'object' || document === null) return notOurs(place, 'it is not a JSON object');
  const { v, entries: values } = document as { v?: unknown; entries?: unknown };
  if (v !== VERSION) return notOurs(place, `it says version ${JSON.stringify(v) ?? 'nothing'} where ${VERSION} is expected`);
  if (!Array.isArray(values)) return notOurs(place, 'it has no list of entries');
  const entries = new Map();
  const warnings: HostCacheWarning[] = [];
  for (const [index, value] of values.entries()) {
    try {
      const host = parseEntry(value);
      entries.set(entryKey(host.service, host.scope), host);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      warnings.push({ code: 'bad-entry', message: `${place}: entry ${index + 1} is ignored: ${error.message}` });
    }
  }
  return { entries, warnings };
}

export function formatDocument(entries: Entries): string {
  return `${JSON.stringify({ v: VERSION, entries: sortedEntries(entries) }, null, 2)}\n`;
}

function notOurs(place: string, why: string): ReadDocument {
  return { entries: undefined, warnings: [{ code: 'damaged', message: `${place}: not a host cache, ${why}; nothing in it is used` }] };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // whatever is wrong with it, it is not ours
  }
}
