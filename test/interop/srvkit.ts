import { join } from 'node:path';
import { run, start } from './program.ts';
import type { Finished, Running } from './program.ts';

const MAIN = join(import.meta.dirname, '../../packages/cli/src/main.ts');

/** Runs our command line as its users do. */
export function srvkit(...args: readonly string[]): Promise<Finished> {
  return run('node', [MAIN, ...args]);
}

/** Starts `srvkit serve` or the like, ready when it has written a line. */
export function startSrvkit(...args: readonly string[]): Promise<Running> {
  return start('node', [MAIN, ...args], /\n/);
}
