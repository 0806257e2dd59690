#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { isatty } from 'node:tty';
import { EXIT, Interrupted } from './exit.ts';
import type { Output } from './io.ts';

// Before everything else is loaded: what was compiled once is not compiled again at the next start.
enableCompileCache();
const { run } = await import('./run.ts');

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // The second signal means it: do not wait for the end of what the first one asked for.
    if (interruption.signal.aborted) process.exit(new Interrupted(signal).exitStatus);
    interruption.abort(new Interrupted(signal));
  });
}

process.exitCode = await run(process.argv.slice(2), {
  stdout: output(process.stdout),
  stderr: output(process.stderr),
  env: process.env,
  signal: interruption.signal,
  now: Date.now,
});

function output(stream: NodeJS.WriteStream & { readonly fd: number }): Output {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return interruption.abort(new Interrupted('SIGPIPE'));
    if (stream !== process.stderr)
      process.stderr.write(`srvkit: standard output cannot be written (${error.code}): free its disk or give another file\n`);
    process.exit(EXIT.usage);
  });
  return { write: (text) => void stream.write(text), isTerminal: isatty(stream.fd) && process.env['NO_COLOR'] === undefined };
}
