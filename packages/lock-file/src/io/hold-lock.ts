import { randomUUID } from 'node:crypto';
import { constants, readFileSync, readlinkSync } from 'node:fs';
import { link, open, rename, unlink, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { LockError } from '../lock-error.ts';

const HEARTBEAT_MS = 10_000;
/** A holder that cannot be seen (another machine or container) is gone when its lock was not touched for this long. */
const SILENT_MS = 60_000;
const MAX_LOCK_OCTETS = 4096;

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
 * a process that runs never. Rejects with `LockError`; `LOCKED` names the other's PID.
 */
export async function holdLock(file: string, { busy }: HoldLockOptions): Promise<HeldLock> {
  const token = randomUUID();
  await take(file, token, busy);
  const heartbeat = setInterval(() => void touch(file), HEARTBEAT_MS);
  heartbeat.unref();
  return {
    async release() {
      clearInterval(heartbeat);
      if ((await readLock(file))?.token === token) await removeIfThere(file);
    },
  };
}

async function take(file: string, token: string, busy: string): Promise<void> {
  const claim = `${file}.${token}.new`;
  try {
    // Linked or renamed into place, so that a lock says from its first moment whose it is.
    await writeFile(claim, JSON.stringify(thisProcess(token)), { flag: 'wx', mode: 0o600 });
    for (;;) {
      if (await create(claim, file)) return;
      const held = await readLock(file);
      if (held === undefined) continue; // let go of just now
      if (!isGone(held)) throw locked(file, held, busy);
      await breakLock(file, held, claim, busy);
      return;
    }
  } catch (error) {
    if (error instanceof LockError) throw error;
    throw new LockError('NOT_WRITABLE', `${file}: cannot be created (${codeOf(error)}); its folder must exist and be writable`, error);
  } finally {
    await removeIfThere(claim);
  }
}

/** Gives false when the name is taken. */
async function create(claim: string, file: string): Promise<boolean> {
  try {
    await link(claim, file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Of several processes that see the same dead holder, one may break its lock: the one that holds the lock on breaking it, and only while it
 * is still the lock that was judged.
 */
async function breakLock(file: string, dead: Lock, claim: string, busy: string): Promise<void> {
  const guard = `${file}.${dead.token}.break`;
  const token = randomUUID();
  await take(guard, token, busy);
  try {
    const held = await readLock(file);
    if (held?.token === dead.token) await rename(claim, file);
    else if (held !== undefined || !(await create(claim, file))) throw locked(file, held ?? dead, busy);
  } finally {
    await removeIfThere(guard);
  }
}

interface Lock {
  /** Unlike that of every other lock; of a lock that names nobody, its inode. */
  readonly token: string;
  readonly pid: number | undefined;
  /** When the process began, in the system's own measure; null where that cannot be told. */
  readonly started: string | null;
  /** Where the PID means anything: this boot and PID namespace, or this machine. */
  readonly place: string | undefined;
  readonly touchedAt: number;
}

function isGone({ pid, started, place, touchedAt }: Lock): boolean {
  const silent = Math.abs(Date.now() - touchedAt) > SILENT_MS;
  if (pid === undefined || place !== thisPlace()) return silent;
  if (!isRunning(pid)) return true;
  const seen = startOf(pid);
  return seen === null || started === null ? silent : seen !== started;
}

function locked(file: string, { pid }: Lock, busy: string): LockError {
  const who = pid === undefined ? 'another process' : `process ${pid}`;
  return new LockError('LOCKED', `${file}: ${who} ${busy}`);
}

async function readLock(file: string): Promise<Lock | undefined> {
  try {
    const handle = await open(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
    try {
      const stats = await handle.stat();
      if (!stats.isFile() || stats.size > MAX_LOCK_OCTETS) throw new Error('no lock');
      return lockOf(await handle.readFile('utf8'), { inode: stats.ino, touchedAt: stats.mtimeMs });
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new LockError('NOT_A_LOCK', `${file}: not a lock of ours; move it away`, error);
  }
}

function lockOf(text: string, { inode, touchedAt }: { readonly inode: number; readonly touchedAt: number }): Lock {
  const nobody = { token: inode.toString(16), pid: undefined, started: null, place: undefined, touchedAt };
  const { token, pid, started, place } = fieldsOf(text);
  if (typeof token !== 'string' || !/^[0-9a-f-]{1,36}$/.test(token) || typeof place !== 'string') return nobody;
  if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid < 1) return nobody;
  return { token, pid, started: typeof started === 'string' ? started : null, place, touchedAt };
}

function fieldsOf(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {}; // whatever is wrong with it, it names nobody
  }
}

function thisProcess(token: string): Omit<Lock, 'touchedAt'> {
  return { token, pid: process.pid, started: startOf(process.pid), place: thisPlace() };
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false;
    // EPERM: it runs, and is somebody else's
  }
  const state = statOf(pid)?.[0];
  return state !== 'Z' && state !== 'X';
}

function startOf(pid: number): string | null {
  return statOf(pid)?.[19] ?? null;
}

/** The fields of `/proc/PID/stat` from the third on (proc_pid_stat(5)); the second may hold anything, in parentheses. */
function statOf(pid: number): readonly string[] | undefined {
  const stat = readOr(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function thisPlace(): string {
  const boot = readOr('/proc/sys/kernel/random/boot_id');
  if (boot === undefined) return hostname();
  try {
    return `${boot.trim()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return `${boot.trim()} ${hostname()}`; // a system that hides its namespaces
  }
}

function readOr(file: string): string | undefined {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return undefined; // not Linux, or not for us to see: the caller does without
  }
}

async function touch(file: string): Promise<void> {
  const now = new Date();
  await utimes(file, now, now).catch(() => {}); // the next one will do
}

async function removeIfThere(file: string): Promise<void> {
  await unlink(file).catch(() => {}); // renamed, or removed by who came after us
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
