import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { resolve } from 'node:path';
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
