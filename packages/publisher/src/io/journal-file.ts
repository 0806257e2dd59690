import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DomainName } from '@srvkit/dns';
import { codeOf, holdLock, LockError, removeUnfinished, replaceFile, syncFolder, whyRefused } from '@srvkit/lock-file';
import type { HeldLock } from '@srvkit/lock-file';
import { JournalError, replaceOwner } from '../journal.ts';
import type { Journal, JournalEntry } from '../journal.ts';
import { formatJournal, parseJournal } from '../journal-text.ts';
import type { ParsedJournal } from '../journal-text.ts';

const MAX_FILE_OCTETS = 4 * 1024 * 1024;

export interface JournalFileOptions {
  /** Told when a damaged file is set aside. */
  readonly onWarning?: (warning: JournalWarning) => void;
  /** Only look: without a lock, beside a publisher that runs. `replace` rejects. Default false. */
  readonly readOnly?: boolean;
  /** Epoch ms. Default: the system's clock. */
  readonly now?: () => number;
}

/** `code` is the contract, `message` one sentence for people. */
export interface JournalWarning {
  readonly code: 'journal-set-aside' | 'journal-damaged' | 'journal-torn-end';
  readonly message: string;
}

/** A journal on disk, held by this process until it is closed. */
export interface JournalFile extends Journal {
  /**
   * Aborted with a `JournalError`, `LOST`, when another process is seen to have taken the journal, or its lock was removed: `replace` rejects from
   * then on. Where others can see this process (the same machine and container) that does not happen, however long it is suspended.
   */
  readonly lost: AbortSignal;
  /** Lets others have it. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Opens the journal in a file, which is made by the first entry, and keeps every other process out of it (`FILE.lock`). It is replaced as a
 * whole by renaming, mode 0600, and is on stable storage before an UPDATE goes out. Symbolic links are not followed. A file that is damaged
 * is set aside as `FILE.damaged-...`; what can be believed of it is kept. Rejects with `JournalError`.
 */
export async function openJournal(file: string, options: JournalFileOptions = {}): Promise<JournalFile> {
  const { onWarning = () => {}, readOnly = false, now = Date.now } = options;
  if (file === '') throw new TypeError('the file of the journal has an empty name');
  if (readOnly) return lookAt(file, onWarning);
  const lock = await holdLock(`${file}.lock`, { busy: BUSY, now }).catch(asJournalError);
  try {
    await removeUnfinished(file);
    return keep(file, await readOrSetAside(file, onWarning), lock);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

const BUSY = 'publishes with this journal already; end it, or give this one a journal of its own';

function asJournalError(error: unknown): never {
  throw error instanceof LockError ? journalError(error) : error;
}

function journalError(error: LockError): JournalError {
  return new JournalError(error.code === 'NOT_A_LOCK' ? 'NOT_A_FILE' : error.code, error.message, error);
}

function keep(file: string, initial: readonly JournalEntry[], lock: HeldLock): JournalFile {
  let entries = initial;
  let isOpen = true;
  const losing = new AbortController();
  lock.lost.addEventListener('abort', () => losing.abort(journalError(lock.lost.reason as LockError)), { once: true });
  return {
    lost: losing.signal,
    get entries() {
      return entries;
    },
    async replace(owner: DomainName, next: readonly JournalEntry[]) {
      if (!isOpen) throw new JournalError('NOT_WRITABLE', `${file}: the journal is closed`);
      const after = replaceOwner(entries, owner, next);
      await lock.confirm().catch((error: unknown) => {
        losing.signal.throwIfAborted();
        asJournalError(error);
      });
      await write(file, formatJournal(after));
      entries = after;
    },
    async close() {
      if (!isOpen) return;
      isOpen = false;
      await lock.release();
    },
  };
}

async function lookAt(file: string, onWarning: (warning: JournalWarning) => void): Promise<JournalFile> {
  const { entries, damage } = await read(file);
  if (damage !== undefined) onWarning({ code: 'journal-damaged', message: `${file}: ${damage}; what can be believed of it is used` });
  return {
    entries,
    lost: new AbortController().signal,
    replace: () => Promise.reject(new JournalError('NOT_WRITABLE', `${file}: the journal was opened to be looked at only`)),
    close: () => Promise.resolve(),
  };
}

async function readOrSetAside(file: string, onWarning: (warning: JournalWarning) => void): Promise<readonly JournalEntry[]> {
  const { entries, damage, zeros } = await read(file);
  if (damage === undefined) {
    if (zeros > 0)
      onWarning({
        code: 'journal-torn-end',
        message: `${file}: ends in ${zeros} zeros, as a power failure leaves them; they are ignored, and gone with the next change`,
      });
    return entries;
  }
  const aside = `${file}.damaged-${randomUUID().slice(0, 8)}`;
  await rename(file, aside).catch((error: unknown) => {
    throw notWritable(file, error);
  });
  await write(file, formatJournal(entries));
  const rest = entries.length === 0 ? 'begun anew' : `${entries.length} records of it are kept`;
  onWarning({ code: 'journal-set-aside', message: `${file}: ${damage}; set aside as ${aside}, ${rest}` });
  return entries;
}

// O_NONBLOCK, so that opening a pipe does not wait for somebody to write into it.
const READ_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

async function read(file: string): Promise<ParsedJournal> {
  const handle = await openForReading(file);
  if (handle === undefined) return { entries: [], damage: undefined, zeros: 0 };
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw new JournalError('NOT_A_FILE', `${file}: not a regular file; name another one for the journal`);
    if ((stats.mode & 0o022) !== 0 && process.platform !== 'win32')
      throw new JournalError('UNSAFE', `${file}: others may write to it, and so have records deleted; look at it, then chmod 600`);
    if (stats.size > MAX_FILE_OCTETS) return { entries: [], damage: 'no journal is that large', zeros: 0 };
    return parseJournal(await handle.readFile('utf8'));
  } finally {
    await handle.close();
  }
}

async function openForReading(file: string): Promise<FileHandle | undefined> {
  try {
    return await open(file, READ_FLAGS);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return undefined;
    throw new JournalError(code === 'ELOOP' ? 'NOT_A_FILE' : 'NOT_READABLE', `${file}: cannot be read: ${whyRefused(error)}`, error);
  }
}

/** The whole file anew, on stable storage with its name before this resolves. */
async function write(file: string, text: string): Promise<void> {
  try {
    if (!(await replaceFile(file, () => Promise.resolve(text))))
      throw new JournalError('LOST', `${file}: another process has taken it while this one was suspended; end one of the two`);
    await syncFolder(dirname(file));
  } catch (error) {
    throw error instanceof JournalError ? error : notWritable(file, error);
  }
}

function notWritable(file: string, error: unknown): JournalError {
  return new JournalError('NOT_WRITABLE', `${file}: cannot be written: ${whyRefused(error)}`, error);
}
