import { createHash } from 'node:crypto';

/** Who holds a lock, as its file says. */
export interface LockOwner {
  /** Unlike that of every other lock there has ever been: see `makeToken`. */
  readonly token: string;
  readonly pid: number;
  /** When the process began, in the system's own measure; null where that cannot be told. */
  readonly started: string | null;
  /** Where `pid` means this process: the boot and the PID namespace, or the machine. */
  readonly place: string;
}

/** Whether a process still runs. */
export type Life = 'running' | 'gone' | 'unknown';

/** What can be seen of the process that has a PID at this place; undefined when there is none. */
export type SeenProcess = { readonly started: string | null; readonly isDead: boolean } | undefined;

/**
 * Whether the owner of a lock still runs. A PID says nothing about processes of another machine or container. A process that began at another
 * time only has the owner's number.
 */
export function lifeOf(owner: LockOwner, here: string, seen: (pid: number) => SeenProcess): Life {
  if (owner.place !== here) return 'unknown';
  const found = seen(owner.pid);
  if (found === undefined || found.isDead) return 'gone';
  if (owner.started === null || found.started === null) return 'unknown';
  return found.started === owner.started ? 'running' : 'gone';
}

export function formatOwner(owner: LockOwner): string {
  return `${JSON.stringify(owner)}\n`;
}

/** Reads what a lock says; undefined when it is none of ours, or not written to its end. */
export function parseOwner(text: string): LockOwner | undefined {
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null) return undefined;
  const { token, pid, started, place } = value as Record<string, unknown>;
  if (typeof token !== 'string' || !/^[0-9a-f-]{1,64}$/.test(token)) return undefined;
  if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid < 1) return undefined;
  if (typeof place !== 'string' || (started !== null && typeof started !== 'string')) return undefined;
  return { token, pid, started, place };
}

/**
 * Makes the token of a lock: PLACE-PID-START-UNIQUE. It is part of the name of the claim file, which therefore names its process even when that
 * was killed before it wrote anything into it.
 */
export function makeToken({ pid, started, place }: Omit<LockOwner, 'token'>, unique: string): string {
  return `${digestOf(place)}-${pid}-${started ?? ''}-${unique}`;
}

/** The owner that a token names, for who is at the same place; undefined for a token from elsewhere, and for what is none. */
export function ownerNamedBy(token: string, here: string): LockOwner | undefined {
  const [, place, pid = '', started = ''] = /^([0-9a-f]{16})-([1-9][0-9]{0,9})-([0-9]{0,20})-[0-9a-f]+$/.exec(token) ?? [];
  if (place !== digestOf(here)) return undefined;
  return { token, pid: Number(pid), started: started === '' ? null : started, place: here };
}

/**
 * Reads `/proc/PID/stat` (proc_pid_stat(5)): field 3 is the state, 20 the number of threads, 22 the start in ticks since boot. Field 2 is the
 * command in parentheses and may hold anything. A process that was killed counts as dead when its last thread has ended: until then one of
 * them may be renaming a file.
 */
export function readProcessStat(stat: string): { readonly started: string | null; readonly isDead: boolean } {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state = '', threads = '', started] = [fields[0], fields[17], fields[19]];
  return { started: started ?? null, isDead: /^[ZXx]$/.test(state) && Number(threads) <= 1 };
}

function digestOf(place: string): string {
  return createHash('sha256').update(place).digest('hex').slice(0, 16);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // whatever is wrong with it, it names no owner
  }
}
