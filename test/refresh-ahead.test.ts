import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { parseDomainName } from '@srvkit/dns';
import { createDnsClient } from '@srvkit/dns-client';
import type { Lookup } from '@srvkit/dns-client';
import { createTestServer } from '@srvkit/test-server';
import test from 'ava';

// What the client asks ahead of the end of a TTL (srv C6), of the real test server. Only the client's clock is moved.

const zone = (serial: number, target: string): string => `$ORIGIN example.org.
@ 3600 SOA ns hostmaster ${serial} 1 1 1 30
@ 3600 NS ns
_x._tcp 120 SRV 10 1 5060 ${target}
_brief._tcp 20 SRV 10 1 5060 ${target}
`;

test('a change in the zone is known before the TTL is over to a client that asks near its end', async (t) => {
  const server = await createTestServer({ zones: [zone(1, 'old')] });
  t.teardown(() => server.close());
  let now = 1_000_000_000_000;
  const client = createDnsClient({ servers: [server.address], now: () => now, random: () => 0.5 });
  t.teardown(() => client.close());
  const [name, brief] = [parseDomainName('_x._tcp.example.org'), parseDomainName('_brief._tcp.example.org')];
  for (const owner of [name, brief]) t.like(await client.lookup(owner, 'SRV'), { kind: 'records', cached: false });
  server.setZone(zone(2, 'new'));
  now += 19_000;
  t.like(await client.lookup(brief, 'SRV'), { cached: true, ttl: 1 });
  now += 82_999; // the moment drawn is at 85 % of 120 s
  t.like(await client.lookup(name, 'SRV'), { cached: true, ttl: 18 });
  t.is(server.requests.length, 2);
  now += 1;
  const refreshed = nextRefresh();
  const last = await client.lookup(name, 'SRV');
  t.like(last, { cached: true, ttl: 18 });
  const { change } = await refreshed;
  t.is(change?.removed[0], last.records[0]);
  t.is(change?.added.length, 1);
  t.like(await client.lookup(name, 'SRV'), { cached: true, ttl: 120, records: change?.added });
  now += 96_000 - 1;
  t.like(await client.lookup(name, 'SRV'), { cached: true, ttl: 24 });
  t.is(server.requests.length, 3);
});

function nextRefresh(): Promise<Lookup> {
  return new Promise((resolve) => {
    const hear = (message: unknown): void => {
      unsubscribe('srvkit:refresh', hear);
      resolve((message as { lookup: Lookup }).lookup);
    };
    subscribe('srvkit:refresh', hear);
  });
}
