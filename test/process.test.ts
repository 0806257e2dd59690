import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, existsSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createTestServer } from '@srvkit/test-server';
import test from 'ava';

// What only a process of its own can show: signals, exit statuses, a reader that goes away.

const main = resolve(import.meta.dirname, '../packages/cli/src/main.ts');
const ZONE = '$ORIGIN east.contoso.com.\n$TTL 60\n@ SOA ns1 hostmaster 1 2 3 4 5\n';

function srvkit(...argv: string[]): ChildProcess {
  return spawn(process.execPath, [main, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] });
}

for (const [signal, status] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  test(`${signal} ends a resolve that is waiting with ${status}, at once and without a word on standard output`, async (t) => {
    const server = await createTestServer({ zones: [ZONE], faults: ['*=drop'] });
    t.teardown(() => server.close());
    const child = srvkit('resolve', '--domain', 'east.contoso.com', '--server', server.address, '--timeout', '30s', '--json');
    let stdout = '';
    child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    while (server.requests.length === 0) await new Promise((settle) => setTimeout(settle, 20));
    const exited = once(child, 'exit');
    child.kill(signal);
    t.deepEqual(await exited, [status, null]);
    t.is(stdout, '');
  });

  test(`${signal} ends serve with 0 and a last event`, async (t) => {
    const serving = srvkit('serve', resolve(import.meta.dirname, '../fixtures/interop/east.zone'), '--listen', '127.0.0.1:0', '--json');
    let stdout = '';
    const listening = new Promise<void>((settle) => {
      serving.stdout?.on('data', (chunk: Buffer) => {
        stdout += chunk.toString();
        if (stdout.includes('\n')) settle();
      });
    });
    await listening;
    const exited = once(serving, 'exit');
    serving.kill(signal);
    t.deepEqual(await exited, [0, null]);
    t.deepEqual(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as { event: string }).event),
      ['listening', 'stopped'],
    );
  });
}

for (const [signal, status] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  test(`${signal} ends a command that waits for a pipe with ${status}`, async (t) => {
    if (process.platform === 'win32') return void t.pass('there are no named pipes in folders');
    const pipe = join(mkdtempSync(join(tmpdir(), 'srvkit-pipe-')), 'settings.reg');
    t.teardown(() => rmSync(dirname(pipe), { recursive: true }));
    execFileSync('mkfifo', [pipe]);
    const child = srvkit('publish', '--target', 'kms-e1.east.contoso.com', '--settings', pipe);
    const exited = once(child, 'exit');
    closeSync(await untilRead(pipe)); // it has opened the pipe, and waits for a writer again
    child.kill(signal);
    t.deepEqual(await exited, [status, null]);
  });
}

test('what a shell substitutes for a file is read, when its writer is slow and when it has gone', async (t) => {
  if (!existsSync('/bin/bash')) return void t.pass('there is no bash here');
  const line = '"$0" "$1" zone print <(head -1 "$2"; read -t 0.3 < <(:); tail -n +2 "$2")';
  const zone = resolve(import.meta.dirname, '../fixtures/interop/east.zone');
  const print = (script: string): ChildProcess =>
    spawn('/bin/bash', ['-c', script, process.execPath, main, zone], { stdio: ['ignore', 'pipe', 'pipe'] });
  const texts = await Promise.all([line, '"$0" "$1" zone print "$2"'].map((script) => textOf(print(script))));
  t.is(texts[0], texts[1]);
  t.regex(await textOf(print('"$0" "$1" zone print <(:) 2>&1')), /^srvkit: \/dev\/fd\/\d+: .*SOA/);
});

test('output that cannot be written is one line and status 2', async (t) => {
  if (!existsSync('/dev/full')) {
    t.pass('there is no full device here');
    return;
  }
  const full = openSync('/dev/full', 'w');
  t.teardown(() => closeSync(full));
  const child = spawn(process.execPath, [main, '--help'], { stdio: ['ignore', full, 'pipe'] });
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  t.deepEqual(await once(child, 'close'), [2, null]);
  t.regex(stderr, /^srvkit: standard output cannot be written \(ENOSPC\): [^\n]+\n$/);
});

test('a reader that goes away ends the output, not the world', async (t) => {
  const child = srvkit('--help');
  child.stdout?.destroy();
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  await once(child, 'exit');
  t.is(stderr, '');
});

test('a pipe gets no colours, whatever the environment says about them', async (t) => {
  const argv = [main, 'resolve', '--domain', 'east.contoso.com', '--server', '127.0.0.1:9', '--explain'];
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, CI: 'true', FORCE_COLOR: '1' } });
  let stdout = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  await once(child, 'close');
  t.regex(stdout, /^failed \(0x8007232A/m);
  t.false(stdout.includes('\u001b'));
});

/** The end of a pipe to write into, as soon as somebody reads. */
async function untilRead(pipe: string): Promise<number> {
  for (;;) {
    try {
      return openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENXIO')) throw error;
      await new Promise((settle) => setTimeout(settle, 10));
    }
  }
}

async function textOf(child: ChildProcess): Promise<string> {
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await once(child, 'close');
  return text;
}
