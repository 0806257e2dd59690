import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { formatRecord, makeTsigKey, parseDomainName } from '@srvkit/dns';
import type { TsigKey } from '@srvkit/dns';
import { desiredRecords } from '@srvkit/publisher/plan';
import { hostRecords, parseScenario } from '@srvkit/simulator';
import type { Scenario } from '@srvkit/simulator';
import { createTestServer } from '@srvkit/test-server';
import type { TestServer, TestServerOptions } from '@srvkit/test-server';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { Interrupted } from '../src/exit.ts';
import { srvkit } from './capture.ts';

const EAST = ['east.contoso.com'];
const EAST_WEST = ['east.contoso.com', 'west.contoso.com'];
const HEAD = '$TTL 3600\n@ SOA ns1 hostmaster 7 3600 600 604800 300\n@ NS ns1\nns1 A 127.0.0.1\n';
const KEY = makeTsigKey({ name: parseDomainName('admin-key'), secret: Buffer.alloc(32, 7) });

function folderFor(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'srvkit-from-dns-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  return folder;
}

async function serving(t: ExecutionContext, zones: readonly string[], options: Partial<TestServerOptions> = {}): Promise<TestServer> {
  const server = await createTestServer({ zones, ...options });
  t.teardown(() => server.close());
  return server;
}

function zoneOf(domain: string, ...lines: readonly string[]): string {
  return `$ORIGIN ${domain}.\n${HEAD}${lines.join('\n')}\n`;
}

/** The records that the hosts of a scenario publish, as the publisher plans them. */
function published({ hosts, service }: Scenario): readonly string[] {
  return [...hosts.values()]
    .flatMap((host) => desiredRecords(hostRecords(host, service).desired))
    .map(({ record }) => formatRecord(record))
    .toSorted();
}

function placed({ hosts }: Scenario): readonly string[] {
  const publishing = [...hosts.values()].filter((host) => host.publishing);
  return publishing.map(({ target, site, port }) => `${target}:${port} at ${site}`).toSorted();
}

function fixture(name: string): Scenario {
  return parseScenario(readFileSync(`fixtures/scenarios/${name}.yaml`, 'utf8'));
}

function zonesOf(scenario: Scenario, domains: readonly string[]): readonly string[] {
  const targets = [...scenario.hosts.values()].map(({ target }) => `${target}.`);
  return domains.map((domain) => {
    const owned = published(scenario).filter((line) => line.startsWith(`_vlmcs._tcp.${domain}. `));
    return zoneOf(domain, ...owned, ...targets.filter((target) => target.endsWith(`.${domain}.`)).map((target) => `${target} A 192.0.2.1`));
  });
}

function flags(server: Pick<TestServer, 'address'>, domains: readonly string[]): readonly string[] {
  // No load of the machine shall decide a test.
  return ['simulate', '--from-dns', '--timeout', '5m', '--server', server.address, ...domains.flatMap((domain) => ['--domain', domain])];
}

function keyFile(folder: string, { name, algorithm, secret }: TsigKey): string {
  const file = join(folder, 'key.conf');
  const text = `key "${name.toString()}" { algorithm ${algorithm}; secret "${Buffer.from(secret).toString('base64')}"; };\n`;
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

for (const [name, domains] of [
  ['east-west', EAST_WEST],
  ['single-site', ['contoso.com']],
  ['worldwide', [...new Set([...fixture('worldwide').hosts.values()].map(({ home }) => home))]],
] as const) {
  test(`the zones of ${name} become a scenario that plans the same zones, and that can be played`, async (t) => {
    const scenario = fixture(name);
    const server = await serving(t, zonesOf(scenario, domains));
    const { status, stdout, stderr } = await srvkit(flags(server, domains));
    t.is(status, 0, stderr);
    t.is(stderr, '');
    const begun = parseScenario(stdout);
    t.deepEqual(published(begun), published(scenario));
    t.deepEqual(placed(begun), placed(scenario));
    t.notRegex(stdout, /FOUND/);
    const file = join(folderFor(t), 'begun.yaml');
    writeFileSync(file, stdout.replaceAll('count: 1000', 'count: 10')); // so that the tests beside it need not wait
    t.is((await srvkit(['simulate', file, '--json'])).status, 0);
  });
}

test('with a key the zones are transferred, signed, and the file says so and where its schema is', async (t) => {
  const folder = folderFor(t);
  const server = await serving(
    t,
    [zoneOf('east.contoso.com', '_vlmcs._tcp SRV 10 75 1688 kms-e1', '_vlmcs._tcp.lab SRV 0 0 1688 kms-e1', 'kms-e1 A 192.0.2.1')],
    {
      keys: [KEY],
    },
  );
  const file = join(folder, 'estate.yaml');
  const { status, stdout, stderr } = await srvkit([...flags(server, EAST), '--tsig-key', keyFile(folder, KEY), '--output', file]);
  t.is(status, 0, stderr);
  t.is(stdout, '');
  t.regex(stderr, /^other-domains: its zone has records of _vlmcs\._tcp for lab\.east\.contoso\.com\. too: read them with --domain\n$/);
  const text = readFileSync(file, 'utf8');
  t.regex(
    text,
    /^# READ east\.contoso\.com\.: 1 record, zone east\.contoso\.com\. at serial 7, by a signed transfer from 127\.0\.0\.1:\d+$/m,
  );
  const [, schema = ''] = /^# yaml-language-server: \$schema=(.*)\n/.exec(text) ?? [];
  t.is(resolve(dirname(file), schema), resolve('packages/simulator/scenario.schema.json'));
});

test('a key that may not transfer the zone is told, and the zone is read by questions', async (t) => {
  const server = await serving(t, zonesOf(fixture('east-west'), EAST), { keys: [KEY] });
  const other = makeTsigKey({ name: parseDomainName('admin-key'), secret: Buffer.alloc(32, 8) });
  const { status, stdout, stderr } = await srvkit([...flags(server, EAST), '--tsig-key', keyFile(folderFor(t), other)]);
  t.is(status, 0);
  t.is(stderr, 'srvkit: east.contoso.com.: no transfer (NOTAUTH BADSIG); it is read by questions\n');
  t.regex(stdout, /^# READ east\.contoso\.com\.: 4 records, .*, by queries to 127\.0\.0\.1:\d+; no transfer \(NOTAUTH BADSIG\)$/m);
});

test('records that clients leave out are read all the same, by questions alone', async (t) => {
  const odd = [
    '_vlmcs._tcp SRV 0 5 0 .',
    '_vlmcs._tcp SRV 1 2 1688 kms-e1',
    '_vlmcs._tcp SRV 1 3 1688 kms-e1',
    '_vlmcs._tcp SRV 4 5 0 kms-e1',
    'kms-e1 AAAA 2001:db8::1',
  ];
  const server = await serving(t, [zoneOf('east.contoso.com', ...odd), zoneOf('west.contoso.com', '_vlmcs._tcp 60 SRV 3 2 1 .')]);
  const ran = await srvkit([...flags(server, EAST_WEST), '--json']);
  t.is(ran.status, 0, ran.stderr);
  const { v, domains, findings, scenario, output, unread } = ran.json();
  t.deepEqual({ v, output, unread }, { v: 1, output: null, unread: [] });
  t.is(domains[0].records.length, 4);
  t.deepEqual(domains[1].records, ['_vlmcs._tcp.west.contoso.com. 60 IN SRV 3 2 1 .']);
  t.deepEqual(findings.map(({ code }: { code: string }) => code).toSorted(), [
    'port-zero',
    'root-target',
    'root-target',
    'same-endpoint-twice',
    'same-endpoint-twice',
  ]);
  t.is(parseScenario(JSON.stringify(scenario)).dns.records.length, 5);
});

test('an alias whose set is for nobody is read where it leads', async (t) => {
  const server = await serving(t, [
    zoneOf('east.contoso.com', '_vlmcs._tcp CNAME _a._tcp', '_a._tcp CNAME _b._tcp', '_b._tcp SRV 1 2 0 .'),
  ]);
  const { domains, findings } = (await srvkit([...flags(server, EAST), '--json'])).json();
  t.deepEqual(domains[0].records, ['_b._tcp.east.contoso.com. 3600 IN SRV 1 2 0 .']);
  t.is(domains[0].aliasOf, '_b._tcp.east.contoso.com.');
  t.deepEqual(
    findings.map(({ code }: { code: string }) => code),
    ['root-target'],
  );
});

test('aliases at the owner and at a target, and a target without address, are told apart', async (t) => {
  const east = zoneOf('east.contoso.com', '_vlmcs._tcp CNAME _kms._tcp', '_kms._tcp SRV 1 2 1688 kms-e1', 'kms-e1 A 192.0.2.1');
  const west = zoneOf(
    'west.contoso.com',
    '_vlmcs._tcp SRV 1 2 1688 kms',
    '_vlmcs._tcp SRV 1 2 1688 gone',
    'kms CNAME kms-w1',
    'kms-w1 A 192.0.2.2',
  );
  const ran = await srvkit([...flags(await serving(t, [east, west]), EAST_WEST), '--json']);
  const { findings, scenario } = ran.json();
  t.deepEqual(findings.map(({ code }: { code: string }) => code).toSorted(), ['alias-owner', 'alias-target', 'no-address']);
  t.is(scenario.dns.static.length, 2);
  t.deepEqual(
    scenario.dns.stale.map(({ target }: { target: string }) => target),
    ['gone.west.contoso.com'],
  );
});

test('a domain that cannot be read is left out, and said so', async (t) => {
  const server = await serving(t, zonesOf(fixture('east-west'), EAST));
  const domains = ['east.contoso.com', 'EAST.contoso.com.', 'west.contoso.com', 'nowhere.east.contoso.com'];
  const { status, stdout, stderr } = await srvkit(flags(server, domains));
  t.is(status, 1);
  t.is(parseScenario(stdout).sites.size, 1);
  t.regex(stdout, /^# FOUND not-read: west\.contoso\.com\. is left out: the lookup failed \(refused\)$/m);
  t.regex(stderr, /^srvkit: west\.contoso\.com\.: the lookup failed \(refused\); the domain is left out$/m);
  t.regex(stderr, /^srvkit: nowhere\.east\.contoso\.com\.: there is no such domain \(NXDOMAIN\); the domain is left out$/m);
});

test('where nothing is published nothing is written', async (t) => {
  const folder = folderFor(t);
  const server = await serving(t, [zoneOf('east.contoso.com')]);
  const file = join(folder, 'estate.yaml');
  const { status, stdout, stderr } = await srvkit([...flags(server, EAST), '--output', file]);
  t.is(status, 1);
  t.is(stdout, '');
  t.is(stderr, 'srvkit: no record of _vlmcs._tcp was found in east.contoso.com.: there is nothing to begin a scenario with\n');
  t.false(existsSync(file));
});

test('a server that is not there is one line each domain, and status 1', async (t) => {
  const address = '127.0.0.1:9'; // below the ports that anybody is given
  const { status, stdout, stderr } = await srvkit(flags({ address }, EAST));
  t.is(status, 1);
  t.is(stdout, '');
  t.regex(stderr, /^srvkit: east\.contoso\.com\.: the lookup failed \(\S+\); the domain is left out\nsrvkit: no record of /);
});

test('a file that is there is left as it was, and no server is asked', async (t) => {
  const server = await serving(t, zonesOf(fixture('east-west'), EAST));
  const file = join(folderFor(t), 'estate.yaml');
  writeFileSync(file, 'mine');
  const { status, stderr } = await srvkit([...flags(server, EAST), '--output', file]);
  t.is(status, 2);
  t.is(stderr, `srvkit: ${file}: is there already, and nothing is overwritten: name another file, or remove it\n`);
  t.is(readFileSync(file, 'utf8'), 'mine');
  t.is(server.requests.length, 0);
});

test('a signal ends it while a server is silent, and nothing is written', async (t) => {
  const abort = new AbortController();
  const server = await serving(t, [zoneOf('east.contoso.com')], {
    faults: ['*=drop'],
    onEvent: ({ event }) => void (event === 'query' && abort.abort(new Interrupted('SIGINT'))),
  });
  const file = join(folderFor(t), 'estate.yaml');
  const { status, stdout } = await srvkit([...flags(server, EAST), '--output', file], { signal: abort.signal });
  t.is(status, 130);
  t.is(stdout, '');
  t.false(existsSync(file));
});

test('another service is read by its name', async (t) => {
  const server = await serving(t, [zoneOf('east.contoso.com', '_ldap._tcp SRV 0 100 389 dc1', 'dc1 A 192.0.2.1')]);
  const [simulate = '', fromDns = '', ...rest] = flags(server, EAST);
  const { status, stdout, stderr } = await srvkit([simulate, fromDns, '_ldap._tcp', ...rest]);
  t.is(status, 0, stderr);
  const scenario = parseScenario(stdout);
  t.is(scenario.service, '_ldap._tcp');
  t.deepEqual(published(scenario), ['_ldap._tcp.east.contoso.com. 3600 IN SRV 0 100 389 dc1.east.contoso.com.']);
  t.is(parseDomainName(scenario.hosts.get('dc1')?.target ?? '').toString(), 'dc1.east.contoso.com.');
});
