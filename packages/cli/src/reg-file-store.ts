import { mkdir, open, realpath, rename, stat, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf, whyRefused } from '@srvkit/lock-file';
import { formatRegFile, parseRegFile, Settings } from '@srvkit/settings';
import { UsageError } from './exit.ts';
import { readable, readInput } from './input-file.ts';
import { escapeText } from './render/escape.ts';
import type { SettingsStore } from './settings-store.ts';

/** Whether the file has to be there; `make-with-folder`: the first change makes its folder too. */
export type Presence = 'must-be-there' | 'may-be-new' | 'make-with-folder';

/**
 * Settings in a `.reg` file. A change writes the whole file anew beside the old one (`FILE.lock`, which keeps a second writer out) and
 * renames it, so that there is always the old or the new file, whole; its mode, and a link that leads to it, stay. Keys and values of all
 * kinds are kept; comments and lines that delete are no settings and are not.
 */
export function regFileStore(file: string, presence: Presence): SettingsStore {
  return {
    place: escapeText(file),
    read: async (signal) => settingsOf(await readExisting(file, presence, signal), file),
    change: async (edit, signal) => {
      if (presence === 'make-with-folder') await makeFolder(dirname(file));
      const target = await realpath(file).catch(() => file); // no such file: a new one, by this name
      const lock = await openLock(`${target}.lock`, file);
      let renamed = false;
      try {
        const bytes = await readExisting(file, presence, signal);
        const before = settingsOf(bytes, file);
        const after = readable(() => edit(before));
        if (after.equals(before)) return before;
        refuseUnknownCodePage(bytes, file);
        signal.throwIfAborted();
        await writeAndClose(lock, formatRegFile(after), target);
        await rename(`${target}.lock`, target);
        renamed = true;
        return after;
      } catch (error) {
        throw asWritten(error, file);
      } finally {
        await lock.close();
        if (!renamed) await unlink(`${target}.lock`);
      }
    },
  };
}

async function readExisting(file: string, presence: Presence, signal: AbortSignal): Promise<Buffer | undefined> {
  try {
    return (await readInput(file, signal)).bytes;
  } catch (error) {
    if (presence !== 'must-be-there' && error instanceof UsageError && codeOf(error.cause) === 'ENOENT') return undefined;
    throw error;
  }
}

function settingsOf(bytes: Buffer | undefined, file: string): Settings {
  return bytes === undefined ? Settings.empty() : readable(() => parseRegFile(bytes, { file }));
}

// REGEDIT4 does not name its code page. Reading guesses it; a guess must not be written over the original.
function refuseUnknownCodePage(bytes: Buffer | undefined, file: string): void {
  if (bytes?.toString('latin1', 0, 8) !== 'REGEDIT4' || !bytes.some((octet) => octet > 0x7f)) return;
  throw new UsageError(
    `${escapeText(file)}: this is REGEDIT4 with characters beyond ASCII, whose code page it does not name: export it again as version 5.00`,
  );
}

async function writeAndClose(handle: FileHandle, bytes: Uint8Array, target: string): Promise<void> {
  const mode = await stat(target).then(
    (found) => found.mode & 0o777,
    () => undefined, // a new file keeps the mode it was made with
  );
  if (mode !== undefined) await handle.chmod(mode);
  await handle.writeFile(bytes);
  await handle.datasync();
  await handle.close(); // Windows renames no open file
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new UsageError(`${escapeText(folder)}: this folder cannot be made: ${whyRefused(error)}`, { cause: error });
  }
}

async function openLock(lock: string, file: string): Promise<FileHandle> {
  try {
    return await open(lock, 'wx', 0o600);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') {
      throw new UsageError(`${escapeText(lock)}: another srvkit is changing this file; if there is none, remove the lock`, {
        cause: error,
      });
    }
    throw asWritten(error, file);
  }
}

// What the file system refuses is one line; everything else stays what it is.
function asWritten(error: unknown, file: string): unknown {
  if (!(error instanceof Error) || !('syscall' in error)) return error;
  return new UsageError(`${escapeText(file)}: cannot be written: ${whyRefused(error)}`, { cause: error });
}
