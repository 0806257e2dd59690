import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { open, rename, unlink } from 'node:fs/promises';
import { formatDocument, readDocument } from '../document.ts';
import { entryKey, type Entries, NO_ENTRIES, sortedEntries, withEntry, withoutEntries } from '../entries.ts';
import { type HostCache, HostCacheError, type HostCacheWarning } from '../host-cache.ts';
import { parseEntry } from '../parse-entry.ts';
import { withLock } from './lock-file.ts';

/** Limits of a cache in a file; durations in milliseconds. */
export interface FileHostCacheOptions {
  /** Of more hosts, those go that were reached longest ago. Default 10 000. */
  readonly maxEntries?: number;
  /** How long to wait for another process that is writing, in milliseconds. Default 5000. */
  readonly lockTimeoutMs?: number;
  /** Told what is odd about the file: damage, bad entries, loose permissions. */
  readonly onWarning?: (warning: HostCacheWarning) => void;
  /** Epoch ms. Default: the system's clock. */
  readonly now?: () => number;
}

const MAX_FILE_OCTETS = 16 * 1024 * 1024;

/**
 * Remembers hosts in a file, which several processes may share: every change re-reads it under a lock (`FILE.lock`), and replaces it by
 * renaming, so that readers see the old or the new one, whole. The file is made with mode 0600; symbolic links are not followed. A file
 * that is damaged or somebody else's is not believed, and set aside as `FILE.damaged-...` by the first change.
 */
export function fileHostCache(file: string, options: FileHostCacheOptions = {}): HostCache {
  const { maxEntries = 10_000, lockTimeoutMs = 5000, onWarning = () => {}, now = Date.now } = options;
  if (file === '') throw new TypeError('the file of the host cache has an empty name');
  if (!Number.isInteger(maxEntries) || maxEntries < 1)
    throw new RangeError(`maxEntries ${maxEntries} is out of range: use an integer from 1`);
  let lastChange: Promise<unknown> = Promise.resolve();

  const read = async (): Promise<Entries> => (await readEntries(file, onWarning)) ?? NO_ENTRIES;

  // One change of ours after the other, so that the lock is waited for only when another process has it.
  const change = async (edit: (entries: Entries) => Entries, signal: AbortSignal | undefined): Promise<number> => {
    const turn = lastChange.then(async () => {
      signal?.throwIfAborted();
      return withLock(`${file}.lock`, { timeoutMs: lockTimeoutMs, now, signal }, async () => {
        const read = await readEntries(file, onWarning);
        if (read === undefined) await setAside(file, onWarning);
        const before = read ?? NO_ENTRIES;
        const after = edit(before);
        if (after !== before) await replaceFile(file, formatDocument(after));
        return before.size - after.size;
      });
    });
    lastChange = turn.catch(() => {}); // told to whoever asked for it; the next change starts anew
    return turn;
  };

  return {
    get: async (service, scope) => (await read()).get(entryKey(service, scope)),
    set: async (host, { signal } = {}) => {
      const entry = parseEntry(host);
      await change((entries) => withEntry(entries, entry, maxEntries), signal);
    },
    delete: (service, scope, { signal } = {}) => change((entries) => withoutEntries(entries, service, scope), signal),
    clear: ({ signal } = {}) => change((entries) => (entries.size === 0 ? entries : NO_ENTRIES), signal),
    list: async () => sortedEntries(await read()),
  };
}

/** What the file holds; nothing when there is none, undefined when it is not to be believed. */
async function readEntries(file: string, onWarning: (warning: HostCacheWarning) => void): Promise<Entries | undefined> {
  const text = await readText(file, onWarning);
  if (text === undefined) return NO_ENTRIES;
  const { entries, warnings } = readDocument(text, file);
  for (const warning of warnings) onWarning(warning);
  return entries;
}

async function readText(file: string, onWarning: (warning: HostCacheWarning) => void): Promise<string | undefined> {
  const handle = await openForReading(file);
  if (handle === undefined) return undefined;
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw new HostCacheError('NOT_A_FILE', `${file}: not a regular file; name another one for the host cache`);
    if (stats.size > MAX_FILE_OCTETS) return ''; // no host cache is that large: as good as damaged
    if ((stats.mode & 0o022) !== 0 && process.platform !== 'win32')
      onWarning({ code: 'writable-by-others', message: `${file}: others may write to it; remove that right with chmod 600` });
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}

// O_NONBLOCK, so that opening a pipe does not wait for somebody to write into it.
const READ_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

async function openForReading(file: string): Promise<Awaited<ReturnType<typeof open>> | undefined> {
  try {
    return await open(file, READ_FLAGS);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ENOENT') return undefined;
    if (code === 'ELOOP')
      throw new HostCacheError('NOT_A_FILE', `${file}: a symbolic link, which is not followed; name the file itself`, error);
    throw new HostCacheError('NOT_READABLE', `${file}: cannot be read (${code})`, error);
  }
}

async function setAside(file: string, onWarning: (warning: HostCacheWarning) => void): Promise<void> {
  const aside = `${file}.damaged-${randomUUID().slice(0, 8)}`;
  await rename(file, aside);
  onWarning({ code: 'set-aside', message: `${file}: kept as ${aside}, and begun anew` });
}

async function replaceFile(file: string, text: string): Promise<void> {
  const next = `${file}.${randomUUID()}.tmp`;
  try {
    const handle = await open(next, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.datasync();
    } finally {
      await handle.close();
    }
    await rename(next, file);
  } catch (error) {
    await unlink(next).catch(() => {}); // it may never have been made; the reason is told below
    throw new HostCacheError('NOT_WRITABLE', `${file}: cannot be written`, error);
  }
}
