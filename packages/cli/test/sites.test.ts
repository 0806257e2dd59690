import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDomainName } from '@srvkit/dns';
import { publishList } from '@srvkit/kms';
import { parseRegFile } from '@srvkit/settings';
import { createTestServer } from '@srvkit/test-server';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { srvkit } from './capture.ts';

const FILE = 'fixtures/sites/east-west.yaml';

function folderFor(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'srvkit-sites-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  return folder;
}

test('sites plan prints for each host what it lists and what it may change, and the zone lines', async (t) => {
  const { status, stdout } = await srvkit(['sites', 'plan', FILE]);
  t.is(status, 0);
  t.true(stdout.startsWith('kms-e1.east.contoso.com., port 1688\n  DnsDomainPublishList\n    east.contoso.com, 10, 75\n'));
  t.is(stdout.match(/ IN SRV /g)?.length, 8);
});

test('sites plan writes a .reg file for each host, from which it publishes its part', async (t) => {
  const folder = folderFor(t);
  t.is((await srvkit(['sites', 'plan', FILE, '--reg', folder])).status, 0);
  for (const file of ['kms-e1.east', 'kms-e2.east', 'kms-w1.west', 'kms-w2.west'].map((name) => `${name}.contoso.com`)) {
    const settings = parseRegFile(readFileSync(join(folder, `${file}.reg`)));
    const { entries } = publishList(settings, { hostName: parseDomainName(file) });
    t.deepEqual(
      entries.map(({ domain, origin }) => [domain.toString(), origin]),
      [
        ['east.contoso.com.', 'list'],
        ['west.contoso.com.', 'list'],
      ],
    );
  }
});

test('sites read gives back the table of zones that hold the planned lines', async (t) => {
  const { zoneLines } = (await srvkit(['sites', 'plan', FILE, '--json'])).json();
  const zones = ['east', 'west'].map((site) => {
    const head = `$ORIGIN ${site}.contoso.com.\n$TTL 3600\n@ SOA ns1 hostmaster 1 3600 600 604800 300\n@ NS ns1\nns1 A 127.0.0.1\n`;
    return head + zoneLines.filter((line: string) => line.includes(`_tcp.${site}.contoso.com. `)).join('\n');
  });
  const server = await createTestServer({ zones });
  t.teardown(() => server.close());
  const domains = ['--domain', 'east.contoso.com', '--domain', 'west.contoso.com', '--server', server.address];
  const read = await srvkit(['sites', 'read', ...domains]);
  t.is(read.status, 0, read.stderr);
  const file = join(folderFor(t), 'read.yaml');
  writeFileSync(file, read.stdout);
  t.is((await srvkit(['sites', 'plan', file])).stdout, (await srvkit(['sites', 'plan', FILE])).stdout);
});

test('sites read leaves out a domain that cannot be looked up, says so, and ends with 1', async (t) => {
  const server = await createTestServer({ zones: ['$ORIGIN east.contoso.com.\n@ 60 SOA ns1 hostmaster 1 3600 600 604800 300\n'] });
  t.teardown(() => server.close());
  const { status, stdout, stderr } = await srvkit(
    `sites read --domain east.contoso.com --domain west.contoso.com --server ${server.address}`.split(' '),
  );
  t.is(status, 1);
  t.is(stdout, 'domains:\n  east.contoso.com: []\n');
  t.regex(stderr, /west\.contoso\.com\.: the lookup failed \(refused\)/);
});

test('sites read says on standard error what a table cannot hold', async (t) => {
  const zone = `$ORIGIN odd.contoso.com.
$TTL 300
@ SOA ns1 hostmaster 1 3600 600 604800 300
@ NS ns1
_vlmcs._tcp.closed SRV 0 0 0 .
_vlmcs._tcp.alias CNAME _vlmcs._tcp.real
_vlmcs._tcp.real SRV 10 75 1688 kms1
_vlmcs._tcp.two SRV 0 0 1688 kms1
_vlmcs._tcp.two SRV 0 0 1700 kms1
_vlmcs._tcp.zero SRV 0 0 0 kms1
_vlmcs._tcp.twin SRV 10 0 1688 kms1
_vlmcs._tcp.twin SRV 90 0 1688 kms1
`;
  const server = await createTestServer({ zones: [zone] });
  t.teardown(() => server.close());
  const domains = ['closed', 'alias', 'two', 'zero', 'twin', 'none'].flatMap((label) => ['--domain', `${label}.odd.contoso.com`]);
  const { status, stderr } = await srvkit(['sites', 'read', ...domains, '--server', server.address]);
  t.is(status, 0);
  t.deepEqual(stderr.trimEnd().split('\n'), [
    'srvkit: closed.odd.contoso.com.: its only target is ".": the service is decidedly not there (RFC 2782)',
    'srvkit: alias.odd.contoso.com.: is an alias, and nobody can publish there: these are the records of _vlmcs._tcp.real.odd.contoso.com.',
    'srvkit: two.odd.contoso.com.: kms1.odd.contoso.com. is there at two ports, and listens on one: delete the other record',
    'srvkit: zero.odd.contoso.com.: left out: _vlmcs._tcp.zero.odd.contoso.com. 300 IN SRV 0 0 0 kms1.odd.contoso.com. (port-zero)',
    'srvkit: twin.odd.contoso.com.: left out: _vlmcs._tcp.twin.odd.contoso.com. 300 IN SRV 90 0 1688 kms1.odd.contoso.com. (worse-priority)',
  ]);
});

test('the printed command gives each host its rights in every zone it publishes into (kms P-12)', async (t) => {
  const { stdout } = await srvkit(['sites', 'plan', FILE]);
  const commands = [...stdout.matchAll(/^ {2}its rights: srvkit (.*) --tsig-key FILE$/gm)].map(([, words = '']) => words.split(' '));
  t.is(commands.length, 4);
  const key = join(folderFor(t), 'hosts.key');
  writeFileSync(key, 'key "hosts" { algorithm hmac-sha256; secret "ZWFzdC10ZXN0LXNlY3JldC0zMi1ieXRlcy1sb25nISE="; };', { mode: 0o600 });
  for (const words of commands) {
    const granted = await srvkit([...words, '--tsig-key', key]);
    t.deepEqual(granted.stdout.match(/^ +grant .*$/gm)?.toSorted(), [
      '    grant "hosts." name "_vlmcs._tcp.east.contoso.com." SRV;',
      '    grant "hosts." name "_vlmcs._tcp.west.contoso.com." SRV;',
    ]);
  }
});

test('sites plan writes no list at all where two hosts would get one file', async (t) => {
  const folder = folderFor(t);
  const file = join(folder, 'sites.yaml');
  writeFileSync(file, 'domains:\n  contoso.com:\n    - { target: a_032b.contoso.com }\n    - { target: "a\\\\032b.contoso.com" }\n');
  const { status, stderr } = await srvkit(['sites', 'plan', file, '--reg', folder]);
  t.is(status, 2, stderr);
  t.regex(stderr, /a_032b\.contoso\.com\.reg: two results would be written there/);
  t.deepEqual(readdirSync(folder), ['sites.yaml']);
});

for (const [title, text, message] of [
  ['no YAML', 'domains: {', /:1: /],
  ['something else', 'sites: {}', /:1: "sites" is unknown/],
  ['nothing', '', /:1: here domains: .* is expected/],
  ['a domain without a list', 'domains:\n  contoso.com: 1', /:2: "contoso.com" has no list of hosts/],
  ['no domain name', 'domains:\n  "a..b": []', /:2: /],
  ['a domain that no list can name', 'domains:\n  "a\\\\032b.contoso.com": []', /:2: the domain .* has a character/],
  ['a domain that lists read as a host', 'domains:\n  kms_1.contoso.com: []', /:2: "kms_1.contoso.com" would be read as a host/],
  ['a host without a target', 'domains:\n  contoso.com:\n    - { priority: 1 }', /:3: target is missing/],
  ['a priority that is none', 'domains:\n  contoso.com:\n    - target: a.contoso.com\n      priority: -1', /:4: priority "-1" is not/],
  ['an unknown field', 'domains:\n  contoso.com:\n    - { target: a.contoso.com, prio: 1 }', /:3: "prio" is unknown/],
  ['a name of one label', 'domains:\n  contoso.com:\n    - { target: kms1 }', /:3: "kms1" is not a full name/],
  ['a host twice', 'domains:\n  contoso.com:\n    - { target: a.contoso.com }\n    - { target: a.contoso.com }', /named twice/],
  ['a key twice', 'domains: {}\ndomains: {}', /:2: /],
] as const) {
  test(`sites plan names file and line of what is wrong: ${title}`, async (t) => {
    const file = join(folderFor(t), 'sites.yaml');
    writeFileSync(file, text);
    const { status, stdout, stderr } = await srvkit(['sites', 'plan', file]);
    t.is(status, 2);
    t.is(stdout, '');
    t.true(stderr.startsWith(`srvkit: ${file}`), stderr);
    t.regex(stderr, message);
    t.is(stderr.trim().split('\n').length, 1);
  });
}
