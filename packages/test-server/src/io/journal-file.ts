import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import * as nodeDisk from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Message } from '@srvkit/dns';
import { syncFolder, whyRefused } from '@srvkit/lock-file';
import type { Disk } from '@srvkit/lock-file';
import type { JournalEvent } from '../event.ts';
import { ZoneJournalError } from '../journal/zone-journal-error.ts';
import { changeBy } from '../journal/zone-change.ts';
import { formatChange, formatHead, readJournal } from '../journal/zone-journal.ts';
import type { Zone } from '../zone/zone.ts';

/** Octets of changes after which the journal is written anew, beginning with the zone as it is, when that is worth it. */
const LEAST_REWRITE = 1024 * 1024;
/** Of the name of a file, which most file systems limit to 255 octets. */
const LONGEST_NAME = 180;

/** What a journal needs besides its folder. */
export interface JournalFileOptions {
  /** Rejects when the folder is no longer ours. */
  readonly confirm?: () => Promise<void>;
  readonly tell?: (event: JournalEvent) => void;
  /** Default: that of Node. */
  readonly disk?: Disk;
}

/**
 * The journal of one zone on disk. What `store` settled for survives the end of the process and, as far as the disk keeps its word, of the
 * machine. Changes that come while others are being written go together, so that they share the wait for the disk.
 */
export class JournalFile {
  readonly #path: string;
  readonly #master: Zone;
  readonly #options: Required<JournalFileOptions>;
  #file: FileHandle;
  /** Octets that are known to be on disk. */
  #length: number;
  /** What it began with: octets of the last rewrite. */
  #base: number;
  /** The zone that is on disk. */
  #stored: Zone;
  /** The serial after all that is waiting. */
  #serial: number;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;
  #broken: unknown;

  private constructor(path: string, master: Zone, options: Required<JournalFileOptions>, state: JournalState) {
    this.#path = path;
    this.#master = master;
    this.#options = options;
    this.#file = state.file;
    this.#length = state.length;
    this.#base = state.base;
    this.#stored = state.zone;
    this.#serial = state.zone.serial;
  }

  /** Opens the journal of a zone in a folder and plays it. A new one is made where there is none. Throws `ZoneJournalError`. */
  static async open(folder: string, master: Zone, options: JournalFileOptions = {}): Promise<OpenedJournal> {
    const { confirm = () => Promise.resolve(), tell = () => {}, disk = nodeDisk } = options;
    const path = join(folder, `${fileNameOf(master)}.journal`);
    const file = await openJournal(path, disk);
    try {
      const bytes = await file.readFile();
      const read = readJournal(bytes, master, path);
      if (read.kind === 'outdated') {
        await disk.rename(path, `${path}.outdated-${read.serial}`);
        await file.close();
        return await JournalFile.open(folder, master, options);
      }
      let { length, base } = read;
      const torn = bytes.length - length;
      if (torn > 0) await file.truncate(length);
      if (length === 0) {
        const head = Buffer.from(formatHead(master));
        await writeWhole(file, head, 0);
        length = head.length;
        base = length;
      }
      await file.sync();
      await disk.unlink(`${path}.new`).catch(() => {}); // of a server that was killed while it wrote anew
      await syncFolder(folder, disk);
      const state = { file, length, base, zone: read.zone };
      const journal = new JournalFile(path, master, { confirm, tell, disk }, state);
      return { journal, zone: read.zone, notes: torn === 0 ? [] : [cutOff(path, torn)] };
    } catch (error) {
      await file.close().catch(() => {}); // what is wrong with it is told already
      throw asJournalError(path, error);
    }
  }

  /** Settles when the change is on disk. Rejects when it cannot be stored, and then nothing of it, nor of what came after it, is. */
  store(update: Message, before: Zone, after: Zone): Promise<void> {
    // What was made on top of a change that failed fails too.
    if (before.serial !== this.#serial) return Promise.reject(new Error('the change before it was not stored'));
    this.#serial = after.serial;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ line: formatChange(changeBy(update, before, after)), after, resolve, reject });
      this.#writing ??= this.#writeAll();
    });
  }

  /** Settles when everything is on disk and the file is closed. */
  async close(): Promise<void> {
    await this.#writing;
    await this.#file.close();
  }

  async #writeAll(): Promise<void> {
    // A turn of the event loop, in which more may come.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const group = this.#waiting;
      this.#waiting = [];
      await this.#writeGroup(group);
    }
    this.#writing = undefined;
  }

  async #writeGroup(group: readonly Waiting[]): Promise<void> {
    const last = group.at(-1);
    if (last === undefined) return;
    const octets = Buffer.from(group.map(({ line }) => line).join(''));
    try {
      if (this.#broken !== undefined) throw this.#broken;
      await this.#options.confirm();
    } catch (error) {
      this.#fail(error, group); // the file is as it was, and perhaps no longer ours
      return;
    }
    try {
      await writeWhole(this.#file, octets, this.#length);
      await this.#file.datasync();
    } catch (error) {
      await this.#takeBack();
      this.#fail(error, group);
      return;
    }
    this.#length += octets.length;
    this.#stored = last.after;
    for (const { resolve } of group) resolve();
    if (this.#length - this.#base > Math.max(LEAST_REWRITE, this.#base)) await this.#rewrite();
  }

  /** What may be half written. */
  async #takeBack(): Promise<void> {
    try {
      await this.#file.truncate(this.#length);
    } catch (error) {
      this.#broken = error; // nothing more can be believed to be where we think it is
    }
  }

  /** Rejects the changes of a group and all that wait behind it, as they were made on top of it. */
  #fail(error: unknown, group: readonly Waiting[]): void {
    const failed = [...group, ...this.#waiting];
    this.#waiting = [];
    this.#serial = this.#stored.serial;
    const reason = asJournalError(this.#path, error);
    // That the folder is another's is told once, by the lock.
    if (!(reason instanceof ZoneJournalError && reason.code === 'LOST'))
      this.#options.tell({ event: 'journal', code: 'not-stored', message: reason.message });
    for (const { reject } of failed) reject(reason);
  }

  /** Begins anew with the zone as it is. The old journal is there until the new one is, whole. */
  async #rewrite(): Promise<void> {
    const { disk } = this.#options;
    const next = `${this.#path}.new`;
    const octets = Buffer.from(formatHead(this.#master, this.#stored));
    let file: FileHandle | undefined;
    try {
      await disk.unlink(next).catch(() => {}); // of an attempt that failed: the folder is ours alone
      file = await disk.open(next, FRESH, 0o600);
      await writeWhole(file, octets, 0);
      await file.sync();
      await this.#options.confirm();
      await disk.rename(next, this.#path);
    } catch {
      // The old journal is as good as before, only longer; the next change tries again.
      await file?.close().catch(() => {}); // there is nothing in it to lose
      await disk.unlink(next).catch(() => {}); // gives its space back
      return;
    }
    // From here on the old file has no name: what would go into it would be lost.
    const old = this.#file;
    this.#file = file;
    this.#length = octets.length;
    this.#base = octets.length;
    await old.close().catch(() => {}); // all that was in it is in the new one
    await syncFolder(dirname(this.#path), disk).catch((error: unknown) => {
      this.#broken = error; // after a crash the name may still lead to the old file
    });
  }
}

/** An open journal, and the zone as it was left. */
interface OpenedJournal {
  readonly journal: JournalFile;
  readonly zone: Zone;
  readonly notes: readonly JournalEvent[];
}

interface JournalState {
  readonly file: FileHandle;
  readonly length: number;
  readonly base: number;
  readonly zone: Zone;
}

interface Waiting {
  readonly line: string;
  readonly after: Zone;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

const NO_LINKS = constants.O_NOFOLLOW ?? 0;
const OPEN = constants.O_RDWR | constants.O_CREAT | NO_LINKS;
const FRESH = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | NO_LINKS;

async function openJournal(path: string, disk: Disk): Promise<FileHandle> {
  try {
    const file = await disk.open(path, OPEN, 0o600);
    if ((await file.stat()).isFile()) return file;
    await file.close();
  } catch (error) {
    throw asJournalError(path, error);
  }
  throw new ZoneJournalError('NOT_WRITABLE', `${path}: not a regular file; move it away`);
}

/** What the system refuses, with its remedy; everything else stays what it is. */
function asJournalError(path: string, error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  if (!('syscall' in error)) return error;
  return new ZoneJournalError('NOT_WRITABLE', `${path}: cannot be written: ${whyRefused(error)}`, { cause: error });
}

function cutOff(path: string, octets: number): JournalEvent {
  const message = `${path}: its last ${octets} octets were cut off: an entry that was not written to its end, as a crash or a power failure leaves it, and was never acknowledged`;
  return { event: 'journal', code: 'cut', message };
}

async function writeWhole(file: FileHandle, octets: Buffer, position: number): Promise<void> {
  for (let written = 0; written < octets.length;) {
    const { bytesWritten } = await file.write(octets, written, octets.length - written, position + written);
    written += bytesWritten;
  }
}

/** Letters, digits, hyphens, underscores and dots as they are; every other octet as `%XX`, so that no name leads out of the folder. */
function fileNameOf({ origin }: Zone): string {
  const name = origin.isRoot ? 'root' : origin.key.slice(0, -1);
  const safe = name.replaceAll(/[^a-z0-9_.-]|^\./g, (letter) => `%${(letter.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`);
  if (safe.length <= LONGEST_NAME) return safe;
  return `${safe.slice(0, LONGEST_NAME)}-${createHash('sha256').update(origin.key).digest('hex').slice(0, 32)}`;
}
