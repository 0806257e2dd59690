import { lstat, rm, writeFile } from 'node:fs/promises';
import { codeOf, whyRefused } from '@srvkit/lock-file';
import { UsageError } from './exit.ts';
import { checkReplaceable } from './input-file.ts';

/** Writes a file that is not there yet. One that is there, put there meanwhile too, stays as it is. */
export async function writeNew(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: 'wx' });
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw isThere(path, error);
    await rm(path, { force: true });
    throw new UsageError(`${path}: cannot be written: ${whyRefused(error)}`, { cause: error });
  }
}

/** Refuses a file that could not be written as a new one, before the work is done. */
export async function checkNew(path: string): Promise<void> {
  await checkReplaceable(path);
  try {
    await lstat(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw new UsageError(`${path}: cannot be written: ${whyRefused(error)}`, { cause: error });
  }
  throw isThere(path);
}

function isThere(path: string, cause?: unknown): UsageError {
  return new UsageError(`${path}: is there already, and nothing is overwritten: name another file, or remove it`, { cause });
}
