import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { codeOf, whyRefused } from '../system-error.ts';
import { LockError } from '../lock-error.ts';
import { formatOwner, lifeOf, type LockOwner, makeToken, parseOwner } from '../lock-owner.ts';
import type { Disk } from './disk.ts';
import { linkOrCopy } from './link-or-copy.ts';
import { seeProcess, thisPlace } from './this-process.ts';

const MAX_LOCK_OCTETS = 4096;

/** How locks are taken, and how one is judged whose process cannot be seen. */
export interface LockRules {
  /** Epoch ms. */
  readonly now: () => number;
  /** Of an owner that cannot be judged (another machine or container, a system that tells no start times), a lock this old is left behind. */
  readonly silentMs: number;
  readonly disk: Disk;
}

/** A lock as it was found. */
export interface SeenLock {
  readonly owner: LockOwner | undefined;
  /** The owner's token; of a lock that names no owner, its inode. */
  readonly identity: string;
  readonly touchedAt: number;
}

/**
 * Takes `file` when it is free or left behind, and gives the token that is ours; else the lock that is in the way. A lock whose process is
 * gone is broken at once, one whose process runs, perhaps suspended, never; where neither can be told, age decides. Rejects with `LockError`.
 */
export async function tryLock(file: string, rules: LockRules): Promise<string | SeenLock> {
  try {
    return await tryOnce(file, rules);
  } catch (error) {
    if (error instanceof LockError) throw error;
    throw new LockError('NOT_WRITABLE', `${file}: cannot be created: ${whyRefused(error)}`, error);
  }
}

async function tryOnce(file: string, rules: LockRules): Promise<string | SeenLock> {
  const held = await readLock(file, rules.disk);
  if (held !== undefined && !isAbandoned(held, rules)) return held;
  const owner = newOwner();
  // Linked or renamed into place, so that a lock says from its first moment whose it is.
  const claim = `${file}.${owner.token}.new`;
  const found = await claiming({ claim, owner, disk: rules.disk }, () =>
    held === undefined ? create(file, claim, rules.disk) : breakLock(file, { dead: held, claim, rules }),
  );
  if (found === 'ours') return owner.token;
  // Let go of just now, or left behind by who was quicker.
  return found === undefined || isAbandoned(found, rules) ? tryLock(file, rules) : found;
}

/** Lets go of a lock, if it still is the one with this token. One that cannot be removed is nobody's all the same. */
export async function unlock(file: string, token: string, disk: Disk): Promise<void> {
  try {
    const held = await readLock(file, disk);
    if (held?.identity === token) await disk.unlink(file);
  } catch {
    letGo.add(token); // the disk may be full or read-only: with the next turn it goes, or with this process
  }
}

/** Tokens of locks which this process has let go of and could not remove. Others see that nobody holds them when the process has ended. */
const letGo = new Set<string>();

/** Whether nobody holds it any more. */
export function isAbandoned({ owner, touchedAt }: SeenLock, { now, silentMs }: Pick<LockRules, 'now' | 'silentMs'>): boolean {
  if (owner !== undefined && letGo.has(owner.token)) return true;
  const life = owner === undefined ? 'unknown' : lifeOf(owner, thisPlace(), seeProcess);
  // A lock from the future was made by another clock, which says no more than its age.
  return life === 'gone' || (life === 'unknown' && Math.abs(now() - touchedAt) > silentMs);
}

/** Undefined when there is none. Rejects with `LockError` when that name is something else's, or it cannot be looked at. */
export async function readLock(file: string, disk: Disk): Promise<SeenLock | undefined> {
  try {
    // O_NONBLOCK, so that opening a pipe does not wait for somebody to write into it.
    const handle = await disk.open(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
    try {
      const stats = await handle.stat();
      if (!stats.isFile() || stats.size > MAX_LOCK_OCTETS) throw notOurs(file);
      const owner = parseOwner(await handle.readFile('utf8'));
      return { owner, identity: owner?.token ?? stats.ino.toString(16), touchedAt: stats.mtimeMs };
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof LockError) throw error;
    const code = codeOf(error);
    if (code === 'ENOENT') return undefined;
    if (code === 'ELOOP') throw notOurs(file, error);
    throw new LockError('NOT_WRITABLE', `${file}: cannot be looked at: ${whyRefused(error)}`, error);
  }
}

function notOurs(file: string, cause?: unknown): LockError {
  return new LockError('NOT_A_LOCK', `${file}: not a lock of ours; remove it, or move it away`, cause);
}

/** Removes a file that may be gone already: renamed, or removed by the next owner. */
export async function removeIfThere(file: string, disk: Disk): Promise<void> {
  await disk.unlink(file).catch(() => {}); // gone, which is what we want
}

/** 'ours', or who was quicker; undefined when nobody is there any more. */
type Found = 'ours' | SeenLock | undefined;

/** Has a claim that names this process while `take` makes it the lock. */
async function claiming(
  { claim, owner, disk }: { readonly claim: string; readonly owner: LockOwner; readonly disk: Disk },
  take: () => Promise<Found>,
): Promise<Found> {
  try {
    await disk.writeFile(claim, formatOwner(owner), { flag: 'wx', mode: 0o600 });
    return await take();
  } finally {
    await removeIfThere(claim, disk);
  }
}

async function create(file: string, claim: string, disk: Disk): Promise<Found> {
  try {
    await linkOrCopy(claim, file, disk);
    return 'ours';
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') return claimLost(error);
    return readLock(file, disk);
  }
}

/**
 * Of several processes that see the same dead owner, one may break its lock: the one that holds the lock on breaking it. The lock is replaced,
 * never absent, and only while it still is the one that was judged.
 */
async function breakLock(
  file: string,
  { dead, claim, rules }: { readonly dead: SeenLock; readonly claim: string; readonly rules: LockRules },
): Promise<Found> {
  const guard = `${file}.${dead.identity}.break`;
  const turn = await tryLock(guard, rules);
  if (typeof turn !== 'string') return turn;
  try {
    const held = await readLock(file, rules.disk);
    if (held?.identity !== dead.identity) return held;
    await rules.disk.rename(claim, file);
    return 'ours';
  } catch (error) {
    return claimLost(error);
  } finally {
    await unlock(guard, turn, rules.disk);
  }
}

/** A process that was suspended for too long, where others cannot see it, finds its claim removed, and makes another. */
function claimLost(error: unknown): undefined {
  if (codeOf(error) !== 'ENOENT') throw error;
}

function newOwner(): LockOwner {
  const self = { pid: process.pid, started: seeProcess(process.pid)?.started ?? null, place: thisPlace() };
  return { ...self, token: makeToken(self, randomUUID().slice(-12)) };
}
