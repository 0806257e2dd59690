import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createTestServer } from '@srvkit/test-server';
import test, { type ExecutionContext } from 'ava';
import { srvkit } from '../packages/cli/test/capture.ts';
import { readCases } from '../packages/discovery/test/discovery-case.ts';
import { closedPort } from '../packages/resolver/test/closed-port.ts';
import { testUnless } from './interop/judge-test.ts';

// The table of outcomes in docs/cli.md is read as it stands there: each outcome has its cases in fixtures/discovery, with each of its codes, and
// the command line prints it so, with the exit status that the page says.

interface Row {
  readonly outcome: string;
  /** Null: none. */
  readonly code: string | null;
}

const PAGE = readFileSync(new URL('../docs/cli.md', import.meta.url), 'utf8');
const ROWS = rowsOf(PAGE);
/** What the probe of a caller says, which the command line has none of. */
const PROBES_OWN = 'rejected';
const DONE: readonly string[] = /Exit 0: (.*?); every other outcome 1\./.exec(PAGE)?.[1]?.match(/[\w-]+/g) ?? [];

test('the table of outcomes is found, and the list of those that end with status 0', (t) => {
  t.is(new Set(ROWS.map(({ outcome }) => outcome)).size, 9);
  t.is(ROWS.length, 13);
  t.true(DONE.includes('reached') && DONE.includes('selected'));
});

const seen = readCases().map(({ expect: { outcome, code } }) => nameOf({ outcome, code: outcome === PROBES_OWN ? null : code }));

for (const row of ROWS) {
  test(`${nameOf(row)} has a case in fixtures/discovery`, (t) => {
    t.true(seen.includes(nameOf(row)));
  });
}

test('no case of fixtures/discovery ends otherwise than the table says', (t) => {
  t.deepEqual([...new Set(seen)].toSorted(), ROWS.map(nameOf).toSorted());
});

/** How each comes about at the command line: the records of the zone, faults of its server, flags, the lines of a `.reg` file. */
interface World {
  readonly records?: (ports: { readonly listening: number; readonly closed: number }) => string;
  readonly faults?: readonly string[];
  readonly flags?: string;
  readonly settings?: readonly string[];
}

const APP = '55c92734-d682-4d71-983e-d6ec3f16059f';
const SKU = 'cf67834d-db4a-402c-ab1f-2c134f02b700';
const IN_EAST = '--domain east.contoso.com';

const WORLDS: Readonly<Record<string, World>> = {
  reached: { records: ({ listening }) => `_vlmcs._tcp SRV 10 0 ${listening} kms`, flags: IN_EAST },
  selected: { records: ({ closed }) => `_vlmcs._tcp SRV 10 0 ${closed} kms`, flags: `${IN_EAST} --probe none` },
  'not-applicable': {
    flags: `${IN_EAST} --app-id ${APP} --sku-id ${SKU}`,
    settings: [
      `[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SoftwareProtectionPlatform\\${APP}\\${SKU}]`,
      '"VLActivationType"=dword:00000001',
    ],
  },
  'timed-out 0x800705B4': { faults: ['*=drop'], flags: `${IN_EAST} --timeout 50ms` },
  'exhausted 0xC004F074': { records: ({ closed }) => `_vlmcs._tcp SRV 10 0 ${closed} kms`, flags: IN_EAST },
  'failed 0x8007232A': { faults: ['*=servfail'], flags: IN_EAST },
  'failed 0x8007232D': { flags: '--domain west.contoso.com' },
  'unavailable 0x8007251D': { records: () => '_vlmcs._tcp SRV 0 0 0 .', flags: IN_EAST },
  'not-found 0x8007251D': { records: () => '_vlmcs._tcp TXT "nothing"', flags: IN_EAST },
  'not-found 0x8007232B': { flags: IN_EAST },
  'not-found 0x8007007B': { settings: ['[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters]', '"Domain"=""'] },
};
/** Comes about where resolv.conf names nobody. */
const NO_SERVER = 'failed 0x8007267C';

test('each outcome comes about at the command line, but those of a probe of its own', (t) => {
  t.deepEqual([...Object.keys(WORLDS), NO_SERVER, PROBES_OWN].toSorted(), ROWS.map(nameOf).toSorted());
});

for (const [name, { records, faults = [], flags = '', settings }] of Object.entries(WORLDS)) {
  test(`srvkit resolve prints ${name} and ends as the page says`, async (t) => {
    const ports = { listening: await listen(t), closed: await closedPort(t) };
    const zone = [
      '$ORIGIN east.contoso.com.',
      '$TTL 60',
      '@ SOA kms hostmaster 1 1 1 1 60',
      '@ NS kms',
      'kms A 127.0.0.1',
      records?.(ports),
    ];
    const server = await createTestServer({ zones: [zone.join('\n')], faults });
    t.teardown(() => server.close());
    const argv = ['resolve', ...flags.split(' ').filter(Boolean), '--server', server.address];
    if (settings !== undefined) argv.push('--settings', regFile(t, settings));
    const { status, stdout, stderr } = await srvkit([...argv, '--json']);
    endsAsThePageSays(t, name, { status, stdout, stderr });
    const shown = await srvkit(argv);
    t.is(shown.status, status);
    for (const word of name.split(' ')) t.true(shown.stdout.includes(word), shown.stdout);
  });
}

testUnless(whyNoNamespace(), `srvkit resolve prints ${NO_SERVER} and ends as the page says`, async (t) => {
  const empty = join(folderFor(t), 'resolv.conf');
  writeFileSync(empty, '');
  const main = new URL('../packages/cli/src/main.ts', import.meta.url).pathname;
  const program = [process.execPath, main, 'resolve', ...IN_EAST.split(' '), '--json'];
  endsAsThePageSays(t, NO_SERVER, await ended('unshare', withFileAt('/etc/resolv.conf', empty, program)));
});

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function endsAsThePageSays(t: ExecutionContext, name: string, { status, stdout, stderr }: Ended): void {
  const { outcome, code } = JSON.parse(stdout) as { outcome: string; code: { hresult: string } | null };
  t.is(nameOf({ outcome, code: code?.hresult ?? null }), name, stderr);
  t.is(status, DONE.includes(outcome) ? 0 : 1);
}

/** One row for each code of an outcome. */
function rowsOf(page: string): Row[] {
  const [, table = ''] = /^\| outcome \| when \| `code` \|\n\|[-|]+\|\n((?:\|.*\n)+)/m.exec(page) ?? [];
  return [...table.matchAll(/^\| `([\w-]+)` \|.*\|(.*)\|$/gm)].flatMap(([, outcome = '', codes = '']) => {
    const known = codes.match(/0x[0-9A-F]{8}/g) ?? [null];
    return known.map((code) => ({ outcome, code }));
  });
}

function nameOf({ outcome, code }: Row): string {
  return code === null ? outcome : `${outcome} ${code}`;
}

/** How to run a program that finds another file in the place of one of the system's. */
function withFileAt(place: string, file: string, program: readonly string[]): readonly string[] {
  const script = 'mount --bind "$1" "$2" && shift 2 && exec "$@"';
  return ['--map-root-user', '--mount', 'sh', '-c', script, 'sh', file, place, ...program];
}

function whyNoNamespace(): string | undefined {
  const { status } = spawnSync('unshare', withFileAt('/etc/resolv.conf', '/etc/resolv.conf', ['true']));
  return status === 0 ? undefined : 'no mount namespaces: allow those of users, or run as root';
}

/** Not waited for in this thread, where the servers of other tests run. */
async function ended(program: string, args: readonly string[]): Promise<Ended> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { status: status as number | null, stdout, stderr };
}

function regFile(t: ExecutionContext, lines: readonly string[]): string {
  const file = join(folderFor(t), 'client.reg');
  writeFileSync(file, ['Windows Registry Editor Version 5.00', '', ...lines, ''].join('\n'));
  return file;
}

function folderFor(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'srvkit-outcome-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  return folder;
}

async function listen(t: ExecutionContext): Promise<number> {
  const listener = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  t.teardown(() => void listener.close());
  await once(listener, 'listening');
  return (listener.address() as AddressInfo).port;
}
