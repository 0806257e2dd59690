import { utimes } from 'node:fs/promises';
import { LockError } from '../lock-error.ts';
import { type SeenLock, tryLock, unlock } from './lock.ts';
import { removeLockStrays } from './lock-strays.ts';

const HEARTBEAT_MS = 10_000;
/** A holder that cannot be seen is gone when its lock was not touched for this long. */
const SILENT_MS = 60_000;

/** A lock that is held until it is released. */
export interface HeldLock {
  release(): Promise<void>;
}

/** What is said to whoever comes second. */
export interface HoldLockOptions {
  /** What the holder does with it, and the remedy: `publishes with this journal already; end it, or ...`. */
  readonly busy: string;
}

/**
 * Takes `file` for this process until it is released. Whoever holds it is named inside: a lock of a process that is gone is broken, one of
 * a process that runs never. Does not wait: rejects with `LockError`; `LOCKED` names the other's PID.
 */
export async function holdLock(file: string, { busy }: HoldLockOptions): Promise<HeldLock> {
  const rules = { now: Date.now, silentMs: SILENT_MS };
  const token = await tryLock(file, rules);
  if (typeof token !== 'string') throw locked(file, token, busy);
  await removeLockStrays(file, token, rules);
  const heartbeat = setInterval(() => void touch(file), HEARTBEAT_MS);
  heartbeat.unref();
  return {
    async release() {
      clearInterval(heartbeat);
      await unlock(file, token);
    },
  };
}

function locked(file: string, { owner }: SeenLock, busy: string): LockError {
  const who = owner === undefined ? 'another process' : `process ${owner.pid}`;
  return new LockError('LOCKED', `${file}: ${who} ${busy}`);
}

async function touch(file: string): Promise<void> {
  const now = new Date();
  await utimes(file, now, now).catch(() => {}); // the next one will do
}
