import * as nodeDisk from 'node:fs/promises';

/** What is asked of the system about files that programs keep. */
export type Disk = Pick<typeof nodeDisk, 'copyFile' | 'link' | 'open' | 'readdir' | 'rename' | 'stat' | 'unlink' | 'utimes' | 'writeFile'>;

/** That of Node. */
export const systemDisk: Disk = nodeDisk;
