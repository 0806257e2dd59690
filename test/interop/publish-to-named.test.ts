import { formatRecord, hmacSigner, makeTsigKey, parseDomainName } from '@srvkit/dns';
import type { TsigAlgorithm, TsigKey } from '@srvkit/dns';
import { createDnsClient } from '@srvkit/dns-client';
import { createPublisher } from '@srvkit/publisher';
import type { Desired, PublishReport, ZoneReport } from '@srvkit/publisher';
import type { ExecutionContext } from 'ava';
import { startNamed } from './named.ts';
import { DONE, nsupdate } from './nsupdate.ts';
import { judgeTest } from './program.ts';

const JUDGES = ['named', 'nsupdate'] as const;
const EAST = '_vlmcs._tcp.east.contoso.com.';
const WEST = '_vlmcs._tcp.west.contoso.com.';

// A slow machine is no verdict.
const PATIENCE_MS = 20_000;

/** May change the KMS records of both sites. */
const E1_KEY = makeKey({ name: 'kms-e1' });
/** May change those of the east only. */
const E2_KEY = makeKey({ name: 'kms-e2', algorithm: 'hmac-sha512' });
/** May change everything. */
const ADMIN_KEY = makeKey({ name: 'admin' });

// The rule that a publisher needs in BIND is this one, a name and a type.
const SITES = ['east', 'west'].map((site) => ({
  origin: `${site}.contoso.com`,
  updatePolicy: [
    'grant admin. zonesub ANY',
    `grant kms-e1. name _vlmcs._tcp.${site}.contoso.com. SRV`,
    ...(site === 'east' ? [`grant kms-e2. name ${EAST} SRV`] : []),
  ],
  text: `
$TTL 3600
@       SOA dns1 hostmaster 1 900 600 86400 60
@       NS dns1
dns1    A 127.0.0.1
kms-e1  A 192.0.2.11
`,
}));

const NEIGHBOUR = `${EAST} 3600 IN SRV 10 25 1688 kms-e2.east.contoso.com.`;
const OURS = `${EAST} 3600 IN SRV 10 75 1688 kms-e1.east.contoso.com.`;

judgeTest(JUDGES, 'our publisher adds its record to named beside those of others, and withdraws only its own', async (t) => {
  const server = await startSites(t);
  const others = [
    NEIGHBOUR,
    `${EAST} 3600 IN SRV 10 75 1689 kms-e1.east.contoso.com.`,
    `${EAST} 3600 IN SRV 30 0 1688 kms-e9.east.contoso.com.`,
  ];
  t.deepEqual(
    await nsupdate(
      others.map((record) => `update add ${record}`),
      { server, key: E2_KEY },
    ),
    DONE,
  );
  const publisher = createPublisher({ timeoutMs: PATIENCE_MS, server, signer: hmacSigner(E1_KEY) });

  const published = await publisher.publish(inEast());
  t.like(onlyZone(published), {
    outcome: 'published',
    verified: true,
    serial: { before: 2, after: 3 },
    attempts: [{ server, transport: 'tcp', rcode: 'NOERROR', tsig: 'verified' }],
  });
  t.deepEqual(await recordsAt(t, server, EAST), [...others, OURS].toSorted());

  t.is((await publisher.publish(inEast())).outcome, 'unchanged');
  t.like(onlyZone(await publisher.withdraw(inEast())), { outcome: 'withdrawn', verified: true, serial: { before: 3, after: 4 } });
  t.deepEqual(await recordsAt(t, server, EAST), others.toSorted());
  t.is((await publisher.withdraw(inEast())).outcome, 'unchanged');
});

judgeTest(JUDGES, 'our publisher replaces its own stale record in one message, without a moment of absence', async (t) => {
  const server = await startSites(t);
  t.deepEqual(
    await nsupdate([`update add ${NEIGHBOUR}`, `update add ${EAST} 3600 IN SRV 90 0 1688 KMS-E1.east.contoso.com.`], {
      server,
      key: ADMIN_KEY,
    }),
    DONE,
  );
  const report = await createPublisher({ timeoutMs: PATIENCE_MS, server, signer: hmacSigner(E1_KEY) }).publish(inEast());
  t.like(onlyZone(report), { outcome: 'published', verified: true, serial: { before: 2, after: 3 } });
  t.is(onlyZone(report).attempts.length, 1);
  t.deepEqual(await recordsAt(t, server, EAST), [NEIGHBOUR, OURS].toSorted());
});

judgeTest(JUDGES, 'our publisher keeps the TTL of a set in named, or moves all of it when told to', async (t) => {
  const server = await startSites(t);
  t.deepEqual(await nsupdate([`update add ${NEIGHBOUR.replace(' 3600 ', ' 120 ')}`], { server, key: E2_KEY }), DONE);
  const publisher = createPublisher({ timeoutMs: PATIENCE_MS, server, signer: hmacSigner(E1_KEY) });
  const kept = onlyZone(await publisher.publish(inEast()));
  t.deepEqual(
    kept.findings.map(({ code }) => code),
    ['ttl-kept'],
  );
  t.deepEqual(await recordsAt(t, server, EAST), [NEIGHBOUR, OURS].map((record) => record.replace(' 3600 ', ' 120 ')).toSorted());
  const moved = onlyZone(await publisher.publish(inEast({ ttlPolicy: 'enforce' })));
  t.like(moved, { outcome: 'published', verified: true });
  t.deepEqual(
    moved.findings.map(({ code }) => code),
    ['ttl-moved-neighbours'],
  );
  t.deepEqual(await recordsAt(t, server, EAST), [NEIGHBOUR, OURS].toSorted());
});

judgeTest(JUDGES, 'what named silently ignores at an alias, our publisher notices', async (t) => {
  const server = await startSites(t);
  t.deepEqual(await nsupdate([`update add ${EAST} 3600 IN CNAME ${WEST}`], { server, key: ADMIN_KEY }), DONE);
  const zone = onlyZone(await createPublisher({ timeoutMs: PATIENCE_MS, server, signer: hmacSigner(E1_KEY) }).publish(inEast()));
  t.is(zone.outcome, 'not-applied');
  t.deepEqual(
    zone.findings.map(({ code }) => code),
    ['ignored-by-cname'],
  );
});

judgeTest(JUDGES, 'a zone that named refuses does not keep our publisher from the other one', async (t) => {
  const server = await startSites(t);
  const report = await createPublisher({ timeoutMs: PATIENCE_MS, server, signer: hmacSigner(E2_KEY) }).publish(inBoth('kms-e2'));
  t.is(report.outcome, 'refused');
  const [east, west] = report.zones;
  t.like(east, { zone: 'east.contoso.com.', outcome: 'published', verified: true });
  t.like(west, { zone: 'west.contoso.com.', outcome: 'refused', verified: false, serial: { before: 1 } });
  t.like(west?.attempts[0], { rcode: 'REFUSED', tsig: 'verified' });
  t.regex(west?.hint ?? '', /knows key kms-e2\. \(hmac-sha512\), but does not let it change _vlmcs\._tcp\.west\.contoso\.com\./);
  t.deepEqual(
    report.events.map(({ id, domain }) => `${id} ${domain}`),
    ['12294 east.contoso.com.', '12293 west.contoso.com.'],
  );
  t.deepEqual(await recordsAt(t, server, WEST), []);
});

interface Refused {
  readonly title: string;
  readonly key?: TsigKey;
  /** Seconds by which our clock is ahead. */
  readonly skew?: number;
  readonly attempt: { readonly rcode: string; readonly tsig: string };
  readonly hint: RegExp;
  readonly warning?: string;
}
const REFUSED: readonly Refused[] = [
  { title: 'no key', attempt: { rcode: 'REFUSED', tsig: 'none' }, hint: /only with a key/ },
  {
    title: 'a wrong secret',
    key: makeKey({ name: 'kms-e1', secret: 'another secret of enough octets' }),
    attempt: { rcode: 'NOTAUTH', tsig: 'unsigned' },
    hint: /has another secret for key kms-e1\./,
  },
  {
    title: 'an unknown key',
    key: makeKey({ name: 'kms-e7' }),
    attempt: { rcode: 'NOTAUTH', tsig: 'unsigned' },
    hint: /does not know key kms-e7\./,
  },
  {
    title: 'a key with another algorithm',
    key: makeKey({ name: 'kms-e1', algorithm: 'hmac-sha384' }),
    attempt: { rcode: 'NOTAUTH', tsig: 'unsigned' },
    hint: /check the name and the algorithm of the key/,
  },
  {
    title: 'a clock that is 1000 seconds slow',
    key: E1_KEY,
    skew: -1000,
    attempt: { rcode: 'NOTAUTH', tsig: 'verified' },
    hint: /set the clocks/,
    warning: 'clock-offset',
  },
  {
    title: 'a clock that is 1000 seconds fast',
    key: E1_KEY,
    skew: 1000,
    attempt: { rcode: 'NOTAUTH', tsig: 'verified' },
    hint: /set the clocks/,
    warning: 'clock-offset',
  },
];

for (const { title, key, skew = 0, attempt, hint, warning } of REFUSED) {
  judgeTest(JUDGES, `with ${title} our publisher is refused by named and says why`, async (t) => {
    const server = await startSites(t);
    t.deepEqual(await nsupdate([`update add ${NEIGHBOUR}`], { server, key: E2_KEY }), DONE);
    const publisher = createPublisher({
      timeoutMs: PATIENCE_MS,
      server,
      now: clock(skew),
      ...(key === undefined ? {} : { signer: hmacSigner(key) }),
    });
    const report = await publisher.publish(inEast());
    t.like(onlyZone(report), { outcome: 'refused', verified: false });
    t.deepEqual(onlyZone(report).attempts, [{ server, transport: 'tcp', ...attempt }] as ZoneReport['attempts']);
    t.regex(onlyZone(report).hint ?? '', hint);
    t.deepEqual(
      report.warnings.map(({ code }) => code),
      warning === undefined ? [] : [warning],
    );
    t.deepEqual(await recordsAt(t, server, EAST), [NEIGHBOUR]);
  });
}

judgeTest(JUDGES, 'the script of a plan does in nsupdate what our publisher does', async (t) => {
  const server = await startSites(t);
  const before = [NEIGHBOUR, `${EAST} 3600 IN SRV 90 0 1688 kms-e1.east.contoso.com.`];
  const restore = async (): Promise<void> => {
    const records = before.map((record) => `update add ${record}`);
    const west = ['zone west.contoso.com', `update delete ${WEST} SRV`, 'send', 'zone east.contoso.com'];
    t.deepEqual(await nsupdate([...west, `update delete ${EAST} SRV`, ...records, 'send'], { server, key: ADMIN_KEY }), DONE);
  };
  const outcome = async (): Promise<readonly string[]> => [...(await recordsAt(t, server, EAST)), ...(await recordsAt(t, server, WEST))];
  const publisher = createPublisher({ timeoutMs: PATIENCE_MS, server, signer: hmacSigner(E1_KEY) });

  await restore();
  const plan = await publisher.publish(inBoth(), { plan: true });
  t.like(plan, { outcome: 'planned', zones: [{ rights: 'allowed' }, { rights: 'allowed' }] });
  t.deepEqual(await outcome(), before.toSorted());
  for (const { script = '' } of plan.zones) t.deepEqual(await nsupdate(script.trimEnd().split('\n'), { server, key: E1_KEY }), DONE);
  const byNsupdate = await outcome();

  await restore();
  t.is((await publisher.publish(inBoth())).outcome, 'published');
  t.deepEqual(byNsupdate, await outcome());
  t.deepEqual(byNsupdate, [...[NEIGHBOUR, OURS].toSorted(), `${WEST} 3600 IN SRV 90 75 1688 kms-e1.east.contoso.com.`]);
});

for (const { title, key, rights, hint } of [
  { title: 'a key that may change the name', key: E1_KEY, rights: ['allowed', 'allowed'], hint: undefined },
  { title: 'a key that may change one name of two', key: E2_KEY, rights: ['allowed', 'denied'], hint: /does not let it change/ },
  { title: 'an unknown key', key: makeKey({ name: 'kms-e7' }), rights: ['denied', 'denied'], hint: /does not know key/ },
]) {
  judgeTest(JUDGES, `a plan for named with ${title} changes nothing and says ${rights.join(' and ')}`, async (t) => {
    const server = await startSites(t);
    const report = await createPublisher({ timeoutMs: PATIENCE_MS, server, signer: hmacSigner(key) }).publish(inBoth(), { plan: true });
    t.deepEqual(
      report.zones.map((zone) => zone.rights),
      rights as ZoneReport['rights'][],
    );
    for (const zone of report.zones) {
      t.is(zone.outcome, 'planned');
      t.is(zone.serial.before, 1);
      if (zone.rights === 'denied' && hint !== undefined) t.regex(zone.hint ?? '', hint);
    }
    t.deepEqual([...(await recordsAt(t, server, EAST)), ...(await recordsAt(t, server, WEST))], []);
    t.is(await serialAt(t, server, 'east.contoso.com.'), 1);
  });
}

judgeTest(JUDGES, 'our publisher finds the primary of a zone by its SOA', async (t) => {
  const server = await startSites(t);
  const primaryPort = Number(server.split(':')[1]);
  const report = await createPublisher({ timeoutMs: PATIENCE_MS, servers: [server], primaryPort, signer: hmacSigner(E1_KEY) }).publish(
    inBoth(),
  );
  t.is(report.outcome, 'published');
  t.deepEqual(
    report.zones.map(({ zone, primary }) => `${zone} ${primary}`),
    [`east.contoso.com. ${server}`, `west.contoso.com. ${server}`],
  );
});

judgeTest(JUDGES, 'twelve publishers at the same time all end up in one set of named', async (t) => {
  const server = await startSites(t);
  const hosts = Array.from({ length: 12 }, (_, index) => `kms-${index}.east.contoso.com.`);
  const reports = await Promise.all(
    hosts.map((host) =>
      createPublisher({ timeoutMs: PATIENCE_MS, server, signer: hmacSigner(E1_KEY) }).publish(inEast({ target: parseDomainName(host) })),
    ),
  );
  t.deepEqual([...new Set(reports.map(({ outcome }) => outcome))], ['published']);
  t.deepEqual(await recordsAt(t, server, EAST), hosts.map((host) => `${EAST} 3600 IN SRV 10 75 1688 ${host}`).toSorted());
});

for (const algorithm of ['hmac-sha224', 'hmac-sha256', 'hmac-sha384', 'hmac-sha512', 'hmac-sha1', 'hmac-md5'] as const) {
  judgeTest(['named'], `named and our publisher verify each other with ${algorithm}`, async (t) => {
    const key = makeKey({ name: 'kms-e1', algorithm });
    const server = await startSites(t, [key]);
    const report = await createPublisher({ timeoutMs: PATIENCE_MS, server, signer: hmacSigner(key) }).publish(inEast());
    t.is(report.outcome, 'published');
    t.like(onlyZone(report).attempts[0], { rcode: 'NOERROR', tsig: 'verified' });
  });
}

/** The system's clock, `skew` seconds ahead. */
function clock(skew: number): () => number {
  return () => Date.now() + skew * 1000;
}

function startSites(t: ExecutionContext, keys: readonly TsigKey[] = [ADMIN_KEY, E1_KEY, E2_KEY]): Promise<string> {
  return startNamed(t, { zones: SITES, keys });
}

function makeKey(parts: { name: string; algorithm?: TsigAlgorithm; secret?: string }): TsigKey {
  const { name, algorithm = 'hmac-sha256', secret = `the secret of ${name}, of enough octets` } = parts;
  return makeTsigKey({ name: parseDomainName(name), algorithm, secret: Buffer.from(secret) });
}

function inEast(parts: Partial<Desired> = {}): Desired {
  return {
    service: '_vlmcs._tcp',
    target: parseDomainName('kms-e1.east.contoso.com'),
    port: 1688,
    entries: [{ domain: parseDomainName('east.contoso.com'), priority: 10, weight: 75 }],
    ...parts,
  };
}

function inBoth(host = 'kms-e1'): Desired {
  const west = { domain: parseDomainName('west.contoso.com'), priority: 90, weight: 75 };
  return inEast({ target: parseDomainName(`${host}.east.contoso.com`), entries: [...inEast().entries, west] });
}

function onlyZone(report: PublishReport): ZoneReport {
  const [zone, ...others] = report.zones;
  if (zone === undefined || others.length > 0) throw new Error(`${report.zones.length} zones in the report, not one`);
  return zone;
}

async function recordsAt(t: ExecutionContext, server: string, owner: string): Promise<readonly string[]> {
  const client = createDnsClient({ servers: [server], cache: false, tryTimeoutMs: PATIENCE_MS, timeoutMs: PATIENCE_MS });
  t.teardown(() => client.close());
  return (await client.lookup(parseDomainName(owner), 'SRV')).records.map(formatRecord).toSorted();
}

async function serialAt(t: ExecutionContext, server: string, zone: string): Promise<number | undefined> {
  const client = createDnsClient({ servers: [server], cache: false, tryTimeoutMs: PATIENCE_MS, timeoutMs: PATIENCE_MS });
  t.teardown(() => client.close());
  const [soa] = (await client.lookup(parseDomainName(zone), 'SOA')).records;
  return soa?.rdata.type === 'SOA' ? soa.rdata.serial : undefined;
}
