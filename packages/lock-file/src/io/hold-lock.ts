import { LockError } from '../lock-error.ts';
import { whyRefused } from '../system-error.ts';
import { type Disk, systemDisk } from './disk.ts';
import { readLock, type SeenLock, tryLock, unlock } from './lock.ts';
import { removeLockStrays } from './lock-strays.ts';

const HEARTBEAT_MS = 10_000;
/** A holder that cannot be seen is gone when its lock was not touched for this long. */
const SILENT_MS = 60_000;

/** A lock that is held until it is released. */
export interface HeldLock {
  /**
   * Aborted with a `LockError`, `LOST`, when it is seen that the lock is another's, or not there any more: this process was suspended for a
   * minute where others cannot see it, or somebody removed the file. What the lock is about must not be written any more then.
   */
  readonly lost: AbortSignal;
  /** Call it just before each write that the lock protects. Rejects with the reason of `lost`. Looks at the lock again when the last look is 10 s old. */
  confirm(): Promise<void>;
  /** Lets others have it. Safe to call twice. */
  release(): Promise<void>;
}

/** What is said to whoever comes second, and the clock. */
export interface HoldLockOptions {
  /** What the holder does with it, and the remedy: `publishes with this journal already; end it, or ...`. */
  readonly busy: string;
  /** Epoch ms. Default: the system's clock. */
  readonly now?: () => number;
  /** Calls again and again until what it returned is called. Default: the system's timer, which keeps no process alive. */
  readonly every?: (intervalMs: number, beat: () => void) => () => void;
  /** Default: that of Node. */
  readonly disk?: Disk;
}

/**
 * Takes `file` for this process until it is released. Whoever holds it is named inside: a lock of a process that is gone is broken, one of
 * a process that runs never. Does not wait: rejects with `LockError`; `LOCKED` names the other's PID.
 */
export async function holdLock(file: string, options: HoldLockOptions): Promise<HeldLock> {
  const { busy, now = Date.now, every = systemTimer, disk = systemDisk } = options;
  const rules = { now, silentMs: SILENT_MS, disk };
  const token = await tryLock(file, rules);
  if (typeof token !== 'string') throw new LockError('LOCKED', `${file}: ${nameOf(token)} ${busy}`);
  await removeLockStrays(file, token, rules);
  const losing = new AbortController();
  let lookedAt = now();
  let isReleased = false;
  const look = async (): Promise<void> => {
    const at = now();
    const held = await readLock(file, disk);
    if (isReleased) return;
    if (held?.identity !== token) {
      losing.abort(new LockError('LOST', `${file}: ${describeLoss(held)}`));
      return;
    }
    await disk.utimes(file, at / 1000, at / 1000).catch((error: unknown) => {
      throw new LockError('NOT_WRITABLE', `${file}: cannot be touched: ${whyRefused(error)}`, error);
    });
    lookedAt = at;
  };
  const stop = every(HEARTBEAT_MS, () => void look().catch(() => {})); // the next look will do
  return {
    lost: losing.signal,
    async confirm() {
      losing.signal.throwIfAborted();
      // A lock that was touched this lately is taken by nobody. The difference may be negative: clocks are set back.
      if (Math.abs(now() - lookedAt) > HEARTBEAT_MS) await look();
      losing.signal.throwIfAborted();
    },
    async release() {
      isReleased = true;
      stop();
      await unlock(file, token, disk);
    },
  };
}

function describeLoss(other: SeenLock | undefined): string {
  return other === undefined
    ? 'the lock was removed while it was held, and nothing more is written; leave it where it is, and start again'
    : `${nameOf(other)} has taken it while this one was suspended, and nothing more is written; end one of the two`;
}

function nameOf({ owner }: SeenLock): string {
  return owner === undefined ? 'another process' : `process ${owner.pid}`;
}

function systemTimer(intervalMs: number, beat: () => void): () => void {
  const timer = setInterval(beat, intervalMs);
  timer.unref();
  return () => clearInterval(timer);
}
