import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

// Where Debian keeps servers, which are not on everybody's PATH.
const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** Where a program is that we may run, `more` being folders to look into last; undefined: nowhere. */
export function findProgram(name: string, ...more: readonly string[]): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...SYSTEM_FOLDERS, ...more];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false; // whatever keeps us from running it, we cannot
  }
}
