import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, holdLock, LockError, whyRefused } from '@srvkit/lock-file';
import type { HeldLock } from '@srvkit/lock-file';
import type { JournalEvent } from '../event.ts';
import { ZoneJournalError } from '../journal/zone-journal-error.ts';
import type { StoreUpdate } from '../store-update.ts';
import type { Zone } from '../zone/zone.ts';
import { JournalFile } from './journal-file.ts';

/** The journals of a server's zones. */
export interface JournalFolder {
  /** The zones as they were left. */
  readonly zones: readonly Zone[];
  /** What was found when they were opened, and is no error. */
  readonly notes: readonly JournalEvent[];
  readonly store: StoreUpdate;
  /** Settles when everything is on disk, and others may have the folder. */
  close(): Promise<void>;
}

/** What a server with journals needs besides. */
export interface JournalFolderOptions {
  readonly tell?: (event: JournalEvent) => void;
  /** Epoch ms. Default: the system's clock. */
  readonly now?: () => number;
}

/**
 * Opens the journals of these zones in a folder, which is made if its parent is there and is this server's alone (`lock`) until it is closed.
 * Throws `ZoneJournalError`.
 */
export async function openJournalFolder(
  folder: string,
  masters: readonly Zone[],
  { tell = () => {}, now = Date.now }: JournalFolderOptions = {},
): Promise<JournalFolder> {
  await makeFolder(folder);
  const lock = await lockFolder(folder, now);
  lock.lost.addEventListener('abort', () => tell({ event: 'journal', code: 'lost', message: (lock.lost.reason as LockError).message }));
  const confirm = (): Promise<void> => lock.confirm().catch(asJournalError);
  const journals = new Map<string, JournalFile>();
  const close = async (): Promise<void> => {
    await Promise.all([...journals.values()].map((journal) => journal.close()));
    await lock.release();
  };
  try {
    const zones: Zone[] = [];
    const notes: JournalEvent[] = [];
    for (const master of masters) {
      const { journal, zone, notes: found } = await JournalFile.open(folder, master, { confirm, tell });
      journals.set(master.origin.key, journal);
      zones.push(zone);
      notes.push(...found);
    }
    const store: StoreUpdate = (update, before, after) =>
      journals.get(before.origin.key)?.store(update, before, after) ?? Promise.reject(new Error('the zone has no journal'));
    return { zones, notes, store, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST')
      throw new ZoneJournalError('NOT_WRITABLE', `${folder}: cannot be made: ${whyRefused(error)}`, { cause: error });
  }
}

async function lockFolder(folder: string, now: () => number): Promise<HeldLock> {
  const busy = 'serves from these journals already; end it, or give this server a folder of its own';
  return holdLock(join(folder, 'lock'), { busy, now }).catch(asJournalError);
}

function asJournalError(error: unknown): never {
  if (!(error instanceof LockError)) throw error;
  throw new ZoneJournalError(error.code === 'NOT_A_LOCK' ? 'NOT_WRITABLE' : error.code, error.message, { cause: error });
}
