import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { makeTsigKey, parseDomainName } from '@srvkit/dns';
import type { PublishReport } from '@srvkit/publisher';
import { createTestServer } from '@srvkit/test-server';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { startRelay } from './interop/swallowing-relay.ts';

// A signal while the first of two UPDATEs is under way: its reply never comes, and the report says what is known.

const main = resolve(import.meta.dirname, '../packages/cli/src/main.ts');
const SECRET = Buffer.from('a secret of the east');

for (const [signal, status] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  test(`${signal} in the middle of a publish: ${status}, and one document of what is known`, async (t) => {
    const { ended, journal } = await endWhileUnderWay(t, signal, '--json');
    const { code, stdout, stderr } = await ended;
    t.deepEqual([code, stderr], [status, '']);
    const report = JSON.parse(stdout) as PublishReport;
    t.deepEqual(
      [report.outcome, ...report.zones.map(({ domain, outcome, add }) => `${domain} ${outcome} ${add.length}`)],
      ['in-doubt', 'east.contoso.com. in-doubt 1', 'west.contoso.com. interrupted 0'],
    );
    t.regex(report.zones[0]?.hint ?? '', /may have happened; the journal keeps the intention/);
    t.regex(readFileSync(journal, 'utf8'), /"intended"/);
    t.false(existsSync(`${journal}.lock`));
  });
}

test('what is known of a publish that is ended is told to people too', async (t) => {
  const { ended, address } = await endWhileUnderWay(t, 'SIGTERM');
  const { code, stdout } = await ended;
  t.is(code, 143);
  t.is(
    stdout.replaceAll(address, 'SERVER'),
    [
      'in-doubt east.contoso.com. at SERVER',
      '  + _vlmcs._tcp.east.contoso.com. 3600 IN SRV 0 0 1688 kms-e1.east.contoso.com.',
      '  hint: SERVER was sent the change, and its answer was not waited for: it may have happened; the journal keeps the intention, so that the next publish or withdraw finds out',
      'interrupted west.contoso.com.',
      '  hint: it was ended before anything was changed at _vlmcs._tcp.west.contoso.com.: publish or withdraw again',
      '',
    ].join('\n'),
  );
});

test('a watch that is stopped in the middle of a publish says the same, and ends with 0', async (t) => {
  const { ended, journal } = await endWhileUnderWay(t, 'SIGTERM', '--json', '--watch');
  const { code, stdout } = await ended;
  t.is(code, 0);
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { event: string; reason?: string; report?: PublishReport });
  t.deepEqual(
    lines.map(({ event, reason, report }) => [event, reason, report?.zones.map(({ outcome }) => outcome)].filter(Boolean)),
    [['watching'], ['published', 'start', ['in-doubt', 'interrupted']], ['stopped']],
  );
  t.regex(readFileSync(journal, 'utf8'), /"intended"/);
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Publishes in two zones, and sends the signal when the first UPDATE is done and its reply is on the way. */
async function endWhileUnderWay(
  t: ExecutionContext,
  signal: NodeJS.Signals,
  ...flags: string[]
): Promise<{ ended: Promise<Ended>; journal: string; address: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'srvkit-ended-'));
  const [key, journal] = [join(folder, 'key.conf'), join(folder, 'journal.json')];
  writeFileSync(key, `key "east-key" { algorithm hmac-sha256; secret "${SECRET.toString('base64')}"; };\n`, { mode: 0o600 });
  const server = await createTestServer({
    zones: ['east', 'west'].map((site) => `$ORIGIN ${site}.contoso.com.\n$TTL 3600\n@ SOA ns hostmaster 1 3600 600 86400 60\n@ NS ns\n`),
    keys: [makeTsigKey({ name: parseDomainName('east-key'), secret: SECRET })],
  });
  let child: ChildProcess | undefined;
  const relay = await startRelay(t, server.address, async () => {
    child?.kill(signal);
    if (child !== undefined) await once(child, 'close');
  });
  const where = ['--domain', 'east.contoso.com', '--domain', 'west.contoso.com', '--server', relay.address, '--tsig-key', key];
  child = spawn(process.execPath, [main, 'publish', '--target', 'kms-e1.east.contoso.com', ...where, '--journal', journal, ...flags]);
  t.teardown(async () => {
    child.kill('SIGKILL');
    await server.close();
    rmSync(folder, { recursive: true });
  });
  return { ended: endOf(child), journal, address: relay.address };
}

async function endOf(child: ChildProcess): Promise<Ended> {
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}
