import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { makeTsigKey, parseDomainName } from '@srvkit/dns';
import { createTestServer } from '@srvkit/test-server';
import type { TestServer } from '@srvkit/test-server';
import test from 'ava';
import type { ExecutionContext } from 'ava';

// publish --watch as a process of its own: signals, kill -9, files.

const main = resolve(import.meta.dirname, '../packages/cli/src/main.ts');
const SECRET = Buffer.from('a secret of the east');
const NEIGHBOUR = '10 25 1688 kms-e2.east.contoso.com.';
const OURS = '10 75 1688 kms-e1.east.contoso.com.';

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} ends the watch with 0; the record stays, the lock goes`, async (t) => {
    const place = await begin(t);
    const daemon = place.watch('--priority', '10', '--weight', '75');
    await daemon.until(({ event }) => event === 'log');
    t.deepEqual(place.holds(), [NEIGHBOUR, OURS]);
    t.deepEqual(await daemon.end(signal), [0, null]);
    t.deepEqual(
      daemon.lines.map(({ event, id, reason }) => id ?? reason ?? event),
      ['watching', 'start', 12_294, 'stopped'],
    );
    t.deepEqual(place.holds(), [NEIGHBOUR, OURS]);
    t.deepEqual([existsSync(place.journal), existsSync(`${place.journal}.lock`)], [true, false]);
  });
}

test('--on-stop withdraw takes our record away at the end', async (t) => {
  const place = await begin(t);
  const daemon = place.watch('--on-stop', 'withdraw');
  await daemon.until(({ event }) => event === 'log');
  t.deepEqual(await daemon.end('SIGTERM'), [0, null]);
  t.deepEqual(place.holds(), [NEIGHBOUR]);
});

test('the watch stops in order, with 2, when nobody reads it any more', async (t) => {
  const place = await begin(t);
  const settings = join(place.folder, 'kms-e1.reg');
  writeFileSync(settings, regFile('1688'));
  const daemon = place.watch('--settings', settings, '--on-stop', 'withdraw');
  await daemon.until(({ event }) => event === 'log');
  const exited = once(daemon.child, 'exit');
  daemon.child.stdout?.destroy();
  writeFileSync(`${settings}.new`, regFile('1690'));
  renameSync(`${settings}.new`, settings);
  t.deepEqual(await exited, [2, null]);
  t.deepEqual(place.holds(), [NEIGHBOUR]);
  t.false(existsSync(`${place.journal}.lock`));
});

test('a second signal ends at once, whatever is under way', async (t) => {
  const place = await begin(t);
  const daemon = place.watch('--on-stop', 'withdraw');
  await daemon.until(({ event }) => event === 'log');
  const before = place.server.requests.length;
  place.server.setFaults(['*=drop']);
  const exited = once(daemon.child, 'exit');
  daemon.child.kill('SIGTERM');
  while (place.server.requests.length === before) await new Promise((settle) => setTimeout(settle, 10));
  daemon.child.kill('SIGTERM');
  t.deepEqual(await exited, [143, null]);
});

test('killed between the UPDATE and its reply, and started again as another host: no stale record, no foreign one touched', async (t) => {
  const place = await begin(t);
  const first = place.watch('--port', '1700');
  await first.until(({ event }) => event === 'log');
  await first.end('SIGKILL');
  // It dies while the server has its UPDATE in hand, which is carried out.
  const second = place.watch('--port', '1701');
  const closed = once(second.child, 'close');
  place.onUpdate = () => second.child.kill('SIGKILL');
  t.deepEqual(await closed, [null, 'SIGKILL']);
  place.onUpdate = undefined;
  t.true(place.holds().some((record) => record.includes(' 1701 ')));
  t.regex(readFileSync(place.journal, 'utf8'), /"intended"/);
  const third = place.watch('--port', '1702', '--target', 'kms-e9.east.contoso.com');
  await third.until(({ event }) => event === 'log');
  await third.end('SIGTERM');
  t.deepEqual(place.holds(), ['0 0 1702 kms-e9.east.contoso.com.', NEIGHBOUR]);
});

test('a second daemon with the same journal ends with 2 and names the first', async (t) => {
  const place = await begin(t);
  const first = place.watch();
  await first.until(({ event }) => event === 'log');
  const second = place.watch();
  let stderr = '';
  second.child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  t.deepEqual(await once(second.child, 'close'), [2, null]);
  t.true(stderr.includes(`process ${first.child.pid} publishes with this journal already`), stderr);
  await first.end('SIGTERM');
});

test('changed settings are published; broken ones leave the last good ones in force', async (t) => {
  const place = await begin(t);
  const settings = join(place.folder, 'kms-e1.reg');
  const replace = (text: string): void => {
    writeFileSync(`${settings}.new`, text);
    renameSync(`${settings}.new`, settings);
  };
  replace(regFile('1688'));
  const daemon = place.watch('--settings', settings);
  await daemon.until(({ event }) => event === 'log');
  replace('[HKEY_LOCAL_MACHINE');
  const rejected = await daemon.until(({ event }) => event === 'settings');
  t.is(rejected['outcome'], 'rejected');
  t.regex(String(rejected['message']), /kms-e1\.reg:1:\d+: /);
  t.deepEqual(place.holds(), ['0 0 1688 kms-e1.east.contoso.com.', NEIGHBOUR]);
  replace(regFile('1690'));
  await daemon.until(({ reason }) => reason === 'settings');
  t.deepEqual(place.holds(), ['0 0 1690 kms-e1.east.contoso.com.', NEIGHBOUR]);
  t.deepEqual(await daemon.end('SIGTERM'), [0, null]);
});

test('a service that dies takes its host out of service and comes back with it; health and metrics say so', async (t) => {
  const place = await begin(t, 1);
  const service = createServer((socket) => socket.destroy());
  await new Promise<void>((settle) => service.listen(0, '127.0.0.1', settle));
  t.teardown(() => service.close());
  const { port } = service.address() as AddressInfo;
  const daemon = place.watch(
    '--port',
    String(port),
    '--probe',
    'tcp',
    '--probe-interval',
    '20ms',
    '--metrics',
    '127.0.0.1:0',
    '--priority',
    '10',
  );
  const { metrics } = await daemon.until(({ event }) => event === 'watching');
  await daemon.until(({ reason }) => reason === 'start');
  const health = await fetch(`http://${String(metrics)}/health`);
  t.deepEqual([health.status, await health.json()], [200, { v: 1, healthy: true, stage: 'inService', outcome: 'published', failures: 0 }]);
  await new Promise((settle) => service.close(settle));
  await daemon.until(({ reason }) => reason === 'service-down');
  await daemon.until(({ reason }) => reason === 'drained');
  t.deepEqual(place.holds(), [NEIGHBOUR]);
  t.is((await fetch(`http://${String(metrics)}/health`)).status, 503);
  t.regex(await (await fetch(`http://${String(metrics)}/metrics`)).text(), /^srvkit_publish_in_service 0$/m);
  t.deepEqual(
    await Promise.all(['/', '/health?x=1'].map(async (path) => (await fetch(`http://${String(metrics)}${path}`)).status)),
    [404, 503],
  );
  t.is((await fetch(`http://${String(metrics)}/health`, { method: 'POST' })).status, 405);
  await new Promise<void>((settle) => service.listen(port, '127.0.0.1', settle));
  await daemon.until(({ reason }) => reason === 'service-up');
  t.deepEqual(place.holds(), [`10 0 ${port} kms-e1.east.contoso.com.`, NEIGHBOUR].toSorted());
  t.deepEqual(await daemon.end('SIGTERM'), [0, null]);
});

type Line = Readonly<Record<string, unknown>>;

interface Daemon {
  readonly child: ChildProcess;
  readonly lines: Line[];
  /** The first line of this kind that there is or will be. */
  until(wanted: (line: Line) => boolean): Promise<Line>;
  end(signal: NodeJS.Signals): Promise<unknown[]>;
}

interface Place {
  readonly server: TestServer;
  readonly folder: string;
  readonly journal: string;
  watch(...flags: string[]): Daemon;
  /** The records at the owner, without their TTL. */
  holds(): string[];
  /** Called while an UPDATE is in hand, before it is carried out. */
  onUpdate: (() => void) | undefined;
}

/** A zone with a neighbour, and a folder with a key for it. */
async function begin(t: ExecutionContext, ttl = 3600): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'srvkit-watch-'));
  const key = join(folder, 'key.conf');
  writeFileSync(key, `key "east-key" { algorithm hmac-sha256; secret "${SECRET.toString('base64')}"; };\n`, { mode: 0o600 });
  const server = await createTestServer({
    zones: [`$ORIGIN east.contoso.com.\n$TTL ${ttl}\n@ SOA ns hostmaster 1 3600 600 86400 60\n@ NS ns\n_vlmcs._tcp SRV ${NEIGHBOUR}\n`],
    keys: [makeTsigKey({ name: parseDomainName('east-key'), secret: SECRET })],
    mayUpdate: () => {
      place.onUpdate?.();
      return true;
    },
  });
  const daemons: Daemon[] = [];
  t.teardown(async () => {
    for (const { child } of daemons) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await server.close();
    rmSync(folder, { recursive: true });
  });
  const journal = join(folder, 'journal.json');
  const common = ['publish', '--watch', '--json', '--server', server.address, '--tsig-key', key, '--journal', journal];
  const place: Place = {
    server,
    folder,
    journal,
    onUpdate: undefined,
    watch(...flags) {
      const target = flags.includes('--target') ? [] : ['--target', 'kms-e1.east.contoso.com'];
      const daemon = start([...common, ...target, ...flags]);
      daemons.push(daemon);
      return daemon;
    },
    holds: () => holds(server),
  };
  return place;
}

function start(argv: readonly string[]): Daemon {
  const child = spawn(process.execPath, [main, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: Line[] = [];
  let wake: (() => void) | undefined;
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  child.once('close', () => wake?.());
  createInterface({ input: child.stdout }).on('line', (text) => {
    lines.push(JSON.parse(text) as Line);
    wake?.();
  });
  return {
    child,
    lines,
    async until(wanted) {
      for (;;) {
        const found = lines.find(wanted);
        if (found !== undefined) return found;
        if (child.exitCode !== null) throw new Error(`the daemon has ended: ${stderr}`);
        await new Promise<void>((settle) => (wake = settle));
      }
    },
    async end(signal) {
      const closed = once(child, 'close');
      child.kill(signal);
      return closed;
    },
  };
}

function holds(server: TestServer): string[] {
  const set = server.zones.get('east.contoso.com.')?.rrset(parseDomainName('_vlmcs._tcp.east.contoso.com'), 'SRV');
  return (set?.records ?? [])
    .map(({ rdata }) => (rdata.type === 'SRV' ? `${rdata.priority} ${rdata.weight} ${rdata.port} ${rdata.target.toString()}` : ''))
    .sort();
}

function regFile(port: string): string {
  return `Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SoftwareProtectionPlatform]\r\n"KeyManagementServiceListeningPort"="${port}"\r\n`;
}
