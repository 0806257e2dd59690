import { setTimeout as sleep } from 'node:timers/promises';
import { LockError } from '../lock-error.ts';
import { type Disk, systemDisk } from './disk.ts';
import { readLock, tryLock, unlock } from './lock.ts';
import { removeLockStrays } from './lock-strays.ts';

const POLL_MS = 15;
/**
 * Of an owner that cannot be judged, a lock of this age counts as left behind. It is held for milliseconds; this is less than the usual wait,
 * so that nobody gives up because of it.
 */
const SILENT_MS = 3000;

/** How long to wait for a lock. */
export interface WithLockOptions {
  readonly timeoutMs: number;
  /** Epoch ms, to tell the age of a lock. Default: the system's clock. */
  readonly now?: () => number;
  readonly signal?: AbortSignal | undefined;
  /** Default: that of Node. */
  readonly disk?: Disk;
}

/**
 * Runs `action`, which is short, while `file` exists and names this process. Waits for its turn. Where others cannot see whether an owner still
 * runs, they break its lock when it is three seconds old: an action that may be suspended asks `stillOurs` just before the step that needs the
 * lock. Rejects with `LockError` when the lock cannot be had in time, and with the reason of the signal.
 */
export async function withLock<T>(
  file: string,
  options: WithLockOptions,
  action: (stillOurs: () => Promise<boolean>) => Promise<T>,
): Promise<T> {
  const { timeoutMs, now = Date.now, signal, disk = systemDisk } = options;
  const rules = { now, silentMs: SILENT_MS, disk };
  const deadlineAt = performance.now() + timeoutMs;
  let token = await tryLock(file, rules);
  while (typeof token !== 'string') {
    signal?.throwIfAborted();
    if (performance.now() > deadlineAt)
      throw new LockError('LOCKED', `${file}: held by another process for too long; remove it if there is none`);
    await sleep(POLL_MS, undefined, { signal }).catch(() => signal?.throwIfAborted());
    token = await tryLock(file, rules);
  }
  try {
    await removeLockStrays(file, token, rules);
    return await action(async () => (await readLock(file, disk))?.identity === token);
  } finally {
    await unlock(file, token, disk);
  }
}
