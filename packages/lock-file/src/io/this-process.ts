import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { readProcessStat, type SeenProcess } from '../lock-owner.ts';
import { codeOf } from '../system-error.ts';

/** Where the PIDs that we see mean anything: this boot and this PID namespace; where the system tells neither, this machine. */
export function thisPlace(): string {
  const boot = readOr('/proc/sys/kernel/random/boot_id');
  if (boot === undefined) return hostname();
  return `${boot.trim()} ${pidNamespace()}`;
}

/** What is seen of the process with this PID. */
export function seeProcess(pid: number): SeenProcess {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return undefined;
    // EPERM: it runs, and is somebody else's
  }
  const stat = readOr(`/proc/${pid}/stat`);
  return stat === undefined ? { started: null, isDead: false } : readProcessStat(stat);
}

function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return hostname(); // a system without namespaces, or one that hides them
  }
}

const EXHAUSTED = new Set(['EMFILE', 'ENFILE', 'ENOMEM']);

function readOr(file: string): string | undefined {
  try {
    return readFileSync(file, 'latin1');
  } catch (error) {
    if (EXHAUSTED.has(codeOf(error))) throw error; // says nothing about the system, and nobody must be judged by it
    return undefined; // not Linux, no /proc, or not for us to see: the caller does without
  }
}
