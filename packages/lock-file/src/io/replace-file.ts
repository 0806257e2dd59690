import { randomUUID } from 'node:crypto';
import type { Stats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { codeOf } from '../system-error.ts';
import { type Disk, systemDisk } from './disk.ts';

/** How a file is replaced. */
export interface ReplaceFileOptions {
  /** Asked last, just before the new file takes its place: after false or an error it does not. */
  readonly mayReplace?: () => Promise<boolean>;
  /** Whether the new file gets mode and owner of the old one, or nothing happens (`EPERM`). Default false: mode 0600, and this user's. */
  readonly keepRights?: boolean;
  /** Default: that of Node. */
  readonly disk?: Disk;
}

/**
 * Replaces a file as a whole: what `make` gives is written beside it, synced to disk, and renamed into its place. Readers see the old file or the
 * new one, whenever this process is killed. The caller holds a lock on the file.
 *
 * The temporary file (`FILE.UUID.tmp`, mode 0600) is made before `make` looks at the old one. Should the lock be broken while this process is
 * suspended, the next holder removes the temporary file (`removeUnfinished`): then there is nothing to rename, nothing newer is overwritten,
 * and the result is false. When `make` gives undefined nothing is changed, and the result is true. Rejects with what the system says; then the
 * old file is as it was, and nothing lies beside it.
 */
export async function replaceFile(
  file: string,
  make: () => Promise<string | Uint8Array | undefined>,
  { mayReplace = always, keepRights = false, disk = systemDisk }: ReplaceFileOptions = {},
): Promise<boolean> {
  const next = `${file}.${randomUUID()}.tmp`;
  let handle: FileHandle | undefined;
  try {
    handle = await disk.open(next, 'wx', 0o600);
    const contents = await make();
    if (contents === undefined) return true;
    if (keepRights) await giveRights(handle, file, disk);
    await handle.writeFile(contents);
    await handle.sync();
    await handle.close(); // Windows renames no open file
    return (await mayReplace()) && (await renameIfThere(next, file, disk));
  } finally {
    await handle?.close().catch(() => {}); // what is wrong with it is told above
    await disk.unlink(next).catch(() => {}); // renamed, or never made
  }
}

/** Removes the temporary files that killed processes left beside a file. For the holder of its lock, without which nobody makes any. */
export async function removeUnfinished(file: string): Promise<void> {
  const begin = `${basename(file)}.`;
  const names = await systemDisk.readdir(dirname(file)).catch(() => []); // a folder that may be written to, but not listed
  const unfinished = names.filter((name) => name.startsWith(begin) && UNFINISHED.test(name.slice(begin.length)));
  for (const name of unfinished) await systemDisk.unlink(join(dirname(file), name)).catch(() => {}); // gone, which is what we want
}

/** So that a new name in it survives a power failure too. Not every system lets folders be synced. */
export async function syncFolder(folder: string, disk: Pick<Disk, 'open'> = systemDisk): Promise<void> {
  try {
    const handle = await disk.open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!['EISDIR', 'EPERM', 'EINVAL', 'EACCES'].includes(codeOf(error))) throw error;
  }
}

const always = (): Promise<boolean> => Promise.resolve(true);

const UNFINISHED = /^[0-9a-f-]{36}\.tmp$/;

/** Gives a new file, which nobody else may read yet, owner and mode of the one that it is to replace. */
async function giveRights(handle: FileHandle, file: string, disk: Disk): Promise<void> {
  const old = await statIfThere(file, disk);
  if (old === undefined) return;
  const own = await handle.stat();
  if (old.uid !== own.uid || old.gid !== own.gid) await handle.chown(old.uid, old.gid);
  await handle.chmod(old.mode & 0o777); // after the owner, for whom it is meant
}

async function statIfThere(file: string, disk: Disk): Promise<Stats | undefined> {
  try {
    return await disk.stat(file);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function renameIfThere(next: string, file: string, disk: Disk): Promise<boolean> {
  try {
    await disk.rename(next, file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}
