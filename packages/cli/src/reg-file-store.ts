import { mkdir, readlink, realpath, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { codeOf, LockError, removeUnfinished, replaceFile, syncFolder, whyRefused, withLock } from '@srvkit/lock-file';
import type { ReplaceFileOptions } from '@srvkit/lock-file';
import { formatRegFile, parseRegFile, Settings } from '@srvkit/settings';
import { UsageError } from './exit.ts';
import { readable, readInput } from './input-file.ts';
import { escapeText } from './render/escape.ts';
import type { SettingsStore } from './settings-store.ts';

/** Whether the file has to be there; `make-with-folder`: the first change makes its folder too. */
export type Presence = 'must-be-there' | 'may-be-new' | 'make-with-folder';

/** What may be another than it is for people. */
export interface RegFileStoreOptions extends Pick<ReplaceFileOptions, 'disk'> {
  /** How long a change waits for another srvkit, in milliseconds. Default 5000. */
  readonly lockTimeoutMs?: number;
}

/**
 * Settings in a `.reg` file. A change waits for its turn (`FILE.lock`), and replaces the file as a whole by renaming, so that there is always
 * the old or the new one; its mode, its owner, and a link that leads to it, stay. Keys and values of all kinds are kept; comments and lines
 * that delete are no settings and are not.
 */
export function regFileStore(file: string, presence: Presence, options: RegFileStoreOptions = {}): SettingsStore {
  return {
    place: escapeText(file),
    read: async (signal) => settingsOf(await readExisting(file, presence, signal), file),
    change: async (edit, signal) => {
      if (presence === 'make-with-folder') await makeFolder(dirname(file));
      let after = Settings.empty();
      const make = async (): Promise<Uint8Array | undefined> => {
        const octets = await readExisting(file, presence, signal);
        const before = settingsOf(octets, file);
        after = readable(() => edit(before));
        if (after.equals(before)) return undefined;
        refuseUnknownCodePage(octets, file);
        signal.throwIfAborted();
        return formatRegFile(after);
      };
      try {
        await replaceInTurn(await targetOf(file), make, { ...options, signal });
        return after;
      } catch (error) {
        throw asWritten(error, file);
      }
    },
  };
}

async function replaceInTurn(
  target: string,
  make: () => Promise<Uint8Array | undefined>,
  { lockTimeoutMs = 5000, signal, ...options }: RegFileStoreOptions & { readonly signal: AbortSignal },
): Promise<void> {
  let isDone = false;
  while (!isDone) {
    // Once more when this process was suspended for so long that another has had its turn: nothing has happened then.
    isDone = await withLock(`${target}.lock`, { timeoutMs: lockTimeoutMs, signal, ...options }, async (stillOurs) => {
      await removeUnfinished(target);
      return replaceFile(target, make, { keepRights: true, mayReplace: stillOurs, ...options });
    });
  }
  await syncFolder(dirname(target), options.disk);
}

/** The file that is replaced: where links lead to, also to one that is not there yet. */
async function targetOf(file: string): Promise<string> {
  try {
    const target = await realpath(file);
    if ((await stat(target)).isFile()) return target;
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    const leadsTo = await readlink(file).catch(() => undefined); // no link: a new file by this name
    return leadsTo === undefined ? file : targetOf(resolve(await realpath(dirname(file)), leadsTo));
  }
  throw new UsageError(`${escapeText(file)}: not a regular file; name another one for the settings`);
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

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new UsageError(`${escapeText(folder)}: this folder cannot be made: ${whyRefused(error)}`, { cause: error });
  }
}

// What the file system refuses is one line; everything else stays what it is.
function asWritten(error: unknown, file: string): unknown {
  if (error instanceof LockError) return new UsageError(escapeText(error.message), { cause: error });
  if (!(error instanceof Error) || !('syscall' in error)) return error;
  return new UsageError(`${escapeText(file)}: cannot be written: ${whyRefused(error)}`, { cause: error });
}
