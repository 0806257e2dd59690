import { formatRecord, hmacSigner, parseDomainName, parseMasterFile } from '@srvkit/dns';
import type { TsigKey } from '@srvkit/dns';
import { createDnsClient } from '@srvkit/dns-client';
import type { Transfer } from '@srvkit/dns-client';
import type { ExecutionContext } from 'ava';
import { judgeTest } from './judge-test.ts';
import { makeKey } from './key.ts';
import { startNamed } from './named.ts';

const ORIGIN = parseDomainName('contoso.com');
const KEY = makeKey({ name: 'transfer-key' });
// Enough for a stream of several messages.
const HOSTS = Array.from({ length: 8000 }, (_, index) => `kms-${index}.contoso.com. 3600 IN A 192.0.2.${index % 256}`);
const TEXT = [
  'contoso.com. 3600 IN SOA dns1.contoso.com. hostmaster.contoso.com. 1 900 600 86400 60',
  'contoso.com. 3600 IN NS dns1.contoso.com.',
  'dns1.contoso.com. 3600 IN A 127.0.0.1',
  ...HOSTS,
  '',
].join('\n');

judgeTest(['named'], 'our client transfers a large zone from named and verifies every message of it', async (t) => {
  const transfer = await transferred(t, KEY);
  t.like(transfer, { kind: 'transferred', tsig: 'verified' });
  const lines = transfer.kind === 'transferred' ? transfer.records.map((record) => formatRecord(record)) : [];
  t.deepEqual(
    lines.toSorted(),
    parseMasterFile(TEXT)
      .map((record) => formatRecord(record))
      .toSorted(),
  );
});

for (const { title, key, expected } of [
  { title: 'no key', key: undefined, expected: { kind: 'refused', rcode: 'REFUSED', tsigError: null } },
  { title: 'an unknown key', key: makeKey({ name: 'other-key' }), expected: { kind: 'refused', rcode: 'NOTAUTH', tsigError: 'BADKEY' } },
  {
    title: 'a wrong secret',
    key: makeKey({ name: 'transfer-key', secret: 'another secret' }),
    expected: { kind: 'refused', rcode: 'NOTAUTH', tsigError: 'BADSIG' },
  },
] as const) {
  judgeTest(['named'], `with ${title} our client is refused the zone by named`, async (t) => {
    t.like(await transferred(t, key), expected);
  });
}

async function transferred(t: ExecutionContext, key: TsigKey | undefined): Promise<Transfer> {
  const zones = [{ origin: 'contoso.com', text: TEXT, transferKey: 'transfer-key' }];
  const server = await startNamed(t, { zones, keys: [KEY] });
  const client = createDnsClient();
  t.teardown(() => client.close());
  return client.transfer(ORIGIN, { server, ...(key === undefined ? {} : { signer: hmacSigner(key) }) });
}
