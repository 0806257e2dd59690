import { run } from '../src/index.ts';
import type { Io } from '../src/index.ts';

export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Standard output as the one JSON document it is. */
  json(): any; // eslint-disable-line typescript/no-explicit-any -- tests look into documents freely
}

/** Runs a command line in this process and keeps what it writes. */
export async function srvkit(argv: readonly string[], io: Partial<Io> = {}): Promise<Ran> {
  let stdout = '';
  let stderr = '';
  const status = await run(argv, {
    stdout: { write: (text) => void (stdout += text), isTerminal: false },
    stderr: { write: (text) => void (stderr += text), isTerminal: false },
    env: {},
    signal: new AbortController().signal,
    now: Date.now,
    ...io,
  });
  return { status, stdout, stderr, json: () => JSON.parse(stdout) };
}
