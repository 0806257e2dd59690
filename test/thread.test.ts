import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import test from 'ava';
import { srvkit } from '../packages/cli/test/capture.ts';

// The one thread through all packages: a server and its zone, a host that publishes itself, a client that finds and reaches it.

const main = resolve(import.meta.dirname, '../packages/cli/src/main.ts');
const zone = `$ORIGIN east.contoso.com.
$TTL 3600
@       SOA ns1 hostmaster 1 3600 600 604800 300
@       NS  ns1
ns1     A   127.0.0.1
kms-e1  A   127.0.0.1
`;

test('serve, publish, resolve, withdraw by the command line', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'srvkit-thread-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const zoneFile = join(folder, 'east.zone');
  const keyFile = join(folder, 'east.key');
  writeFileSync(zoneFile, zone);
  writeFileSync(keyFile, 'hmac-sha256:east-key:ZWFzdC10ZXN0LXNlY3JldC0zMi1ieXRlcy1sb25nISE=', { mode: 0o600 });

  const listener = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
  t.teardown(() => listener.close());
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;

  const serving = spawn(process.execPath, [main, 'serve', zoneFile, '--tsig-key', keyFile, '--listen', '127.0.0.1:0', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(serving, 'exit');
  t.teardown(() => serving.kill('SIGKILL'));
  const events = createInterface({ input: serving.stdout })[Symbol.asyncIterator]();
  const nextEvent = async () => JSON.parse(String((await events.next()).value)) as Record<string, unknown>;
  const listening = await nextEvent();
  t.like(listening, { event: 'listening', zones: ['east.contoso.com.'] });
  t.is(listening['udp'], listening['tcp']);
  const server = String(listening['udp']);

  const host = ['--target', 'kms-e1.east.contoso.com', '--port', String(port), '--server', server, '--tsig-key', keyFile, '--json'];
  const published = await srvkit(['publish', ...host, '--priority', '10', '--weight', '75']);
  t.is(published.status, 0, published.stderr);
  t.like(published.json(), {
    v: 1,
    outcome: 'published',
    zones: [{ zone: 'east.contoso.com.', primary: server, serial: { before: 1, after: 2 }, verified: true }],
    events: [{ id: 12294, domain: 'east.contoso.com.' }],
  });

  const resolved = await srvkit(['resolve', '--domain', 'east.contoso.com', '--server', server, '--seed', '1', '--json']);
  t.is(resolved.status, 0, resolved.stderr);
  t.like(resolved.json(), {
    v: 1,
    service: '_vlmcs._tcp',
    outcome: 'reached',
    host: { target: 'kms-e1.east.contoso.com.', port, address: '127.0.0.1', source: 'dns', domain: 'east.contoso.com.' },
    seed: 1,
  });

  const withdrawn = await srvkit(['withdraw', ...host]);
  t.is(withdrawn.status, 0, withdrawn.stderr);
  const gone = await srvkit(['resolve', '--domain', 'east.contoso.com', '--server', server, '--json']);
  t.is(gone.status, 1);
  t.like(gone.json(), { outcome: 'not-found', code: { hresult: '0x8007232B' }, host: null });

  serving.kill('SIGTERM');
  t.deepEqual(await exited, [0, null]);
});
