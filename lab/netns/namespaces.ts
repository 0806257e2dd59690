import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pathOf } from './programs.ts';

/**
 * Network namespaces of one lab. Their names tell the process they belong to: `srvkit-lab-PID-NUMBER-NAME`. `remove` removes them, and so does
 * the exit of this process; those of a process that was killed are removed when the next lab begins.
 */
export class Namespaces {
  /** For files of processes in the namespaces. */
  readonly folder: string;
  readonly #prefix: string;
  readonly #removeAtExit = (): void => this.remove();

  constructor() {
    sweep();
    created += 1;
    this.#prefix = `${PREFIX}${process.pid}-${created}-`;
    this.folder = mkdtempSync(join(tmpdir(), this.#prefix));
    process.on('exit', this.#removeAtExit);
  }

  /** Adds one, with its loopback up, and gives its name. */
  add(name: string): string {
    const full = `${this.#prefix}${name}`;
    ip('netns', 'add', full);
    ip('-n', full, 'link', 'set', 'lo', 'up');
    return full;
  }

  /** Ends every process in them, and leaves nothing behind. May be called again. */
  remove(): void {
    process.off('exit', this.#removeAtExit);
    removeAll(this.#prefix);
  }
}

/** Runs `ip`. Throws with what it says. */
export function ip(...args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(pathOf('ip'), args, { encoding: 'utf8' });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`ip ${args.join(' ')}: ${stderr.trim()}`);
  return stdout;
}

/** What runs a program in a namespace. */
export function inNamespace(name: string): readonly string[] {
  return [pathOf('ip'), 'netns', 'exec', name];
}

/** The resolv.conf that programs in a namespace see. */
export function setNameServer(namespace: string, address: string): void {
  const folder = join(SYSTEM_FOLDER, namespace);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'resolv.conf'), `nameserver ${address}\n`);
}

/** The program that plays the WAN. */
export const DELAY_LINE: string = fileURLToPath(new URL('delay-line.py', import.meta.url));

const PREFIX = 'srvkit-lab-';
const SYSTEM_FOLDER = '/etc/netns';
let created = 0;

/** Removes what labs left behind whose process is gone. */
function sweep(): void {
  const names = [...namespacesNow(), ...entriesOf(SYSTEM_FOLDER), ...entriesOf(tmpdir())];
  const pids = new Set(names.flatMap((name) => /^srvkit-lab-(\d+)-/.exec(name)?.[1] ?? []));
  for (const pid of pids) if (!isAlive(Number(pid))) removeAll(`${PREFIX}${pid}-`);
}

function removeAll(prefix: string): void {
  for (const name of namespacesNow().filter((each) => each.startsWith(prefix))) {
    for (const pid of ip('netns', 'pids', name).split('\n').filter(Boolean)) killNow(Number(pid));
    ip('netns', 'del', name);
  }
  for (const folder of [SYSTEM_FOLDER, tmpdir()]) {
    for (const name of entriesOf(folder).filter((each) => each.startsWith(prefix)))
      rmSync(join(folder, name), { recursive: true, force: true });
  }
}

function namespacesNow(): readonly string[] {
  return ip('netns', 'list')
    .split('\n')
    .flatMap((line) => line.split(' ')[0] ?? [])
    .filter(Boolean);
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // a folder that is not there holds nothing
  }
}

function killNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
