import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isAbandoned, type LockRules, readLock, removeIfThere } from './lock.ts';

/** Removes what processes left that were ended while they took the lock `file` or broke one. For the owner of the lock, which has `token`. */
export async function removeLockStrays(file: string, token: string, rules: LockRules): Promise<void> {
  const begin = `${basename(file)}.`;
  const names = await readdir(dirname(file)).catch(() => []); // a folder that may be written to, but not listed
  const strays = names.filter((name) => name.startsWith(begin) && STRAY.test(name.slice(begin.length)) && !name.includes(token));
  for (const name of strays) {
    const path = join(dirname(file), name);
    const left = await readLock(path).catch(() => undefined); // not even a file: none of ours
    if (left !== undefined && isAbandoned(left, rules)) await removeIfThere(path);
  }
}

/** Claims, locks on breaking a lock, and claims to those. */
const STRAY = /^[0-9a-f-]+\.(?:new|break)(?:\.[0-9a-f-]+\.(?:new|break))*$/;
