import { Resolver } from 'node:dns/promises';
import { createTestServer } from '@srvkit/test-server';
import type { TestServer } from '@srvkit/test-server';
import test from 'ava';
import type { ExecutionContext } from 'ava';

// Node's own resolver, c-ares, is a judge that is always there: CI runs this on every version we support.
const HOSTS = Array.from({ length: 60 }, (_, index) => `kms-${index}.contoso.com`);
const ZONE = [
  '$ORIGIN contoso.com.',
  '$TTL 3600',
  '@ SOA dns1 hostmaster 1 900 600 86400 60',
  '@ NS dns1',
  'dns1 A 127.0.0.1',
  'dns1 AAAA 2001:db8::1',
  '_vlmcs._tcp.east SRV 10 75 1688 kms-e1.east',
  '_vlmcs._tcp.east SRV 20 0 1689 KMS-e2.east',
  'kms-e1.east A 192.0.2.11',
  'kms.east CNAME kms-e1.east',
  '_alias._tcp.east CNAME _vlmcs._tcp.east',
  'text TXT "two words" "and more"',
  ...HOSTS.map((host, index) => `_vlmcs._tcp.crowded SRV ${index % 3} ${index} 1688 ${host}.`),
].join('\n');

test('Node reads SRV records, whose targets are not compressed', async (t) => {
  const { resolver } = await serve(t);
  t.deepEqual(await srv(resolver, '_vlmcs._tcp.east.contoso.com'), [
    '10 75 1688 kms-e1.east.contoso.com',
    '20 0 1689 KMS-e2.east.contoso.com',
  ]);
});

test('Node follows an alias to SRV records', async (t) => {
  const { resolver } = await serve(t);
  t.is((await srv(resolver, '_alias._tcp.east.contoso.com')).length, 2);
});

test('Node goes on to TCP for a set of 60', async (t) => {
  const { resolver, server } = await serve(t);
  const records = await resolver.resolveSrv('_vlmcs._tcp.crowded.contoso.com');
  t.deepEqual(records.map(({ name }) => name).toSorted(), HOSTS.toSorted());
  t.deepEqual(
    server.requests.map(({ transport }) => transport),
    ['udp', 'tcp'],
  );
});

test('Node reads addresses, aliases, text, name servers and the SOA', async (t) => {
  const { resolver } = await serve(t);
  t.deepEqual(await resolver.resolve4('kms.east.contoso.com'), ['192.0.2.11']);
  t.deepEqual(await resolver.resolve4('kms-e1.east.contoso.com', { ttl: true }), [{ address: '192.0.2.11', ttl: 3600 }]);
  t.deepEqual(await resolver.resolve6('dns1.contoso.com'), ['2001:db8::1']);
  t.deepEqual(await resolver.resolveCname('kms.east.contoso.com'), ['kms-e1.east.contoso.com']);
  t.deepEqual(await resolver.resolveTxt('text.contoso.com'), [['two words', 'and more']]);
  t.deepEqual(await resolver.resolveNs('contoso.com'), ['dns1.contoso.com']);
  t.like(await resolver.resolveSoa('contoso.com'), {
    nsname: 'dns1.contoso.com',
    hostmaster: 'hostmaster.contoso.com',
    serial: 1,
    minttl: 60,
  });
});

for (const { title, name, code } of [
  { title: 'ENOTFOUND for a name that is not there', name: '_vlmcs._tcp.south.contoso.com', code: 'ENOTFOUND' },
  { title: 'ENODATA for a name without SRV records', name: 'kms-e1.east.contoso.com', code: 'ENODATA' },
  { title: 'ENODATA for an empty non-terminal', name: '_tcp.east.contoso.com', code: 'ENODATA' },
  { title: 'EREFUSED for a foreign zone', name: '_vlmcs._tcp.example.org', code: 'EREFUSED' },
]) {
  test(`Node says ${title}`, async (t) => {
    const { resolver } = await serve(t);
    await t.throwsAsync(resolver.resolveSrv(name), { code });
  });
}

async function serve(t: ExecutionContext): Promise<{ server: TestServer; resolver: Resolver }> {
  const server = await createTestServer({ zones: [ZONE] });
  const resolver = new Resolver({ timeout: 20_000, tries: 1 });
  resolver.setServers([server.address]);
  t.teardown(() => server.close());
  return { server, resolver };
}

async function srv(resolver: Resolver, name: string): Promise<readonly string[]> {
  const records = await resolver.resolveSrv(name);
  return records.map(({ priority, weight, port, name: target }) => `${priority} ${weight} ${port} ${target}`).toSorted();
}
