import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, holdLock, LockError, whyRefused } from '@srvkit/lock-file';
import type { HeldLock } from '@srvkit/lock-file';
import { ZoneJournalError } from '../journal/zone-journal-error.ts';
import type { StoreUpdate } from '../store-update.ts';
import type { Zone } from '../zone/zone.ts';
import { JournalFile } from './journal-file.ts';

/** The journals of a server's zones. */
export interface JournalFolder {
  /** The zones as they were left. */
  readonly zones: readonly Zone[];
  readonly store: StoreUpdate;
  /** Settles when everything is on disk, and others may have the folder. */
  close(): Promise<void>;
}

/**
 * Opens the journals of these zones in a folder, which is made if its parent is there and is this server's alone (`lock`) until it is closed.
 * Throws `ZoneJournalError`.
 */
export async function openJournalFolder(folder: string, masters: readonly Zone[]): Promise<JournalFolder> {
  await makeFolder(folder);
  const lock = await lockFolder(folder);
  const journals = new Map<string, JournalFile>();
  const close = async (): Promise<void> => {
    await Promise.all([...journals.values()].map((journal) => journal.close()));
    await lock.release();
  };
  try {
    const zones: Zone[] = [];
    for (const master of masters) {
      const { journal, zone } = await JournalFile.open(folder, master);
      journals.set(master.origin.key, journal);
      zones.push(zone);
    }
    const store: StoreUpdate = (update, before, after) =>
      journals.get(before.origin.key)?.store(update, before, after) ?? Promise.reject(new Error('the zone has no journal'));
    return { zones, store, close };
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

async function lockFolder(folder: string): Promise<HeldLock> {
  try {
    return await holdLock(join(folder, 'lock'), {
      busy: 'serves from these journals already; end it, or give this server a folder of its own',
    });
  } catch (error) {
    if (!(error instanceof LockError)) throw error;
    throw new ZoneJournalError(error.code === 'LOCKED' ? 'LOCKED' : 'NOT_WRITABLE', error.message, { cause: error });
  }
}
