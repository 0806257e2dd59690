import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { formatRecord, makeUpdate, hmacSigner, parseDomainName, parseRecord } from '@srvkit/dns';
import type { RecordType, UpdateOperation } from '@srvkit/dns';
import { createDnsClient, findZone } from '@srvkit/dns-client';
import type { DnsClient, DnsClientOptions } from '@srvkit/dns-client';
import { createResolver } from '@srvkit/resolver';
import type { ExecutionContext } from 'ava';
import { closedPort } from '../../packages/resolver/test/closed-port.ts';
import { judgeTest } from './judge-test.ts';
import { makeKey } from './key.ts';
import { runNamed, startNamed } from './named.ts';
import { temporaryFolder } from './temporary-folder.ts';

const KEY = makeKey();
const CROWD = Array.from({ length: 60 }, (_, index) => `_vlmcs._tcp.crowded SRV 10 ${index} 1688 kms-${index}.crowded`);
const ZONE = {
  origin: 'contoso.com',
  updatePolicy: ['grant east-key. subdomain east.contoso.com. SRV'],
  text: `
$TTL 3600
@                  SOA dns1 hostmaster 7 900 600 86400 60
@                  NS dns1
dns1               A 127.0.0.1
_vlmcs._tcp.east   SRV 10 75 1688 kms-e1.east
_vlmcs._tcp.east   SRV 10 25 1688 kms-e2.east
kms-e1.east        A 192.0.2.11
kms-e1.east        AAAA 2001:db8::11
kms-e2.east        A 192.0.2.12
_vlmcs._tcp.west   CNAME _vlmcs._tcp.east
old                DNAME east
_vlmcs._tcp.south  SRV 0 0 0 .
${CROWD.join('\n')}
`,
};

// A slow machine is no verdict.
const PATIENT = { timeoutMs: 20_000, tryTimeoutMs: 10_000, tcpTimeoutMs: 10_000 };

judgeTest(['named'], 'our client reads SRV records and the addresses of their hosts from named', async (t) => {
  const { client } = await clientOf(t);
  const lookup = await client.lookup(parseDomainName('_vlmcs._tcp.east.contoso.com'), 'SRV');
  t.like(lookup, { kind: 'records', ttl: 3600, rcode: 'NOERROR', authoritative: true, warnings: [], dropped: [] });
  t.deepEqual(lookup.records.map(formatRecord).toSorted(), [
    '_vlmcs._tcp.east.contoso.com. 3600 IN SRV 10 25 1688 kms-e2.east.contoso.com.',
    '_vlmcs._tcp.east.contoso.com. 3600 IN SRV 10 75 1688 kms-e1.east.contoso.com.',
  ]);
  t.deepEqual(lookup.additional.map(formatRecord).toSorted(), [
    'kms-e1.east.contoso.com. 3600 IN A 192.0.2.11',
    'kms-e1.east.contoso.com. 3600 IN AAAA 2001:db8::11',
    'kms-e2.east.contoso.com. 3600 IN A 192.0.2.12',
  ]);
});

for (const { title, name, type, expected } of [
  { title: 'NXDOMAIN', name: '_vlmcs._tcp.north.contoso.com', type: 'SRV', expected: { kind: 'nxdomain', rcode: 'NXDOMAIN', ttl: 60 } },
  { title: 'NODATA', name: 'kms-e1.east.contoso.com', type: 'SRV', expected: { kind: 'nodata', rcode: 'NOERROR', ttl: 60 } },
  { title: 'NODATA at an empty non-terminal', name: '_tcp.east.contoso.com', type: 'SRV', expected: { kind: 'nodata', rcode: 'NOERROR' } },
  { title: 'that a service is not available', name: '_vlmcs._tcp.south.contoso.com', type: 'SRV', expected: { kind: 'unavailable' } },
  { title: 'a refusal', name: '_vlmcs._tcp.example.org', type: 'SRV', expected: { kind: 'failed', why: 'refused', rcode: 'REFUSED' } },
] as const) {
  judgeTest(['named'], `our client is told ${title} by named`, async (t) => {
    const { client } = await clientOf(t);
    t.like(await client.lookup(parseDomainName(name), type satisfies RecordType), expected);
  });
}

judgeTest(['named'], 'our client follows an alias of named', async (t) => {
  const { client } = await clientOf(t);
  const lookup = await client.lookup(parseDomainName('_vlmcs._tcp.west.contoso.com'), 'SRV');
  t.is(lookup.kind, 'records');
  t.is(lookup.records.length, 2);
  t.deepEqual(lookup.chain.map(String), ['_vlmcs._tcp.west.contoso.com.']);
});

judgeTest(['named'], 'our client follows what named makes of a DNAME, and finds nothing wrong with it', async (t) => {
  const { client } = await clientOf(t);
  const lookup = await client.lookup(parseDomainName('_vlmcs._tcp.old.contoso.com'), 'SRV');
  t.like(lookup, { kind: 'records', records: { length: 2 }, warnings: [], dropped: [] });
  t.deepEqual(lookup.chain.map(String), ['_vlmcs._tcp.old.contoso.com.']);
});

judgeTest(['named'], 'our client reads a set of 60 from named over TCP', async (t) => {
  const { client } = await clientOf(t);
  const lookup = await client.lookup(parseDomainName('_vlmcs._tcp.crowded.contoso.com'), 'SRV');
  t.is(lookup.records.length, 60);
  t.deepEqual(
    lookup.tries.map(({ transport, outcome }) => `${transport} ${outcome}`),
    ['udp truncated', 'tcp answered'],
  );
});

judgeTest(['named'], 'our client finds the zone of a name that is not there yet', async (t) => {
  const { client } = await clientOf(t);
  const found = await findZone(client, parseDomainName('_new._tcp.deep.north.contoso.com'));
  t.is(found.kind, 'found');
  t.is(
    found.kind === 'found' ? `${found.zone.toString()} ${found.mname.toString()} ${found.serial} ${found.authoritative}` : '',
    'contoso.com. dns1.contoso.com. 7 true',
  );
});

judgeTest(['named'], 'our client sees what an UPDATE at named changes of the set it remembers', async (t) => {
  let now = Date.now();
  const { client, server } = await clientOf(t, { now: () => now });
  const owner = parseDomainName('_vlmcs._tcp.east.contoso.com');
  await client.lookup(owner, 'SRV');
  const [removed, added] = ['10 25 1688 kms-e2', '20 0 1688 kms-e3'].map((rdata) =>
    parseRecord(`${owner.toString()} 3600 IN SRV ${rdata}.east.contoso.com.`),
  );
  const update = makeUpdate({
    id: 0,
    zone: parseDomainName('contoso.com'),
    operations: [
      { kind: 'deleteRecord', record: removed! },
      { kind: 'add', record: added! },
    ],
  });
  t.like(await client.exchange(update, { server, signer: hmacSigner(KEY) }), { rcode: 'NOERROR' });
  t.like(await client.lookup(owner, 'SRV'), { cached: true });
  now += 3_600_000;
  const { change } = await client.lookup(owner, 'SRV');
  t.deepEqual(
    [change?.added, change?.removed, change?.changed].map((records) => records?.length),
    [1, 1, 0],
  );
  t.deepEqual(change?.added.map(formatRecord), [formatRecord(added!)]);
});

judgeTest(['named'], 'our client goes on with what named said when named is gone, but not once named said NXDOMAIN', async (t) => {
  let now = Date.now();
  const named = await runNamed(await temporaryFolder(t), { zones: [ZONE], keys: [KEY] });
  t.teardown(() => named.stop());
  const client = createDnsClient({ servers: [named.address], ...PATIENT, now: () => now });
  t.teardown(() => client.close());
  const [east, north] = ['east', 'north'].map((site) => parseDomainName(`_vlmcs._tcp.${site}.contoso.com`));
  await client.lookup(east!, 'SRV');
  t.like(await client.lookup(north!, 'SRV'), { kind: 'nxdomain' });
  await named.stop();
  now += 2 * 3_600_000;
  const stale = await client.lookup(east!, 'SRV');
  t.like(stale, { kind: 'records', stale: true, cached: true, ttl: 30 });
  t.is(stale.records.length, 2);
  t.is(stale.additional.length, 3);
  t.like(await client.lookup(north!, 'SRV'), { kind: 'failed', stale: false });
});

judgeTest(['named'], 'our resolver finds a host that listens by the records of named', async (t) => {
  const { server } = await clientOf(t);
  const [host, closed] = [await listen(t), await closedPort(t)];
  const update = makeUpdate({
    id: 0,
    zone: parseDomainName('contoso.com'),
    operations: [addHost(`10 0 ${closed}`), addHost(`20 0 ${host}`)],
  });
  const client = createDnsClient(PATIENT);
  const resolver = createResolver({ servers: [server], dns: PATIENT });
  t.teardown(() => Promise.all([client.close(), resolver.close()]));
  t.like(await client.exchange(update, { server, signer: hmacSigner(KEY) }), { rcode: 'NOERROR' });

  const resolution = await resolver.resolve({ service: '_http._tcp', domains: ['north.contoso.com', 'east.contoso.com'] });
  t.like(resolution, { outcome: 'reached', host: { target: 'dns1.contoso.com.', port: host, address: '127.0.0.1' } });
  t.deepEqual(
    resolution.attempts.map(({ port, outcome }) => `${port} ${outcome}`),
    [`${closed} refused`, `${host} reached`],
  );
  t.deepEqual(
    resolution.lookups.slice(0, 2).map(({ name, answer }) => `${name} ${answer}`),
    ['_http._tcp.north.contoso.com. nxdomain', '_http._tcp.east.contoso.com. records'],
  );
});

for (const transport of ['udp', 'tcp'] as const) {
  judgeTest(
    ['named'],
    `our client's signed UPDATE over ${transport.toUpperCase()} is taken by named, and the reply verifies`,
    async (t) => {
      const { client, server } = await clientOf(t);
      const record = parseRecord('_vlmcs._tcp.east.contoso.com. 3600 IN SRV 20 0 1688 kms-e3.east.contoso.com.');
      const update = makeUpdate({ id: 0, zone: parseDomainName('contoso.com'), operations: [{ kind: 'add', record }] });
      const outcome = await client.exchange(update, { server, transport, signer: hmacSigner(KEY) });
      t.like(outcome, { kind: 'answered', rcode: 'NOERROR', tsig: 'verified', tsigError: null, transport });
      t.is((await client.lookup(record.name, 'SRV')).records.length, 3);
    },
  );
}

async function clientOf(t: ExecutionContext, options: DnsClientOptions = {}): Promise<{ client: DnsClient; server: string }> {
  const server = await startNamed(t, { zones: [ZONE], keys: [KEY] });
  const client = createDnsClient({ servers: [server], ...PATIENT, ...options });
  t.teardown(() => client.close());
  return { client, server };
}

function addHost(numbers: string): UpdateOperation {
  return { kind: 'add', record: parseRecord(`_http._tcp.east.contoso.com. 60 IN SRV ${numbers} dns1.contoso.com.`) };
}

/** A host of a service; gives the port. */
async function listen(t: ExecutionContext): Promise<number> {
  const server = createServer((socket) => socket.end());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  return (server.address() as AddressInfo).port;
}
