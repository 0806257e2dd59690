import { basename, dirname, join } from 'node:path';
import { ownerNamedBy } from '../lock-owner.ts';
import { isAbandoned, type LockRules, readLock, removeIfThere } from './lock.ts';
import { thisPlace } from './this-process.ts';

/**
 * Removes what processes left that were ended while they took the lock `file` or broke one: each is judged as a lock is, and what was begun
 * by a process that runs stays. For the owner of the lock, which has `token`. What cannot be removed is left for the next one.
 */
export async function removeLockStrays(file: string, token: string, rules: LockRules): Promise<void> {
  await sweep(file, token, rules).catch(() => {}); // too many open files, say: no reason not to have the lock
}

async function sweep(file: string, token: string, rules: LockRules): Promise<void> {
  const begin = `${basename(file)}.`;
  const here = thisPlace();
  const names = await rules.disk.readdir(dirname(file)).catch(() => []); // a folder that may be written to, but not listed
  for (const name of names) {
    const named = name.startsWith(begin) ? STRAY.exec(name.slice(begin.length))?.[1] : undefined;
    if (named === undefined || named === token) continue;
    const path = join(dirname(file), name);
    const left = await readLock(path, rules.disk).catch(() => undefined); // not even a file: none of ours
    // A claim whose writer was killed before it wrote anything still names its writer, by the name of the file. The name of a guard holds the
    // token of the lock that it guards; but guards are put in place whole, and always name their owner inside.
    const owner = left?.owner ?? (name.endsWith('.new') ? ownerNamedBy(named, here) : undefined);
    if (left !== undefined && isAbandoned({ ...left, owner }, rules)) await removeIfThere(path, rules.disk);
  }
}

/** A claim or a lock on breaking a lock, perhaps one on breaking the former. Its last token is the one in parentheses. */
const STRAY = /^(?:[0-9a-f-]+\.break\.)*([0-9a-f-]+)\.(?:new|break)$/;
