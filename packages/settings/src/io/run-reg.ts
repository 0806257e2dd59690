import { Buffer } from 'node:buffer';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { win32 } from 'node:path';
import { readableOutput } from '../reg-output.ts';
import { SettingsError } from '../settings-error.ts';

/** How a run of reg.exe ended. */
export interface RegRun {
  /** null: it was ended at its deadline. */
  readonly status: number | null;
  /** What it wrote, in the language of the system; only ASCII of it is kept (`readableOutput`), since its code page (the OEM one) is not known. */
  readonly output: string;
}

/** Runs `reg.exe ARGUMENTS` to its end. An aborted signal ends it and rejects with its reason. */
export type RunReg = (args: readonly string[], options: { readonly timeoutMs: number; readonly signal?: AbortSignal }) => Promise<RegRun>;

const MAX_OUTPUT = 1024 * 1024; // octets; the rest is read and dropped

/**
 * Runs this program, by default the system's reg.exe by its absolute path, without a shell and without a window. Rejects with
 * `SettingsError` `NO_REGISTRY` where there is none.
 */
export function regRunner(program: string = systemReg(process.env)): RunReg {
  return async (args, { timeoutMs, signal }) => {
    signal?.throwIfAborted();
    // Nothing to read: a prompt of reg.exe must never wait for somebody.
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true, timeout: timeoutMs, killSignal: 'SIGKILL' });
    const kill = (): void => void child.kill('SIGKILL');
    signal?.addEventListener('abort', kill, { once: true });
    try {
      const output = keepOutput(child);
      const status = await ended(child, program);
      signal?.throwIfAborted();
      return { status, output: output() };
    } finally {
      signal?.removeEventListener('abort', kill);
    }
  };
}

/** Where Windows keeps its own reg.exe: a 32-bit Node on 64-bit Windows reaches it as Sysnative, and would get the 32-bit view otherwise. */
export function systemReg(env: Readonly<Record<string, string | undefined>>): string {
  const root = env['SystemRoot'];
  const folder = env['PROCESSOR_ARCHITEW6432'] === undefined ? 'System32' : 'Sysnative';
  return win32.join(root !== undefined && win32.isAbsolute(root) ? root : 'C:\\Windows', folder, 'reg.exe');
}

function keepOutput(child: ChildProcess): () => string {
  const chunks: Buffer[] = [];
  let length = 0;
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      if (length < MAX_OUTPUT) chunks.push(chunk);
      length += chunk.length;
    });
  }
  return () => readableOutput(Buffer.concat(chunks));
}

function ended(child: ChildProcess, program: string): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('close', (status, signal) => resolve(signal === null ? status : null));
    child.once('error', (cause) => {
      const why = 'code' in cause && cause.code === 'ENOENT' ? 'there is no such program; is this Windows?' : cause.message;
      reject(new SettingsError('NO_REGISTRY', `${program}: ${why} Name a .reg file instead`, { cause }));
    });
  });
}
