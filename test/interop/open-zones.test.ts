import { hmacSigner, parseDomainName } from '@srvkit/dns';
import { createPublisher } from '@srvkit/publisher';
import { judgeTest } from './judge-test.ts';
import { makeKey } from './key.ts';
import { runKnot } from './knot.ts';
import { runNamed } from './named.ts';
import { runPowerDns } from './power-dns.ts';
import type { Program } from './program.ts';
import { only } from './publish-place.ts';
import { temporaryFolder } from './temporary-folder.ts';

// Zones that are open by address. Nobody can tell from outside whom such a server lets in, so a plan does not pretend to (publish 4.0, 4 row 21).

const ORIGIN = 'open.contoso.com';
const TEXT = `$ORIGIN ${ORIGIN}.\n$TTL 3600\n@ SOA dns1 hostmaster 1 900 600 86400 60\n@ NS dns1\ndns1 A 127.0.0.1\n`;
const KEY = makeKey({ name: 'publisher' });
const zone = { origin: ORIGIN, text: TEXT };

interface Open {
  readonly name: string;
  readonly programs: readonly Program[];
  readonly start: (folder: string) => Promise<{ readonly address: string; stop(): Promise<void> }>;
  /** What a plan with a key says: whether a key that nobody asks for is accepted. */
  readonly withKey: 'inconclusive' | 'denied';
}

const SERVERS: readonly Open[] = [
  {
    name: 'named',
    programs: ['named'],
    start: (folder) => runNamed(folder, { keys: [KEY], zones: [{ ...zone, statements: 'allow-update { 127.0.0.0/8; };' }] }),
    withKey: 'inconclusive',
  },
  {
    name: 'knotd',
    programs: ['knotd'],
    start: (folder) =>
      runKnot(folder, {
        keys: [KEY],
        zones: [zone],
        rights: `acl:\n  - id: open\n    address: 127.0.0.0/8\n    action: update\nzone:\n  - domain: ${ORIGIN}\n    file: ${ORIGIN}.zone\n    acl: open`,
      }),
    withKey: 'denied',
  },
  {
    name: 'PowerDNS',
    programs: ['pdns_server', 'pdnsutil', 'sqlite3'],
    start: (folder) =>
      runPowerDns(folder, { keys: [KEY], zones: [zone], rights: `pdnsutil set-meta ${ORIGIN} ALLOW-DNSUPDATE-FROM 127.0.0.0/8` }),
    withKey: 'inconclusive',
  },
];

for (const { name, programs, start, withKey } of SERVERS) {
  judgeTest(programs, `${name}, open by address: a plan is inconclusive, and the publish without a key works`, async (t) => {
    const serving = await start(await temporaryFolder(t));
    t.teardown(() => serving.stop());
    const options = { server: serving.address, timeoutMs: 20_000 };
    const desired = {
      service: '_vlmcs._tcp',
      target: parseDomainName(`kms1.${ORIGIN}`),
      port: 1688,
      entries: [{ domain: parseDomainName(ORIGIN), priority: 10, weight: 75 }],
    };
    const unsigned = createPublisher(options);
    t.like(only(await unsigned.publish(desired, { plan: true })), { outcome: 'planned', rights: 'inconclusive' });
    const signed = createPublisher({ ...options, signer: hmacSigner(KEY) });
    t.is(only(await signed.publish(desired, { plan: true })).rights, withKey);
    t.like(only(await unsigned.publish(desired)), { outcome: 'published', verified: true, attempts: [{ rcode: 'NOERROR', tsig: 'none' }] });
    t.is((await unsigned.withdraw(desired)).outcome, 'withdrawn');
  });
}
