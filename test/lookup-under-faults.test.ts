import { parseDomainName } from '@srvkit/dns';
import { createDnsClient } from '@srvkit/dns-client';
import type { DnsClient, DnsClientOptions, Lookup } from '@srvkit/dns-client';
import { createTestServer } from '@srvkit/test-server';
import type { TestServer } from '@srvkit/test-server';
import test from 'ava';
import type { ExecutionContext } from 'ava';

// What the real client makes of every way in which the test server's answers can be wrong (srv T3), over real sockets.

const ZONE = `$ORIGIN example.org.
$TTL 60
@ SOA ns hostmaster 1 1 1 1 30
@ NS ns
ns A 127.0.0.1
_x._tcp SRV 10 1 5060 a
_x._tcp SRV 20 1 5060 b
a A 192.0.2.1
b A 192.0.2.2
_gone._tcp SRV 0 0 0 .
_alias._tcp 20 CNAME _x._tcp
_round._tcp CNAME _trip._tcp
_trip._tcp CNAME _round._tcp
_ip._tcp SRV 10 1 5060 192.0.2.1
_zero._tcp SRV 10 1 0 a
_ports._tcp SRV 10 1 5060 a
_ports._tcp SRV 10 1 5061 a
_twins._tcp SRV 10 1 5060 a
_twins._tcp SRV 10 2 5060 a
`;
const SILENT_MS = 40;

interface Case {
  readonly fault?: string;
  readonly name?: string;
  readonly want: Partial<Lookup> & { readonly why?: string };
  readonly tries: readonly string[];
  /** Codes of the warnings. */
  readonly warnings?: readonly string[];
  readonly records?: number;
}

const SILENCE = ['udp timeout', 'udp timeout'];
const CASES: readonly Case[] = [
  { want: { kind: 'records', ttl: 60, rcode: 'NOERROR' }, records: 2, tries: ['udp NOERROR'] },
  { fault: 'drop', want: { kind: 'failed', why: 'timeout', rcode: null, server: null }, tries: SILENCE },
  { fault: 'servfail', want: { kind: 'failed', why: 'servfail', rcode: 'SERVFAIL' }, tries: ['udp SERVFAIL'] },
  { fault: 'refused', want: { kind: 'failed', why: 'refused', rcode: 'REFUSED' }, tries: ['udp REFUSED'] },
  { fault: 'formerr', want: { kind: 'failed', why: 'rcode', rcode: 'FORMERR' }, tries: ['udp FORMERR', 'udp FORMERR'] },
  { fault: 'notimp', want: { kind: 'failed', why: 'rcode', rcode: 'NOTIMP' }, tries: ['udp NOTIMP', 'udp NOTIMP'] },
  { fault: 'truncate', want: { kind: 'records' }, records: 2, tries: ['udp truncated', 'tcp NOERROR'] },
  { fault: 'truncate-hang', want: { kind: 'failed', why: 'tcp', rcode: null }, tries: ['udp truncated', 'tcp timeout'] },
  { fault: 'wrong-id', want: { kind: 'failed', why: 'timeout' }, tries: SILENCE },
  { fault: 'wrong-question', want: { kind: 'failed', why: 'timeout' }, tries: SILENCE },
  { fault: 'wrong-port', want: { kind: 'failed', why: 'timeout' }, tries: SILENCE },
  { fault: 'lower-case', name: '_X._tcp', want: { kind: 'records' }, records: 2, tries: ['udp NOERROR'] },
  { fault: 'compress-target', want: { kind: 'records' }, records: 2, tries: ['udp NOERROR'] },
  { fault: 'foreign-owner', want: { kind: 'nodata', ttl: null }, warnings: ['foreign-owner'], tries: ['udp NOERROR'] },
  { fault: 'unequal-ttls', want: { kind: 'records', ttl: 59 }, records: 2, warnings: ['unequal-ttls'], tries: ['udp NOERROR'] },
  { fault: 'duplicate', want: { kind: 'records' }, records: 2, tries: ['udp NOERROR'] },
  { fault: 'ttl:2147483648', want: { kind: 'records', ttl: 0 }, records: 2, tries: ['udp NOERROR'] },
  { fault: 'no-soa', name: '_none._tcp', want: { kind: 'nxdomain', ttl: null, rcode: 'NXDOMAIN' }, tries: ['udp NXDOMAIN'] },
  { name: '_none._tcp', want: { kind: 'nxdomain', ttl: 30 }, tries: ['udp NXDOMAIN'] },
  { name: '_tcp', want: { kind: 'nodata', ttl: 30 }, tries: ['udp NOERROR'] },
  { name: '_gone._tcp', want: { kind: 'unavailable', ttl: 60 }, tries: ['udp NOERROR'] },
  { name: '_alias._tcp', want: { kind: 'records', ttl: 20 }, records: 2, tries: ['udp NOERROR'] },
  { name: '_round._tcp', want: { kind: 'failed', why: 'alias-loop' }, tries: ['udp NOERROR'] },
  { name: '_ip._tcp', want: { kind: 'records' }, records: 1, tries: ['udp NOERROR'] }, // below the origin it is a name
  { name: '_zero._tcp', want: { kind: 'nodata' }, warnings: ['port-zero'], tries: ['udp NOERROR'] },
  { name: '_ports._tcp', want: { kind: 'records' }, records: 2, tries: ['udp NOERROR'] },
  { name: '_twins._tcp', want: { kind: 'records' }, records: 1, warnings: ['merged'], tries: ['udp NOERROR'] },
];

for (const { fault, name = '_x._tcp', want, tries, warnings = [], records = 0 } of CASES) {
  test(`${fault ?? 'no fault'}: a lookup of ${name} is ${want.kind} ${want.why ?? ''}`, async (t) => {
    const { client } = await start(t, fault === undefined ? [] : [`*=${fault}`], {
      ...(tries.includes('udp timeout') ? { tryTimeoutMs: SILENT_MS } : {}),
      ...(tries.includes('tcp timeout') ? { tcpTimeoutMs: SILENT_MS } : {}),
    });
    const lookup = await client.lookup(parseDomainName(`${name}.example.org`), 'SRV');
    t.like(lookup, want);
    t.is(lookup.records.length, records);
    t.deepEqual(
      lookup.tries.map(({ transport, outcome, rcode }) => `${transport} ${rcode ?? outcome}`),
      tries,
    );
    t.deepEqual(
      lookup.warnings.map(({ code }) => code),
      warnings,
    );
  });
}

test('TTL 0 is used once: the next lookup asks again (srv A2)', async (t) => {
  const { client, server } = await start(t, ['*=ttl:0']);
  for (const _ of [1, 2])
    t.like(await client.lookup(parseDomainName('_x._tcp.example.org'), 'SRV'), { kind: 'records', ttl: 0, cached: false });
  t.is(server.requests.length, 2);
});

test('NXDOMAIN is remembered for the MINIMUM of the SOA and three hours at most, without an SOA for 5 seconds (RFC 2308)', async (t) => {
  for (const [faults, minimum, seconds] of [
    [[], 30, 30],
    [[], 100_000, 10_800],
    [['*=no-soa'], 30, 5],
  ] as const) {
    let now = 1_000_000_000_000;
    const { client, server } = await start(t, faults, { now: () => now });
    server.setZone(ZONE.replace('1 1 1 1 30', `1 1 1 1 ${minimum}`).replace('$TTL 60', '$TTL 100000'));
    const ask = (): Promise<Lookup> => client.lookup(parseDomainName('_none._tcp.example.org'), 'SRV');
    t.like(await ask(), { kind: 'nxdomain', cached: false });
    now += seconds * 1000 - 1;
    t.like(await ask(), { kind: 'nxdomain', cached: true });
    now += 1;
    t.like(await ask(), { kind: 'nxdomain', cached: false });
  }
});

test('a failure is remembered by question and servers, for longer each time (RFC 9520)', async (t) => {
  let now = 1_000_000_000_000;
  const { client, server } = await start(t, ['*=servfail'], { now: () => now });
  const ask = (name: string, servers?: readonly string[]): Promise<Lookup> =>
    client.lookup(parseDomainName(`${name}.example.org`), 'SRV', servers === undefined ? {} : { servers });
  const { server: other } = await start(t, []);
  for (const seconds of [1, 2, 4]) {
    t.like(await ask('_x._tcp'), { kind: 'failed', cached: false });
    now += seconds * 1000 - 1;
    t.like(await ask('_x._tcp'), { kind: 'failed', cached: true, why: 'servfail' });
    t.like(await ask('_x._tcp', [other.address]), { kind: 'records' });
    now += 1;
  }
  t.is(server.requests.length, 3);
  t.like(await ask('_y._tcp'), { kind: 'failed', cached: false });
});

test('a stale set stands in for a failure, and never for "."', async (t) => {
  let now = 1_000_000_000_000;
  const { client, server } = await start(t, [], { now: () => now });
  const ask = (): Promise<Lookup> => client.lookup(parseDomainName('_x._tcp.example.org'), 'SRV');
  t.like(await ask(), { kind: 'records', stale: false });
  now += 61_000;
  server.setFaults(['*=servfail']);
  t.like(await ask(), { kind: 'records', stale: true, ttl: 30, additional: { length: 2 } });
  now += 31_000;
  server.setFaults([]);
  server.setZone(ZONE.replace(/_x\._tcp SRV 10.*/, '_x._tcp SRV 0 0 0 .').replace(/_x\._tcp SRV 20.*/, ''));
  t.like(await ask(), { kind: 'unavailable', stale: false });
  now += 61_000;
  server.setFaults(['*=servfail']);
  t.like(await ask(), { kind: 'failed', stale: false });
});

async function start(
  t: ExecutionContext,
  faults: readonly string[],
  options: DnsClientOptions = {},
): Promise<{ client: DnsClient; server: TestServer }> {
  const server = await createTestServer({ zones: [ZONE], faults });
  // Patient, so that a busy machine does not look like a silent server.
  const client = createDnsClient({ servers: [server.address], tryTimeoutMs: 10_000, tcpTimeoutMs: 10_000, timeoutMs: 60_000, ...options });
  t.teardown(async () => {
    await client.close();
    await server.close();
  });
  return { client, server };
}
