import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatRecord } from '@srvkit/dns';
import type { TsigKey } from '@srvkit/dns';
import { desiredRecords } from '@srvkit/publisher/plan';
import { hostRecords, parseScenario } from '@srvkit/simulator';
import type { ExecutionContext } from 'ava';
import { digOne } from './dig.ts';
import { judgeTest } from './judge-test.ts';
import { makeKey } from './key.ts';
import { startNamed } from './named.ts';
import { srvkit } from './srvkit.ts';
import { temporaryFolder } from './temporary-folder.ts';

const KEY = makeKey({ name: 'transfer-key' });
const DOMAINS = ['east.contoso.com', 'west.contoso.com'];
const HEAD = '$TTL 3600\n@ SOA dns1 hostmaster 42 900 600 86400 60\n@ NS dns1\ndns1 A 127.0.0.1\n';
const EAST = `${HEAD}
_vlmcs._tcp 1200 SRV 10 75 1688 kms-e1
_vlmcs._tcp 1200 SRV 10 25 1700 kms-e2
_vlmcs._tcp 1200 SRV 90 0 1688 kms-w1.west.contoso.com.
kms-e1 A 192.0.2.11
kms-e2 AAAA 2001:db8::12
`;
const WEST = `${HEAD}
_vlmcs._tcp SRV 10 0 1688 kms-w1
_vlmcs._tcp SRV 0 0 1688 gone
kms-w1 A 192.0.2.21
_vlmcs._tcp.lab SRV 0 0 1688 kms-w1
`;

for (const { title, signed, means, codes } of [
  { title: 'transfers both zones', signed: true, means: 'signed transfer', codes: ['no-address', 'other-domains'] },
  { title: 'is refused the transfer and asks', signed: false, means: 'queries', codes: ['no-address'] },
]) {
  judgeTest(['named', 'dig'], `srvkit ${title}: what it begins a scenario with is what dig finds in named`, async (t) => {
    const server = await startNamed(t, {
      zones: [EAST, WEST].map((text, at) => ({ origin: DOMAINS[at] ?? '', text, transferKey: 'transfer-key' })),
      keys: [KEY],
    });
    const flags = DOMAINS.flatMap((domain) => ['--domain', domain]);
    const key = signed ? ['--tsig-key', await keyFile(t, KEY)] : [];
    const ran = await srvkit('simulate', '--from-dns', '--server', server, ...flags, ...key, '--json');
    t.is(ran.stderr, '');
    t.is(ran.status, 0);
    const { domains, findings, scenario } = JSON.parse(ran.stdout);
    t.like(domains, [
      { zone: 'east.contoso.com.', serial: 42, means, authoritative: true },
      { zone: 'west.contoso.com.', serial: 42, means, authoritative: true },
    ]);
    t.deepEqual(findings.map(({ code }: { code: string }) => code).toSorted(), codes);

    const { hosts, service, dns } = parseScenario(JSON.stringify(scenario));
    const planned = [...hosts.values()].flatMap((host) => desiredRecords(hostRecords(host, service).desired));
    const lines = planned.map(({ domain, record }) => formatRecord({ ...record, ttl: dns.ttlSecondsOf.get(domain.key) ?? dns.ttlSeconds }));
    const found = await Promise.all(DOMAINS.map(async (domain) => (await digOne(server, `_vlmcs._tcp.${domain}.`, 'SRV')).answer));
    const stale = '_vlmcs._tcp.west.contoso.com. 3600 IN SRV 0 0 1688 gone.west.contoso.com.';
    t.deepEqual([...lines, stale].toSorted(), found.flat().toSorted());
    t.like(dns.records, [{ domain: 'west.contoso.com', target: 'gone.west.contoso.com', port: 1688, stale: true }]);
  });
}

async function keyFile(t: ExecutionContext, { name, algorithm, secret }: TsigKey): Promise<string> {
  const file = join(await temporaryFolder(t), 'transfer.key');
  const text = `key "${name.toString()}" { algorithm ${algorithm}; secret "${Buffer.from(secret).toString('base64')}"; };\n`;
  await writeFile(file, text, { mode: 0o600 });
  return file;
}
