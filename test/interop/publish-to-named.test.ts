import { hmacSigner, parseDomainName } from '@srvkit/dns';
import { createPublisher } from '@srvkit/publisher';
import { judgeTest } from './judge-test.ts';
import { makeKey } from './key.ts';
import {
  change,
  E1_KEY,
  E2_KEY,
  EAST,
  inBoth,
  inEast,
  JUDGES,
  NEIGHBOUR,
  onlyZone,
  OURS,
  publisherFor,
  recordsAt,
  startSites,
  WEST,
} from './sites-in-named.ts';

judgeTest(JUDGES, 'our publisher adds its record to named beside those of others, and withdraws only its own', async (t) => {
  const server = await startSites(t);
  const others = [
    NEIGHBOUR,
    `${EAST} 3600 IN SRV 10 75 1689 kms-e1.east.contoso.com.`,
    `${EAST} 3600 IN SRV 30 0 1688 kms-e9.east.contoso.com.`,
  ];
  await change(t, server, ...others.map((record) => `update add ${record}`));
  const publisher = publisherFor(server, E1_KEY);

  const published = await publisher.publish(inEast());
  t.like(onlyZone(published), {
    outcome: 'published',
    verified: true,
    serial: { before: 2, after: 3 },
    attempts: [{ server, transport: 'tcp', rcode: 'NOERROR', tsig: 'verified' }],
  });
  t.deepEqual(await recordsAt(server, EAST), [...others, OURS].toSorted());

  t.is((await publisher.publish(inEast())).outcome, 'unchanged');
  t.like(onlyZone(await publisher.withdraw(inEast())), { outcome: 'withdrawn', verified: true, serial: { before: 3, after: 4 } });
  t.deepEqual(await recordsAt(server, EAST), others.toSorted());
  t.is((await publisher.withdraw(inEast())).outcome, 'unchanged');
});

judgeTest(JUDGES, 'our publisher replaces its own stale record in one message, without a moment of absence', async (t) => {
  const server = await startSites(t);
  await change(t, server, `update add ${NEIGHBOUR}`, `update add ${EAST} 3600 IN SRV 90 0 1688 KMS-E1.east.contoso.com.`);
  const report = await publisherFor(server, E1_KEY).publish(inEast());
  t.like(onlyZone(report), { outcome: 'published', verified: true, serial: { before: 2, after: 3 } });
  t.is(onlyZone(report).attempts.length, 1);
  t.deepEqual(await recordsAt(server, EAST), [NEIGHBOUR, OURS].toSorted());
});

judgeTest(JUDGES, 'our publisher keeps the TTL of a set in named, or moves all of it when told to', async (t) => {
  const server = await startSites(t);
  await change(t, server, `update add ${NEIGHBOUR.replace(' 3600 ', ' 120 ')}`);
  const publisher = publisherFor(server, E1_KEY);
  const kept = onlyZone(await publisher.publish(inEast()));
  t.deepEqual(
    kept.findings.map(({ code }) => code),
    ['ttl-kept'],
  );
  t.deepEqual(await recordsAt(server, EAST), [NEIGHBOUR, OURS].map((record) => record.replace(' 3600 ', ' 120 ')).toSorted());
  const moved = onlyZone(await publisher.publish(inEast({ ttlPolicy: 'enforce' })));
  t.like(moved, { outcome: 'published', verified: true });
  t.deepEqual(
    moved.findings.map(({ code }) => code),
    ['ttl-moved-neighbours'],
  );
  t.deepEqual(await recordsAt(server, EAST), [NEIGHBOUR, OURS].toSorted());
});

judgeTest(JUDGES, 'what named silently ignores at an alias, our publisher notices', async (t) => {
  const server = await startSites(t);
  await change(t, server, `update add ${EAST} 3600 IN CNAME ${WEST}`);
  const zone = onlyZone(await publisherFor(server, E1_KEY).publish(inEast()));
  t.is(zone.outcome, 'not-applied');
  t.deepEqual(
    zone.findings.map(({ code }) => code),
    ['ignored-by-cname'],
  );
});

judgeTest(JUDGES, 'a zone that named refuses does not keep our publisher from the other one', async (t) => {
  const server = await startSites(t);
  const report = await publisherFor(server, E2_KEY).publish(inBoth());
  t.is(report.outcome, 'refused');
  const [east, west] = report.zones;
  t.like(east, { zone: 'east.contoso.com.', outcome: 'published', verified: true });
  t.deepEqual(await recordsAt(server, EAST), [OURS]);
  t.like(west, { zone: 'west.contoso.com.', outcome: 'refused', verified: false, serial: { before: 1 } });
  t.like(west?.attempts[0], { rcode: 'REFUSED', tsig: 'verified' });
  t.regex(west?.hint ?? '', /knows key kms-e2\. \(hmac-sha512\), but does not let it change _vlmcs\._tcp\.west\.contoso\.com\./);
  t.deepEqual(
    report.events.map(({ id, domain }) => `${id} ${domain}`),
    ['12294 east.contoso.com.', '12293 west.contoso.com.'],
  );
  t.deepEqual(await recordsAt(server, WEST), []);
});

judgeTest(JUDGES, 'our publisher finds the primary of a zone by its SOA', async (t) => {
  const server = await startSites(t);
  const primaryPort = Number(server.split(':')[1]);
  const publisher = createPublisher({ servers: [server], primaryPort, timeoutMs: 20_000, signer: hmacSigner(E1_KEY) });
  const report = await publisher.publish(inBoth());
  t.is(report.outcome, 'published');
  t.deepEqual(
    report.zones.map(({ zone, primary }) => `${zone} ${primary}`),
    [`east.contoso.com. ${server}`, `west.contoso.com. ${server}`],
  );
});

judgeTest(JUDGES, 'twelve publishers at the same time all end up in one set of named', async (t) => {
  const server = await startSites(t);
  const hosts = Array.from({ length: 12 }, (_, index) => `kms-${index}.east.contoso.com.`);
  const reports = await Promise.all(hosts.map((host) => publisherFor(server, E1_KEY).publish(inEast({ target: parseDomainName(host) }))));
  t.deepEqual([...new Set(reports.map(({ outcome }) => outcome))], ['published']);
  t.deepEqual(await recordsAt(server, EAST), hosts.map((host) => `${EAST} 3600 IN SRV 10 75 1688 ${host}`).toSorted());
});

for (const algorithm of ['hmac-sha224', 'hmac-sha256', 'hmac-sha384', 'hmac-sha512', 'hmac-sha1', 'hmac-md5'] as const) {
  judgeTest(['named'], `named and our publisher verify each other with ${algorithm}`, async (t) => {
    const key = makeKey({ name: 'kms-e1', algorithm });
    const server = await startSites(t, [key]);
    const report = await publisherFor(server, key).publish(inEast());
    t.is(report.outcome, 'published');
    t.like(onlyZone(report).attempts[0], { rcode: 'NOERROR', tsig: 'verified' });
  });
}
