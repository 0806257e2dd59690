import { randomUUID } from 'node:crypto';
import { lstat, rename, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { codeOf, whyRefused } from '@srvkit/lock-file';
import { UsageError } from './exit.ts';
import { checkReplaceable } from './input-file.ts';

/** A file that a flag names, and what shall be in it. */
export interface OutputFile {
  readonly path: string;
  readonly text: string | Uint8Array;
}

/** Refuses a place that could not be written, before the work is done: its folder has to be there, and nothing but a file in its place. */
export async function checkOutput(path: string): Promise<void> {
  await checkReplaceable(path);
  await writable(path, () => isFileThere(path));
}

/**
 * Writes the files of one command: all of them or none, each of them whole. When one cannot be written, what was there before is put back.
 */
export async function writeOutputs(files: readonly OutputFile[]): Promise<void> {
  const [twice] = files.filter(({ path }, at) => files.findIndex((other) => resolve(other.path) === resolve(path)) < at);
  if (twice !== undefined) throw new UsageError(`${twice.path}: two results would be written there: name another file`);
  const unfinished = files.map((file): Unfinished => ({ ...file, made: `${file.path}.${randomUUID()}.tmp` }));
  try {
    for (const { path, text, made } of unfinished) await writable(path, () => writeFile(made, text, { flag: 'wx' }));
    await putInPlace(unfinished);
  } finally {
    await Promise.all(unfinished.map(({ made }) => rm(made, { force: true })));
  }
}

interface Unfinished extends OutputFile {
  /** Where it is written first: beside its place, which it takes by being renamed. */
  readonly made: string;
}

async function putInPlace(files: readonly Unfinished[]): Promise<void> {
  const undo: (() => Promise<void>)[] = [];
  try {
    for (const [at, { path, made }] of files.entries()) {
      const isThere = await writable(path, () => isFileThere(path));
      // The last one needs no way back: nothing can go wrong after it.
      const replaced = isThere && at < files.length - 1;
      if (replaced) {
        await writable(path, () => rename(path, before(made)));
        undo.push(() => rename(before(made), path));
      }
      await writable(path, () => rename(made, path));
      if (!replaced) undo.push(() => rm(path));
    }
  } catch (error) {
    for (const step of undo.toReversed()) await step();
    throw error;
  }
  await Promise.all(files.map(({ made }) => rm(before(made), { force: true })));
}

function before(made: string): string {
  return `${made}.before`;
}

// A folder, a link or a device could be renamed as well, and then a file would stand in its place: in that of /dev/null, for all to see.
async function isFileThere(path: string): Promise<boolean> {
  const found = await lstat(path).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (found?.isDirectory() === true) throw Object.assign(new Error(`${path} is a folder`), { code: 'EISDIR' });
  if (found?.isSymbolicLink() === true) throw Object.assign(new Error(`${path} is a symbolic link`), { code: 'ELOOP' });
  if (found?.isFile() === false) throw new UsageError(`${path}: cannot be written: it is a device or a pipe: name a file`);
  return found !== undefined;
}

async function writable<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${path}: cannot be written: ${whyRefused(error)}`, { cause: error });
  }
}
