import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TCPIP_KEY_PATH } from '@srvkit/kms';
import test from 'ava';
import { srvkit } from './capture.ts';
import { east, folderFor, listen, serve, west } from './east-and-west.ts';

// What `resolve` and `cache` print and how they end, against servers and hosts on loopback.

const RESOLUTION_FIELDS = [
  'v',
  'service',
  'outcome',
  'code',
  'demoted',
  'elapsedMs',
  'host',
  'attempts',
  'lookups',
  'skipped',
  'policy',
  'seed',
  'warnings',
];

test('resolve prints the whole document, nothing missing', async (t) => {
  const port = await listen(t);
  const server = await serve(t, east(`_vlmcs._tcp SRV 10 75 ${port} kms-e1\nkms-e1 A 127.0.0.1\n`));
  const ran = await srvkit(['resolve', '--domain', 'east.contoso.com', '--server', server.address, '--json', '--seed', '7']);
  t.is(ran.status, 0, ran.stderr);
  t.is(ran.stderr, '');
  const document = ran.json();
  t.deepEqual(Object.keys(document).toSorted(), RESOLUTION_FIELDS.toSorted());
  t.is(document.code, null);
  t.like(document.attempts[0], {
    source: 'dns',
    domain: 'east.contoso.com.',
    port,
    address: '127.0.0.1',
    priority: 10,
    weight: 75,
    outcome: 'reached',
  });
  t.like(document.lookups[0], {
    name: '_vlmcs._tcp.east.contoso.com.',
    type: 'SRV',
    answer: 'records',
    rcode: 'NOERROR',
    ttl: 3600,
    server: server.address,
    cached: false,
    stale: false,
  });
  t.deepEqual(document.policy, { pinned: 'ordered', law: 'rfc2782', domains: 'first', fill: 'reached' });
});

test('the same seed gives the same order, another seed another one', async (t) => {
  const records = Array.from({ length: 6 }, (_, at) => `_vlmcs._tcp SRV 10 10 1688 kms-${at}\n`).join('');
  const server = await serve(t, east(records));
  const draw = async (seed: number): Promise<string> =>
    (
      await srvkit([
        'resolve',
        '--domain',
        'east.contoso.com',
        '--server',
        server.address,
        '--probe',
        'none',
        '--json',
        '--seed',
        String(seed),
      ])
    ).json().host.target;
  const drawn = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(draw));
  t.deepEqual(await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(draw)), drawn);
  t.true(new Set(drawn).size > 1);
});

const outcomes: readonly { title: string; zone: string; flags?: string; outcome: string; hresult: string | null; status: number }[] = [
  {
    title: '--probe none contacts nobody',
    zone: east('_vlmcs._tcp SRV 1 1 9 a\na A 127.0.0.1\n'),
    flags: '--probe none',
    outcome: 'selected',
    hresult: null,
    status: 0,
  },
  {
    title: 'a host that refuses',
    zone: east('_vlmcs._tcp SRV 1 1 9 a\na A 127.0.0.1\n'),
    outcome: 'exhausted',
    hresult: '0xC004F074',
    status: 1,
  },
  { title: 'a name that is not there', zone: east(), outcome: 'not-found', hresult: '0x8007232B', status: 1 },
  { title: 'a name without SRV records', zone: east('_vlmcs._tcp TXT "x"\n'), outcome: 'not-found', hresult: '0x8007251D', status: 1 },
  { title: 'the target "."', zone: east('_vlmcs._tcp SRV 0 0 0 .\n'), outcome: 'unavailable', hresult: '0x8007251D', status: 1 },
  { title: 'a server that is not for this zone', zone: west(), outcome: 'failed', hresult: '0x8007232D', status: 1 },
];
for (const { title, zone, flags = '', outcome, hresult, status } of outcomes) {
  test(`resolve: ${title} is ${outcome}`, async (t) => {
    const server = await serve(t, zone);
    const line = `resolve --domain east.contoso.com --server ${server.address} ${flags}`.trim().split(' ');
    const ran = await srvkit([...line, '--json']);
    t.is(ran.status, status, ran.stderr);
    t.is(ran.json().outcome, outcome);
    t.is(ran.json().code?.hresult ?? null, hresult);
    const shown = await srvkit([...line, '--explain']);
    t.is(shown.status, status);
    t.regex(shown.stdout, new RegExp(`^${outcome}`, 'm'));
  });
}

test('a remembered host is used without asking, listed, forgotten', async (t) => {
  const port = await listen(t);
  const server = await serve(t, east(`_vlmcs._tcp SRV 10 75 ${port} kms-e1\nkms-e1 A 127.0.0.1\n`));
  const file = join(folderFor(t), 'hosts.json');
  const line = ['resolve', '--domain', 'east.contoso.com', '--server', server.address, '--cache', file, '--json'];
  t.is((await srvkit(line)).json().host.source, 'dns');
  const asked = server.requests.length;
  const second = (await srvkit(line)).json();
  t.is(second.host.source, 'cache');
  t.false(server.requests.slice(asked).some(({ message }) => message?.question[0]?.type === 'SRV'));
  t.is(statSync(file).mode & 0o777, 0o600);

  const listed = (await srvkit(['cache', 'list', '--cache', file, '--json'])).json();
  t.is(listed.v, 1);
  t.is(listed.file, file);
  t.like(listed.entries[0], {
    service: '_vlmcs._tcp',
    scope: 'global',
    target: 'kms-e1.east.contoso.com.',
    port,
    address: '127.0.0.1',
    provisional: false,
  });
  t.deepEqual(Object.keys(listed.entries[0]).toSorted(), [
    'address',
    'lastReached',
    'port',
    'provisional',
    'scope',
    'service',
    'since',
    'target',
  ]);

  t.is((await srvkit(['cache', 'forget', '_ldap._tcp', '--cache', file, '--json'])).json().removed, 0);
  t.is((await srvkit(['cache', 'forget', '_vlmcs._tcp', 'global', '--json'], { env: { SRVKIT_CACHE: file } })).json().removed, 1);
  t.deepEqual((await srvkit(['cache', 'list', '--cache', file, '--json'])).json().entries, []);
});

test('--no-cache neither uses nor writes the file', async (t) => {
  const port = await listen(t);
  const server = await serve(t, east(`_vlmcs._tcp SRV 10 75 ${port} kms-e1\nkms-e1 A 127.0.0.1\n`));
  const file = join(folderFor(t), 'hosts.json');
  const ran = await srvkit([
    'resolve',
    '--domain',
    'east.contoso.com',
    '--server',
    server.address,
    '--cache',
    file,
    '--no-cache',
    '--json',
  ]);
  t.is(ran.json().host.source, 'dns');
  t.throws(() => readFileSync(file), { code: 'ENOENT' });
});

test('a pinned host goes first; when it fails, the next source follows with a warning, or with exclusive none', async (t) => {
  const port = await listen(t);
  const server = await serve(t, east(`_vlmcs._tcp SRV 10 75 ${port} kms-e1\nkms-e1 A 127.0.0.1\n`), west('kms-w1 A 127.0.0.1\n'));
  const file = join(folderFor(t), 'client.reg');
  writeFileSync(
    file,
    'REGEDIT4\n\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SoftwareProtectionPlatform]\n"KeyManagementServiceName"="kms-w1.west.contoso.com"\n"KeyManagementServicePort"="9"\n',
  );
  const line = ['resolve', '--settings', file, '--domain', 'east.contoso.com', '--server', server.address, '--json'];
  const ordered = (await srvkit(line)).json();
  t.is(ordered.host.source, 'dns');
  t.deepEqual(
    ordered.attempts.map((attempt: { source: string; outcome: string }) => [attempt.source, attempt.outcome]),
    [
      ['global', 'refused'],
      ['dns', 'reached'],
    ],
  );
  t.is(ordered.warnings[0].code, 'windows-would-stop');
  const exclusive = await srvkit([...line, '--pinned', 'exclusive']);
  t.is(exclusive.status, 1);
  t.is(exclusive.json().outcome, 'exhausted');
});

test('text from the network is printed escaped', async (t) => {
  const server = await serve(t, east('_vlmcs._tcp SRV 1 1 9 a\\027[2Jb\n'));
  const ran = await srvkit(['resolve', '--domain', 'east.contoso.com', '--server', server.address, '--explain', '--probe', 'none']);
  t.regex(ran.stdout, /a\\027\[2Jb\.east\.contoso\.com\./);
  t.false(ran.stdout.includes('\u001b'));
});

test('settings that hold the networks of a client say in which domains it looks, and in none of ours', async (t) => {
  const file = join(folderFor(t), 'client.reg');
  const list = `[${TCPIP_KEY_PATH}]\n"SearchList"="west.contoso.com,east.contoso.com,a..b"\n`;
  writeFileSync(file, `Windows Registry Editor Version 5.00\n\n${list}`);
  const server = await serve(t, west(), east());
  const ran = await srvkit(['resolve', '--settings', file, '--server', server.address, '--json']);
  t.is(ran.status, 1, ran.stderr);
  const { lookups, warnings } = ran.json() as { lookups: { name: string }[]; warnings: { code: string }[] };
  t.deepEqual(
    lookups.map(({ name }) => name),
    ['_vlmcs._tcp.west.contoso.com.', '_vlmcs._tcp.east.contoso.com.'],
  );
  t.true(warnings.some(({ code }) => code === 'invalid-suffix'));
});
