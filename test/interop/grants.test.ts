import type { ExecutionContext } from 'ava';
import { hmacSigner, makeUpdate, parseDomainName } from '@srvkit/dns';
import type { ResourceRecord, UpdateOperation } from '@srvkit/dns';
import { createDnsClient } from '@srvkit/dns-client';
import { createPublisher } from '@srvkit/publisher';
import { grantsFor } from '@srvkit/publisher/grants';
import type { GrantingServer } from '@srvkit/publisher/grants';
import { judgeTest } from './judge-test.ts';
import { makeKey } from './key.ts';
import { runKnot } from './knot.ts';
import { runNamed } from './named.ts';
import { ODD_LABELS, ODDER_LABELS } from './odd-names.ts';
import { runPowerDns } from './power-dns.ts';
import type { Program, Running } from './program.ts';
import { temporaryFolder } from './temporary-folder.ts';

// What `grants` prints, loaded into the real server: the publish works, and nothing else may be changed.

const KEY = makeKey();
const ZONE = parseDomainName('east.contoso.com');
const OWNER = parseDomainName('_vlmcs._tcp', ZONE);
const TARGET = parseDomainName('kms-e1', ZONE);
const TEXT = `$ORIGIN east.contoso.com.
$TTL 3600
@ SOA ns1 hostmaster 1 3600 600 604800 300
@ NS ns1
ns1 A 127.0.0.1
kms-e1 A 192.0.2.1
kms-e2 A 192.0.2.2
_ldap._tcp SRV 0 0 389 dc1
`;

interface Granting {
  readonly name: GrantingServer;
  readonly programs: readonly Program[];
  readonly oddLabels: readonly string[];
  start(folder: string, configuration: string): Promise<Running & { readonly address: string }>;
}

const SERVERS: readonly Granting[] = [
  {
    name: 'bind',
    programs: ['named'],
    oddLabels: [...ODD_LABELS, ...ODDER_LABELS],
    start: (folder, configuration) =>
      runNamed(folder, { keys: [KEY], zones: [{ origin: 'east.contoso.com', text: TEXT, statements: configuration }] }),
  },
  {
    name: 'knot',
    programs: ['knotd'],
    oddLabels: [...ODD_LABELS, ...ODDER_LABELS],
    start: (folder, configuration) =>
      runKnot(folder, { keys: [KEY], zones: [{ origin: 'east.contoso.com', text: TEXT }], rights: configuration }),
  },
  {
    name: 'powerdns',
    programs: ['pdns_server', 'pdnsutil', 'sqlite3'],
    oddLabels: ODD_LABELS,
    start: (folder, configuration) =>
      runPowerDns(folder, { keys: [KEY], zones: [{ origin: 'east.contoso.com', text: TEXT }], rights: configuration }),
  },
];

for (const granting of SERVERS) {
  const { name, programs } = granting;
  judgeTest(programs, `${name}: the rights that are printed are enough to publish and withdraw, and for nothing else`, async (t) => {
    const primary = parseDomainName('ns1', ZONE);
    const configuration = grantsFor(name, { target: TARGET, zones: [{ zone: ZONE, owners: [OWNER], primary }], key: KEY.name });
    const server = await granting.start(await temporaryFolder(t), configuration);
    t.teardown(() => server.stop());
    const publisher = createPublisher({ server: server.address, signer: hmacSigner(KEY) });
    const desired = { service: '_vlmcs._tcp', target: TARGET, port: 1688, entries: [{ domain: ZONE, priority: 10, weight: 75 }] };
    t.is((await publisher.publish(desired, { plan: true })).zones[0]?.rights, 'allowed');
    t.like(await publisher.publish(desired), { outcome: 'published', zones: [{ verified: true }] });
    for (const [what, operation] of Object.entries(FORBIDDEN)) {
      t.regex(await updating(t, server.address, operation), /^(REFUSED|NOTAUTH)$/, what);
    }
    t.like(await publisher.withdraw(desired), { outcome: 'withdrawn', zones: [{ verified: true }] });
  });
}

for (const granting of SERVERS) {
  const { name, programs, oddLabels } = granting;
  judgeTest(programs, `${name}: names with dots, spaces, quotes and the like get their rights too`, async (t) => {
    const domains = oddLabels.map((label) => parseDomainName(label, ZONE));
    const owners = domains.map((domain) => parseDomainName('_vlmcs._tcp', domain));
    const primary = parseDomainName('ns1', ZONE);
    const configuration = grantsFor(name, { target: TARGET, zones: [{ zone: ZONE, owners, primary }], key: KEY.name });
    const server = await granting.start(await temporaryFolder(t), configuration);
    t.teardown(() => server.stop());
    const publisher = createPublisher({ server: server.address, signer: hmacSigner(KEY) });
    const entries = domains.map((domain) => ({ domain, priority: 10, weight: 75 }));
    const { zones } = await publisher.publish({ service: '_vlmcs._tcp', target: TARGET, port: 1688, entries });
    t.deepEqual(
      zones.map(({ owner, outcome, hint }) => [owner, outcome, hint]),
      owners.map((owner) => [owner.toString(), 'published', undefined]),
    );
    t.regex(await updating(t, server.address, { kind: 'add', record: service }), /^(REFUSED|NOTAUTH)$/);
  });
}

const address: ResourceRecord = {
  name: parseDomainName('kms-e2', ZONE),
  type: 'A',
  class: 'IN',
  ttl: 3600,
  rdata: { type: 'A', address: '192.0.2.66' },
};
const service: ResourceRecord = {
  name: parseDomainName('_ldap._tcp', ZONE),
  type: 'SRV',
  class: 'IN',
  ttl: 3600,
  rdata: { type: 'SRV', priority: 0, weight: 0, port: 389, target: TARGET },
};

const FORBIDDEN: Readonly<Record<string, UpdateOperation>> = {
  "add to a neighbour's addresses": { kind: 'add', record: address },
  "delete a neighbour's addresses": { kind: 'deleteRRset', name: address.name, type: 'A' },
  'add to another service': { kind: 'add', record: service },
  'delete another service': { kind: 'deleteName', name: service.name },
};

async function updating(t: ExecutionContext, server: string, operation: UpdateOperation): Promise<string> {
  const client = createDnsClient({ servers: [server] });
  t.teardown(() => client.close());
  const message = makeUpdate({ id: 0, zone: ZONE, prerequisites: [], operations: [operation] });
  const outcome = await client.exchange(message, { server, signer: hmacSigner(KEY) });
  return outcome.rcode ?? outcome.kind;
}
