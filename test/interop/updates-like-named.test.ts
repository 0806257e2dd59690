import { decodeMessage, encodeMessage, formatRecord, hmacSigner, makeUpdate, parseRecord, signMessage } from '@srvkit/dns';
import type { Message, ResourceRecord } from '@srvkit/dns';
import { createDnsClient } from '@srvkit/dns-client';
import type { DnsClient } from '@srvkit/dns-client';
import { pcg32 } from '@srvkit/selection';
import type { TestServer } from '@srvkit/test-server';
import type { ExecutionContext } from 'ava';
import { dnspython, hex, octets } from './dnspython.ts';
import { judgeTest } from './judge-test.ts';
import { makeKey } from './key.ts';
import { startNamed } from './named.ts';
import { APEX, randomUpdate, wrongUpdate } from './random-update.ts';
import { serve } from './serve.ts';

const KEY = makeKey();
const ZONE = `
$ORIGIN east.contoso.com.
$TTL 60
@     SOA dns1 hostmaster 1 900 600 86400 60
@     NS dns1
dns1  A 127.0.0.1
dns2  A 127.0.0.1
`;

judgeTest(['named'], 'our server does random updates as named does, and comes to the same zone each time', async (t) => {
  const { named, ours, client } = await startBoth(t);
  const random = pcg32(2136);
  for (let round = 0; round < 250; round += 1) {
    const update = randomUpdate(random);
    const outcome = async (server: string): Promise<unknown> => {
      const { kind, rcode, tsig } = await client.exchange(update, { server, signer: hmacSigner(KEY) });
      return { kind, rcode, tsig };
    };
    const what = `round ${round}: ${described(update)}`;
    if (!t.deepEqual(await outcome(ours.address), await outcome(named), what)) return;
    if (!t.deepEqual(contentsOfOurs(ours), await contentsOf(named, client), what)) return;
  }
});

judgeTest(['named', 'dnspython'], 'our server refuses wrong updates with the same codes as named', async (t) => {
  const { named, ours, client } = await startBoth(t);
  const random = pcg32(3007);
  const updates = Array.from({ length: 300 }, () => wrongUpdate(random));
  const signed = await Promise.all(
    updates.map((update) => signMessage(encodeMessage(update), hmacSigner(KEY), { timeSigned: Math.floor(Date.now() / 1000) })),
  );
  const rcodes = async (server: string): Promise<readonly string[]> => {
    const replies = await dnspython(
      ...signed.map(({ bytes }) => ({ do: 'exchange', transport: 'tcp', server, wire: hex(bytes) }) as const),
    );
    return replies.map(({ wire }, index) => `${decodeMessage(octets(wire)).rcode} to ${described(updates[index])}`);
  };
  t.deepEqual(await rcodes(ours.address), await rcodes(named));
  t.deepEqual(contentsOfOurs(ours), await contentsOf(named, client));
});

judgeTest(
  ['named'],
  'the hundred and first record of a name and type is refused as by named, and nothing of its UPDATE is done',
  async (t) => {
    const { named, ours, client } = await startBoth(t);
    const rcodesOf = async (server: string, from: number, to: number): Promise<string | null> => {
      const lines = Array.from(
        { length: to - from },
        (_, at) => `_vlmcs._tcp.east.contoso.com. 60 IN SRV 0 0 ${from + at} dns1.east.contoso.com.`,
      );
      const operations = lines.map((line) => ({ kind: 'add', record: parseRecord(line) }) as const);
      return (await client.exchange(makeUpdate({ id: 0, zone: APEX, operations }), { server, signer: hmacSigner(KEY) })).rcode;
    };
    for (const [from, to, rcode] of [
      [1, 100, 'NOERROR'],
      [100, 102, 'SERVFAIL'],
      [100, 101, 'NOERROR'],
      [50, 60, 'NOERROR'],
      [101, 102, 'SERVFAIL'],
    ] as const)
      for (const server of [named, ours.address])
        t.is(await rcodesOf(server, from, to), rcode, `${server === named ? 'named' : 'ours'}: ${from}`);
    t.deepEqual(contentsOfOurs(ours), await contentsOf(named, client));
  },
);

async function startBoth(t: ExecutionContext): Promise<{ named: string; ours: TestServer; client: DnsClient }> {
  const updatePolicy = ['grant east-key. zonesub ANY'];
  const named = await startNamed(t, { zones: [{ origin: 'east.contoso.com', text: ZONE, updatePolicy }], keys: [KEY] });
  const ours = await serve(t, { zones: [ZONE], keys: [KEY] });
  const client = createDnsClient({ timeoutMs: 20_000 });
  t.teardown(() => client.close());
  return { named, ours, client };
}

async function contentsOf(server: string, client: DnsClient): Promise<readonly string[]> {
  const transfer = await client.transfer(APEX, { server });
  return transfer.kind === 'transferred' ? linesOf(transfer.records) : [];
}

function contentsOfOurs(server: TestServer): readonly string[] {
  return linesOf([...(server.zones.get(APEX.key)?.records() ?? [])]);
}

// BIND and we need not agree about which of two spellings stays.
function linesOf(records: readonly ResourceRecord[]): readonly string[] {
  return records.map((record) => formatRecord(record).toLowerCase()).toSorted();
}

function described(update: Message | undefined): string {
  const prerequisites = (update?.answer ?? []).map((record) => `prereq ${formatRecord(record)}`);
  const changes = (update?.authority ?? []).map((record) => `update ${formatRecord(record)}`);
  return [...prerequisites, ...changes].join('; ');
}
