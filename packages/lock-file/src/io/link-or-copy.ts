import { constants } from 'node:fs';
import { copyFile, link } from 'node:fs/promises';
import { codeOf } from '../system-error.ts';

const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

/** Gives a file a second name that must be free (`EEXIST`); on file systems without links, a copy of it. */
export async function linkOrCopy(file: string, name: string): Promise<void> {
  try {
    await link(file, name);
  } catch (error) {
    if (!NO_LINKS.has(codeOf(error))) throw error;
    await copyFile(file, name, constants.COPYFILE_EXCL);
  }
}
