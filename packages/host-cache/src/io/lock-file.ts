import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, link, open, rename, unlink, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { HostCacheError } from '../host-cache.ts';
import { formatOwner, lifeOf, type LockOwner, parseOwner } from '../lock-owner.ts';
import { seeProcess, thisPlace } from './this-process.ts';

const POLL_MS = 15;
/**
 * Of an owner that cannot be judged, a lock of this age counts as left behind. It is held for milliseconds; this is less than the usual wait,
 * so that nobody gives up because of it.
 */
const ABANDONED_MS = 3000;
const MAX_LOCK_OCTETS = 4096;

export interface LockOptions {
  readonly timeoutMs: number;
  /** Epoch ms, to tell the age of a lock. */
  readonly now: () => number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs `action` while `file` exists and names this process. A lock whose process is gone is broken at once, one whose process runs, perhaps
 * suspended, never. Where neither can be told (another machine or container, a system that tells no start times) age decides: three seconds.
 * Rejects with a `HostCacheError` when the lock cannot be had in time.
 */
export async function withLock<T>(file: string, options: LockOptions, action: (token: string) => Promise<T>): Promise<T> {
  const deadlineAt = performance.now() + options.timeoutMs;
  let token = await tryLock(file, options.now);
  while (token === undefined) {
    options.signal?.throwIfAborted();
    if (performance.now() > deadlineAt)
      throw new HostCacheError('LOCKED', `${file}: held by another process for too long; remove it if there is none`);
    await sleep(POLL_MS, undefined, { signal: options.signal }).catch(() => options.signal?.throwIfAborted());
    token = await tryLock(file, options.now);
  }
  try {
    return await action(token);
  } finally {
    if ((await readLock(file))?.identity === token) await removeIfThere(file);
  }
}

/** Removes what a process left that was ended while it took the lock `file` or broke one. For the owner of the lock, which has `token`. */
export async function removeLockStrays(paths: readonly string[], token: string, now: () => number): Promise<void> {
  for (const path of paths) {
    if (!LOCK_STRAY.test(path) || path.includes(token)) continue;
    const held = await readLock(path);
    if (held !== undefined && isAbandoned(held, now())) await removeIfThere(path);
  }
}

const LOCK_STRAY = /\.lock(?:\.[0-9a-f-]+\.(?:new|break))+$/;

/** Gives the token of the new owner when the lock was free or could be broken. */
async function tryLock(file: string, now: () => number): Promise<string | undefined> {
  const held = await readLock(file);
  if (held !== undefined && !isAbandoned(held, now())) return undefined;
  const token = randomUUID();
  // Linked or renamed into place, so that a lock says from its first moment whose it is.
  const claim = `${file}.${token}.new`;
  try {
    await writeFile(claim, formatOwner(owner(token)), { flag: 'wx', mode: 0o600 });
    const isOurs = held === undefined ? await create(file, claim) : await breakLock(file, held, claim, now);
    return isOurs ? token : undefined;
  } catch (error) {
    if (error instanceof HostCacheError) throw error;
    if (codeOf(error) === 'ENOENT' && held !== undefined) return undefined; // another process was quicker
    throw new HostCacheError('NOT_WRITABLE', `${file}: cannot be created (${codeOf(error)}); the folder must exist and be writable`, error);
  } finally {
    await removeIfThere(claim);
  }
}

async function create(file: string, claim: string): Promise<boolean> {
  try {
    await linkOrCopy(claim, file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Of several processes that see the same dead owner, one may break its lock: the one that holds the lock on breaking it. The lock is replaced,
 * never absent, and only while it still is the one that was judged.
 */
async function breakLock(file: string, held: HeldLock, claim: string, now: () => number): Promise<boolean> {
  const guard = `${file}.${held.identity}.break`;
  if ((await tryLock(guard, now)) === undefined) return false;
  try {
    if ((await readLock(file))?.identity !== held.identity) return false;
    await rename(claim, file);
    return true;
  } finally {
    await removeIfThere(guard);
  }
}

interface HeldLock {
  readonly owner: LockOwner | undefined;
  /** The owner's token; of a lock that names no owner, its inode. */
  readonly identity: string;
  readonly modifiedAt: number;
}

function isAbandoned({ owner, modifiedAt }: HeldLock, now: number): boolean {
  const life = owner === undefined ? 'unknown' : lifeOf(owner, thisPlace(), seeProcess);
  // A lock from the future was made by another clock, which says no more than its age.
  return life === 'gone' || (life === 'unknown' && Math.abs(now - modifiedAt) > ABANDONED_MS);
}

async function readLock(file: string): Promise<HeldLock | undefined> {
  try {
    const handle = await open(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
    try {
      const stats = await handle.stat();
      if (!stats.isFile() || stats.size > MAX_LOCK_OCTETS) throw notOurs(file);
      const owner = parseOwner(await handle.readFile('utf8'));
      return { owner, identity: owner?.token ?? stats.ino.toString(16), modifiedAt: stats.mtimeMs };
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof HostCacheError) throw error;
    if (codeOf(error) === 'ENOENT') return undefined;
    throw notOurs(file, error);
  }
}

function notOurs(file: string, cause?: unknown): HostCacheError {
  return new HostCacheError('LOCKED', `${file}: not a lock of ours; remove it, or name another file for the host cache`, cause);
}

function owner(token: string): LockOwner {
  return { token, pid: process.pid, started: seeProcess(process.pid)?.started ?? null, place: thisPlace() };
}

const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

/** Gives a file a second name that must be free; on file systems without links, a copy of it. */
export async function linkOrCopy(file: string, name: string): Promise<void> {
  try {
    await link(file, name);
  } catch (error) {
    if (!NO_LINKS.has(codeOf(error))) throw error;
    await copyFile(file, name, constants.COPYFILE_EXCL);
  }
}

async function removeIfThere(file: string): Promise<void> {
  await unlink(file).catch(() => {}); // renamed, or removed by who came after us
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
