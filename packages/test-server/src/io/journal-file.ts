import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, rename, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Message } from '@srvkit/dns';
import { syncFolder, whyRefused } from '@srvkit/lock-file';
import { ZoneJournalError } from '../journal/zone-journal-error.ts';
import { changeBy } from '../journal/zone-change.ts';
import { formatChange, formatHead, readJournal } from '../journal/zone-journal.ts';
import type { Zone } from '../zone/zone.ts';

/** Octets of changes after which the journal is written anew, beginning with the zone as it is, when that is worth it. */
const LEAST_REWRITE = 1024 * 1024;
/** Of the name of a file, which most file systems limit to 255 octets. */
const LONGEST_NAME = 180;

/**
 * The journal of one zone on disk. What `store` settled for survives the end of the process and, as far as the disk keeps its word, of the
 * machine. Changes that come while others are being written go together, so that they share the wait for the disk.
 */
export class JournalFile {
  readonly #path: string;
  readonly #master: Zone;
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

  private constructor(path: string, master: Zone, state: { file: FileHandle; length: number; base: number; zone: Zone }) {
    this.#path = path;
    this.#master = master;
    this.#file = state.file;
    this.#length = state.length;
    this.#base = state.base;
    this.#stored = state.zone;
    this.#serial = state.zone.serial;
  }

  /** Opens the journal of a zone in a folder and plays it. A new one is made where there is none. Throws `ZoneJournalError`. */
  static async open(folder: string, master: Zone): Promise<{ readonly journal: JournalFile; readonly zone: Zone }> {
    const path = join(folder, `${fileNameOf(master)}.journal`);
    const file = await openJournal(path);
    try {
      const bytes = await file.readFile();
      const read = readJournal(bytes, master, path);
      if (read.kind === 'outdated') {
        await rename(path, `${path}.outdated-${read.serial}`);
        await file.close();
        return await JournalFile.open(folder, master);
      }
      let { length, base } = read;
      // What a killed writer began goes: nobody was told of it.
      if (length < bytes.length) await file.truncate(length);
      if (length === 0) {
        const head = Buffer.from(formatHead(master));
        await file.write(head, 0, head.length, 0);
        length = head.length;
        base = length;
      }
      await file.sync();
      await unlink(`${path}.new`).catch(() => {}); // of a server that was killed while it wrote anew
      await syncFolder(folder);
      return { journal: new JournalFile(path, master, { file, length, base, zone: read.zone }), zone: read.zone };
    } catch (error) {
      await file.close();
      throw error;
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
      await writeWhole(this.#file, octets, this.#length);
      await this.#file.datasync();
      this.#length += octets.length;
      this.#stored = last.after;
      for (const { resolve } of group) resolve();
      if (this.#length - this.#base > Math.max(LEAST_REWRITE, this.#base)) await this.#rewrite();
    } catch (error) {
      await this.#undo(error, group);
    }
  }

  /** Takes back what may be half written. Everybody who waits, and whoever comes until they know, fails. */
  async #undo(error: unknown, group: readonly Waiting[]): Promise<void> {
    try {
      await this.#file.truncate(this.#length);
    } catch (second) {
      this.#broken = second; // nothing more can be believed to be where we think it is
    }
    const failed = [...group, ...this.#waiting];
    this.#waiting = [];
    this.#serial = this.#stored.serial;
    for (const { reject } of failed) reject(error);
  }

  /** Begins anew with the zone as it is. The old journal is there until the new one is, whole. */
  async #rewrite(): Promise<void> {
    const next = `${this.#path}.new`;
    const octets = Buffer.from(formatHead(this.#master, this.#stored));
    let file: FileHandle | undefined;
    try {
      await unlink(next).catch(() => {}); // of an attempt that failed: the folder is ours alone
      file = await open(next, FRESH, 0o600);
      await writeWhole(file, octets, 0);
      await file.sync();
      await rename(next, this.#path);
    } catch {
      // The old journal is as good as before, only longer; the next change tries again.
      await file?.close().catch(() => {}); // there is nothing in it to lose
      await unlink(next).catch(() => {}); // gives its space back
      return;
    }
    // From here on the old file has no name: what would go into it would be lost.
    const old = this.#file;
    this.#file = file;
    this.#length = octets.length;
    this.#base = octets.length;
    await old.close().catch(() => {}); // all that was in it is in the new one
    await syncFolder(dirname(this.#path)).catch((error: unknown) => {
      this.#broken = error; // after a crash the name may lead to the old one
    });
  }
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

async function openJournal(path: string): Promise<FileHandle> {
  try {
    const file = await open(path, OPEN, 0o600);
    if ((await file.stat()).isFile()) return file;
    await file.close();
  } catch (error) {
    throw new ZoneJournalError('NOT_WRITABLE', `${path}: cannot be opened: ${whyRefused(error)}`, {
      cause: error,
    });
  }
  throw new ZoneJournalError('NOT_WRITABLE', `${path}: not a regular file; move it away`);
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
