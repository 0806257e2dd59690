import { hmacSigner, parseDomainName } from '@srvkit/dns';
import { formatServerAddress } from '@srvkit/dns-client';
import { createPublisher } from '@srvkit/publisher';
import type { Publisher, PublishReport } from '@srvkit/publisher';
import type { ExecutionContext } from 'ava';
import { digOne } from './dig.ts';
import { freePort } from './free-port.ts';
import { judgeTest } from './judge-test.ts';
import { makeKey } from './key.ts';
import { runKnot } from './knot.ts';
import { runNamed } from './named.ts';
import type { NamedZone } from './named.ts';
import type { Running } from './program.ts';
import { temporaryFolder } from './temporary-folder.ts';

// Two servers for one zone, each a primary: named at 127.0.0.1, which the SOA names, and knotd at 127.0.0.2 and the same port.

const JUDGES = ['named', 'knotd', 'dig'] as const;
const OWNER = '_vlmcs._tcp.contoso.com.';
const KEY = makeKey({ name: 'publisher' });
const STRANGER = makeKey({ name: 'stranger' });
const TEXT = `
$TTL 3600
@    SOA dns1 hostmaster 1 900 600 86400 60
@    NS  dns1
@    NS  dns2
dns1 A   127.0.0.1
dns2 A   127.0.0.2
`;
const PUBLISHER = 'publisher.';
const ZONE: NamedZone = { origin: 'contoso.com', text: TEXT, updatePolicy: [`grant ${PUBLISHER} zonesub SRV`] };
/** The journal cannot be made: every UPDATE is SERVFAIL. */
const UNABLE: NamedZone = { ...ZONE, statements: 'journal "no-such-folder/journal";' };

judgeTest(JUDGES, 'after SERVFAIL of the primary the other name server gets the UPDATE (RFC 2136 section 4.6)', async (t) => {
  const { first, second } = await startTwo(t, UNABLE);
  const report = await publisherAt(second).publish(wanted());
  t.like(report.zones[0], {
    outcome: 'published',
    verified: true,
    primary: second,
    attempts: [
      { server: first, transport: 'tcp', rcode: 'SERVFAIL', tsig: 'verified' },
      { server: second, transport: 'tcp', rcode: 'NOERROR', tsig: 'verified' },
    ],
  });
  t.deepEqual(codes(report), ['other-server']);
  t.deepEqual((await digOne(second, OWNER, 'SRV')).answer, [`${OWNER} 3600 IN SRV 10 75 1688 kms1.contoso.com.`]);
  t.deepEqual((await digOne(first, OWNER, 'SRV')).answer, []);
});

judgeTest(JUDGES, 'after a primary that is gone the other name server gets the UPDATE', async (t) => {
  const { first, second, endFirst } = await startTwo(t, ZONE);
  t.like((await publisherAt(second).publish(wanted())).zones[0], { outcome: 'published', primary: first });
  await endFirst();
  const report = await publisherAt(second).publish(wanted());
  t.like(report.zones[0], { outcome: 'published', verified: true, primary: second });
  t.deepEqual(report.zones[0]?.attempts[0], { server: first, transport: 'tcp', rcode: null, tsig: 'none' });
  t.deepEqual(codes(report), ['other-server']);
  t.like((await publisherAt(second).withdraw(wanted())).zones[0], { outcome: 'withdrawn', primary: second });
  t.deepEqual((await digOne(second, OWNER, 'SRV')).answer, []);
});

judgeTest(JUDGES, 'that the other name server does not let us is no answer for a primary that is down', async (t) => {
  const { first, second, endFirst } = await startTwo(t, ZONE, 'stranger.');
  await endFirst();
  const report = await publisherAt(second).publish(wanted());
  t.like(report.zones[0], { outcome: 'unreachable', primary: first });
  t.regex(report.zones[0]?.hint ?? '', new RegExp(`^${first} did not answer`));
  t.deepEqual((await digOne(second, OWNER, 'SRV')).answer, []);
});

judgeTest(JUDGES, 'a secondary hands the UPDATE on to a primary that we do not reach, and shows it when it has it', async (t) => {
  const port = await freePort();
  const primary = { host: '127.0.0.2', port };
  const hidden = { ...ZONE, text: TEXT.replace('127.0.0.1', '127.0.0.3').replace('127.0.0.2', '127.0.0.1') }; // nobody is at 127.0.0.3
  const second = await runNamed(await temporaryFolder(t), {
    keys: [KEY],
    zones: [{ ...hidden, updatePolicy: [], secondaryOf: formatServerAddress(primary) }],
  });
  t.teardown(() => second.stop());
  const first = await runKnot(await temporaryFolder(t), {
    zones: [hidden],
    keys: [KEY],
    rights: notifying(second.address),
    address: formatServerAddress(primary),
  });
  t.teardown(() => first.stop());
  const fetched = async (): Promise<void> => {
    while ((await digOne(second.address, OWNER, 'SRV')).answer.length === 0);
  };
  const report = await publisherAt(second.address, fetched).publish(wanted());
  t.like(report.zones[0], { outcome: 'published', verified: true, primary: second.address });
  t.deepEqual(codes(report), ['other-server']);
  t.deepEqual((await digOne(first.address, OWNER, 'SRV')).answer, [`${OWNER} 3600 IN SRV 10 75 1688 kms1.contoso.com.`]);
});

function notifying(secondary: string): string {
  return `
remote:
  - id: secondary
    address: ${secondary.replace(':', '@')}
    via: 127.0.0.2
acl:
  - id: publisher
    key: ${PUBLISHER}
    action: update
  - id: secondary
    address: 127.0.0.0/8
    action: transfer
zone:
  - domain: contoso.com
    file: contoso.com.zone
    acl: [publisher, secondary]
    notify: secondary
`;
}

async function startTwo(
  t: ExecutionContext,
  atFirst: NamedZone,
  mayAtSecond = PUBLISHER,
): Promise<{ first: string; second: string; endFirst: Running['stop'] }> {
  const first = await runNamed(await temporaryFolder(t), { keys: [KEY], zones: [atFirst] });
  t.teardown(() => first.stop());
  const second = await runKnot(await temporaryFolder(t), {
    zones: [ZONE],
    keys: [KEY, STRANGER],
    publisherKey: mayAtSecond,
    address: `127.0.0.2:${portOf(first.address)}`,
  });
  t.teardown(() => second.stop());
  return { first: first.address, second: second.address, endFirst: () => first.stop() };
}

/** Finds the zone and its servers by asking `resolver`, and waits for nothing but `sleep` between its passes. */
function publisherAt(resolver: string, sleep = (): Promise<void> => Promise.resolve()): Publisher {
  const options = { servers: [resolver], primaryPort: portOf(resolver), timeoutMs: 20_000, sleep };
  return createPublisher({ ...options, signer: hmacSigner(KEY) });
}

function wanted(): Parameters<Publisher['publish']>[0] {
  const entries = [{ domain: parseDomainName('contoso.com'), priority: 10, weight: 75 }];
  return { service: '_vlmcs._tcp', target: parseDomainName('kms1.contoso.com'), port: 1688, entries };
}

function portOf(address: string): number {
  return Number(address.split(':')[1]);
}

function codes({ warnings }: PublishReport): string[] {
  return warnings.map(({ code }) => code);
}
