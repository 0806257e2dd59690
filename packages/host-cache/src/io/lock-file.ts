import { link, open, rename, stat, unlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { HostCacheError } from '../host-cache.ts';

const POLL_MS = 15;
/** A lock is held for milliseconds; one of this age was left behind. Less than the usual wait, so that nobody gives up because of it. */
const ABANDONED_MS = 3000;

export interface LockOptions {
  readonly timeoutMs: number;
  readonly now: () => number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs `action` while `file` exists, which only one process can have created. A lock left behind by a process that died is broken after three
 * seconds. Rejects with a `HostCacheError` when it cannot be had in time.
 */
export async function withLock<T>(file: string, options: LockOptions, action: () => Promise<T>): Promise<T> {
  const deadlineAt = options.now() + options.timeoutMs;
  while (!(await tryCreate(file))) {
    options.signal?.throwIfAborted();
    if (options.now() > deadlineAt)
      throw new HostCacheError('LOCKED', `${file}: held by another process for too long; remove it if there is none`);
    await breakAbandoned(file, options.now);
    await sleep(POLL_MS, undefined, { signal: options.signal }).catch(() => options.signal?.throwIfAborted());
  }
  try {
    return await action();
  } finally {
    await unlink(file).catch(() => {}); // who waited too long for us has broken it already
  }
}

async function tryCreate(file: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx', 0o600);
    await handle.close();
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw new HostCacheError('NOT_WRITABLE', `${file}: cannot be created (${codeOf(error)}); the folder must exist and be writable`, error);
  }
}

// Moved away before it is removed: of several processes that see the same old lock, one gets it. Should it have become a new one
// meanwhile, it is put back.
async function breakAbandoned(file: string, now: () => number): Promise<void> {
  const aside = `${file}.${process.pid}`;
  try {
    const seen = await stat(file);
    if (!seen.isFile())
      throw new HostCacheError('LOCKED', `${file}: not a lock of ours; remove it, or name another file for the host cache`);
    if (now() - seen.mtimeMs < ABANDONED_MS) return;
    await rename(file, aside);
    const moved = await stat(aside);
    if (moved.ino !== seen.ino) await link(aside, file);
    await unlink(aside);
  } catch (error) {
    if (error instanceof HostCacheError) throw error;
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'EEXIST') return; // another process was quicker
    throw new HostCacheError('LOCKED', `${file}: left behind, and cannot be taken away (${codeOf(error)}); remove it`, error);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
