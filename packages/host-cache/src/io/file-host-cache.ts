import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { codeOf, linkOrCopy, LockError, removeUnfinished, replaceFile, whyRefused, withLock } from '@srvkit/lock-file';
import { formatDocument, readDocument } from '../document.ts';
import { documentCache } from '../document-cache.ts';
import { type Entries, NO_ENTRIES } from '../entries.ts';
import { type HostCache, HostCacheError, type HostCacheWarning } from '../host-cache.ts';
import { inRange } from '../in-range.ts';
import { makeTurns } from '../in-turn.ts';

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

/** What is longer was not written by us, and is not read. */
const MAX_FILE_OCTETS = 16 * 1024 * 1024;

/**
 * Remembers hosts in a file, which several processes may share: every change re-reads it under a lock (`FILE.lock`), and replaces it by
 * renaming, so that readers see the old or the new one, whole, whenever a process is killed. Its text is on disk before it is renamed; a power
 * failure just after a change may bring back the file as it was before. The file is made with mode 0600; symbolic links are not followed. A
 * file that is damaged or somebody else's is not believed, and set aside as `FILE.damaged-...` by the first change.
 */
export function fileHostCache(file: string, options?: FileHostCacheOptions): HostCache {
  const maxEntries = options?.maxEntries ?? 10_000;
  const lockTimeoutMs = inRange('lockTimeoutMs', options?.lockTimeoutMs ?? 5000, { least: 0, most: 3_600_000 });
  const onWarning = options?.onWarning ?? (() => {});
  const now = options?.now ?? Date.now;
  if (typeof file !== 'string' || file === '') throw new TypeError('the file of the host cache is not named: give its path as text');
  // One change of ours after the other, so that the lock is waited for only when another process has it.
  const inTurn = makeTurns();

  const change = async (edit: (entries: Entries) => Entries, signal: AbortSignal | undefined): Promise<number> => {
    for (;;) {
      signal?.throwIfAborted();
      const gone = await withLock(`${file}.lock`, { timeoutMs: lockTimeoutMs, now, signal }, async (stillOurs) => {
        await removeUnfinished(file);
        return changeFile(file, edit, { onWarning, stillOurs });
      }).catch(asHostCacheError);
      if (gone !== undefined) return gone;
    }
  };

  return documentCache(
    {
      read: async (signal) => {
        signal?.throwIfAborted();
        return (await readEntries(file, onWarning)) ?? NO_ENTRIES;
      },
      change: (edit, signal) => inTurn(() => change(edit, signal)),
    },
    { maxEntries, now },
  );
}

/** Re-reads the file and replaces it. Undefined when this process has lost its turn while it was suspended: nothing has happened then. */
async function changeFile(
  file: string,
  edit: (entries: Entries) => Entries,
  { onWarning, stillOurs }: { readonly onWarning: (warning: HostCacheWarning) => void; readonly stillOurs: () => Promise<boolean> },
): Promise<number | undefined> {
  let gone = 0;
  let isDamaged = false;
  const make = async (): Promise<string | undefined> => {
    const read = await readEntries(file, onWarning);
    const before = read ?? NO_ENTRIES;
    const after = edit(before);
    if (after === before) return undefined;
    const text = formatDocument(after);
    if (Buffer.byteLength(text) > MAX_FILE_OCTETS)
      throw new HostCacheError('NOT_WRITABLE', `${file}: the hosts are more than fit into ${MAX_FILE_OCTETS} octets; lower maxEntries`);
    isDamaged = read === undefined;
    gone = before.size - after.size;
    return text;
  };
  const mayReplace = async (): Promise<boolean> => {
    if (!(await stillOurs())) return false;
    if (isDamaged) await setAside(file, onWarning);
    return true;
  };
  try {
    return (await replaceFile(file, make, { mayReplace })) ? gone : undefined;
  } catch (error) {
    if (error instanceof HostCacheError || error instanceof LockError) throw error;
    throw new HostCacheError('NOT_WRITABLE', `${file}: cannot be written: ${whyRefused(error)}`, error);
  }
}

// The new file takes its place by renaming, so that at no moment there is none.
async function setAside(file: string, onWarning: (warning: HostCacheWarning) => void): Promise<void> {
  const aside = `${file}.damaged-${randomUUID().slice(0, 8)}`;
  await linkOrCopy(file, aside);
  onWarning({ code: 'set-aside', message: `${file}: kept as ${aside}, and begun anew` });
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

async function openForReading(file: string): Promise<FileHandle | undefined> {
  try {
    return await open(file, READ_FLAGS);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return undefined;
    throw new HostCacheError(code === 'ELOOP' ? 'NOT_A_FILE' : 'NOT_READABLE', `${file}: cannot be read: ${whyRefused(error)}`, error);
  }
}

function asHostCacheError(error: unknown): never {
  if (!(error instanceof LockError)) throw error;
  throw new HostCacheError(error.code === 'NOT_WRITABLE' ? 'NOT_WRITABLE' : 'LOCKED', error.message, error);
}
