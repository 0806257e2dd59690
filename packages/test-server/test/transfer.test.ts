import { createDnsClient } from '@srvkit/dns-client';
import { hmacSigner, parseDomainName, parseKeyFile, recordEquals } from '@srvkit/dns';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { createTestServer } from '../src/index.ts';
import type { TestServer, TestServerOptions } from '../src/index.ts';

const keys = parseKeyFile('hmac-sha256:transfer-key:ZWFzdC10ZXN0LXNlY3JldC0zMi1ieXRlcy1sb25nISE=');
const [other] = parseKeyFile('hmac-sha256:transfer-key:b3RoZXItdGVzdC1zZWNyZXQtMzItYnl0ZXMtbG9uZyE=');
const signer = hmacSigner(keys[0]!);
const origin = parseDomainName('example.org');
const HEAD = '$ORIGIN example.org.\n$TTL 60\n@ SOA ns1 hostmaster 7 3600 600 604800 300\n@ NS ns1\nns1 A 127.0.0.1\n';

async function serve(
  t: ExecutionContext,
  options: Partial<TestServerOptions> = {},
): Promise<{
  server: TestServer;
  transfer: (with_?: object, zone?: string) => ReturnType<ReturnType<typeof createDnsClient>['transfer']>;
}> {
  const server = await createTestServer({ zones: [HEAD], keys, ...options });
  const client = createDnsClient({ servers: [server.address] });
  t.teardown(async () => {
    await client.close();
    await server.close();
  });
  return {
    server,
    transfer: (how = { signer }, zone = 'example.org') =>
      client.transfer(parseDomainName(zone), { server: server.address, timeoutMs: 5000, ...how }),
  };
}

test('a signed AXFR gives the zone, every message verified', async (t) => {
  const { server, transfer } = await serve(t);
  const outcome = await transfer();
  if (outcome.kind !== 'transferred') return t.fail(outcome.kind);
  t.is(outcome.tsig, 'verified');
  const held = [...(server.zones.get(origin.key)?.records() ?? [])];
  t.is(outcome.records.length, held.length);
  t.true(held.every((record) => outcome.records.some((brought) => recordEquals(record, brought) && brought.ttl === record.ttl)));
  return t.is(outcome.records[0]?.type, 'SOA');
});

test('a large zone comes in many messages, whole', async (t) => {
  const hosts = Array.from({ length: 3000 }, (_, at) => `_s${at}._tcp SRV 1 2 3 a-rather-long-host-name-to-fill-messages-${at}\n`).join('');
  const { transfer } = await serve(t, { zones: [HEAD + hosts] });
  const outcome = await transfer();
  t.is(outcome.kind, 'transferred');
  t.is(outcome.kind === 'transferred' ? outcome.records.length : 0, 3003);
});

test('a record that fills a message goes alone', async (t) => {
  const text = Array.from({ length: 120 }, () => `"${'x'.repeat(255)}"`).join(' ');
  const { transfer } = await serve(t, { zones: [`${HEAD}a TXT ${text}\nb TXT ${text}\nc A 127.0.0.1\n`] });
  const outcome = await transfer();
  t.is(outcome.kind === 'transferred' ? outcome.records.length : 0, 6);
});

test('what was updated is transferred', async (t) => {
  const { server, transfer } = await serve(t);
  server.setZone(HEAD.replace(' 7 ', ' 8 '));
  const outcome = await transfer();
  const [soa] = outcome.kind === 'transferred' ? outcome.records : [];
  t.is(soa?.rdata.type === 'SOA' ? soa.rdata.serial : 0, 8);
});

test('without a signature it is REFUSED, with a wrong one NOTAUTH and BADSIG, for a foreign zone NOTAUTH', async (t) => {
  const { transfer } = await serve(t);
  t.like(await transfer({}), { kind: 'refused', rcode: 'REFUSED' });
  t.like(await transfer({ signer: hmacSigner(other!) }), { kind: 'refused', rcode: 'NOTAUTH', tsigError: 'BADSIG' });
  t.like(await transfer({ signer }, 'example.net'), { kind: 'refused', rcode: 'NOTAUTH' });
  t.like(await transfer({ signer }, 'ns1.example.org'), { kind: 'refused', rcode: 'NOTAUTH' });
});

test('faults meet transfers too', async (t) => {
  const { transfer } = await serve(t, { faults: ['example.org=servfail'] });
  t.like(await transfer(), { kind: 'refused', rcode: 'SERVFAIL' });
});
