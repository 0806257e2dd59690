import { constants } from 'node:fs';
import { codeOf } from '../system-error.ts';
import { type Disk, systemDisk } from './disk.ts';

const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

/** Gives a file a second name that must be free (`EEXIST`); on file systems without links, a copy of it. */
export async function linkOrCopy(file: string, name: string, disk: Pick<Disk, 'copyFile' | 'link'> = systemDisk): Promise<void> {
  try {
    await disk.link(file, name);
  } catch (error) {
    if (!NO_LINKS.has(codeOf(error))) throw error;
    await disk.copyFile(file, name, constants.COPYFILE_EXCL);
  }
}
