import { join } from 'node:path';
import { run } from 'srvkit';
import { start } from './program.ts';
import type { Finished, Running } from './program.ts';

/** Runs a command line of ours to its end, in this process. */
export async function srvkit(...args: readonly string[]): Promise<Finished> {
  const output = { stdout: '', stderr: '' };
  const keep = (stream: keyof typeof output) => ({
    isTerminal: false,
    write(text: string): void {
      output[stream] += text;
    },
  });
  const io = { stdout: keep('stdout'), stderr: keep('stderr'), env: {}, signal: new AbortController().signal, now: Date.now };
  const status = await run(args, io);
  return { status, ...output };
}

/** Starts `srvkit serve` or the like as a process of its own, ready when it has written a line. */
export function startSrvkit(...args: readonly string[]): Promise<Running> {
  return start('node', [join(import.meta.dirname, '../../packages/cli/src/main.ts'), ...args], /\n/);
}
