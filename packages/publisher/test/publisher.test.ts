import test from 'ava';
import { makeTsigKey, parseDomainName } from '@srvkit/dns';
import { createPublisher, hmacSigner } from '../src/index.ts';
import { desired, east, entry, only, publisher, serve, signer, srvSet, updates } from './served-zones.ts';

test('publishing into an empty name is told in full', async (t) => {
  const server = await serve(t, {});
  t.deepEqual(await publisher(server).publish(east()), {
    v: 1,
    service: '_vlmcs._tcp',
    outcome: 'published',
    zones: [
      {
        domain: 'east.contoso.com.',
        zone: 'east.contoso.com.',
        primary: server.address,
        owner: '_vlmcs._tcp.east.contoso.com.',
        outcome: 'published',
        add: [{ ttl: 3600, priority: 10, weight: 75, port: 1688, target: 'kms-e1.east.contoso.com.' }],
        delete: [],
        keep: [],
        serial: { before: 1, after: 2 },
        verified: true,
        findings: [],
        attempts: [{ server: server.address, transport: 'tcp', rcode: 'NOERROR', tsig: 'verified' }],
      },
    ],
    events: [{ id: 12294, domain: 'east.contoso.com.' }],
    warnings: [],
  });
  t.deepEqual(srvSet(server), ['3600 10 75 1688 kms-e1.east.contoso.com.']);
});

test('publishing again is unchanged, and sends no UPDATE', async (t) => {
  const server = await serve(t, {});
  await publisher(server).publish(east());
  const report = await publisher(server).publish(east());
  const zone = only(report);
  t.deepEqual([report.outcome, zone.verified, zone.serial, zone.attempts], ['unchanged', true, { before: 2, after: 2 }, []]);
  t.deepEqual(report.events, [{ id: 12294, domain: 'east.contoso.com.' }]);
  t.is(updates(server).length, 1);
});

test('neighbours stay as they are, a stale twin goes in the same message', async (t) => {
  const server = await serve(t, { records: ['300 10 25 1688 kms-e2.east.contoso.com.', '300 0 0 1688 KMS-E1.east.contoso.com.'] });
  const zone = only(await publisher(server).publish(east()));
  t.is(zone.outcome, 'published');
  t.deepEqual(
    zone.delete.map(({ target, priority }) => `${priority} ${target}`),
    ['0 KMS-E1.east.contoso.com.'],
  );
  t.deepEqual(
    zone.findings.map(({ code }) => code),
    ['ttl-kept'],
  );
  t.deepEqual(srvSet(server), ['300 10 25 1688 kms-e2.east.contoso.com.', '300 10 75 1688 kms-e1.east.contoso.com.']);
  t.deepEqual(zone.serial, { before: 1, after: 2 });
});

test('withdrawing deletes our own record only; nothing there is unchanged', async (t) => {
  const records = ['3600 10 25 1688 kms-e2.east.contoso.com.', '3600 90 1 1688 kms-e1.east.contoso.com.'];
  const server = await serve(t, { records });
  const report = await publisher(server).withdraw({ ...east(), enabled: false });
  t.deepEqual([report.outcome, only(report).verified, report.events], ['withdrawn', true, []]);
  t.deepEqual(srvSet(server), [records[0]]);
  t.is((await publisher(server).withdraw(east())).outcome, 'unchanged');
});

test('an alias at the owner: nothing is changed, the outcome and the finding say why', async (t) => {
  const server = await serve(t, { more: '_vlmcs._tcp CNAME elsewhere.contoso.com.' });
  const report = await publisher(server).publish(east());
  const zone = only(report);
  t.deepEqual([zone.outcome, zone.verified, zone.add], ['not-applied', false, []]);
  t.deepEqual(
    zone.attempts.map(({ rcode }) => rcode),
    ['YXDOMAIN'], // whether the name is in use was all that was sent
  );
  t.is(server.zones.get('east.contoso.com.')?.serial, 1);
  t.deepEqual(
    zone.findings.map(({ code }) => code),
    ['ignored-by-cname'],
  );
  t.regex(zone.hint ?? '', /is an alias for elsewhere\.contoso\.com\./);
  t.like(report.events, [{ id: 12293, code: { symbol: 'DNS_ERROR_NODE_IS_CNAME' } }]);
  t.is((await publisher(server).withdraw(east())).outcome, 'unchanged');
});

test("a wildcard's alias covers the owner as long as it is not there, and keeps nothing out", async (t) => {
  const server = await serve(t, { more: '* CNAME ns' });
  const zone = only(await publisher(server).publish(east()));
  t.deepEqual([zone.outcome, zone.verified, zone.findings], ['published', true, []]);
  t.deepEqual(srvSet(server), ['3600 10 75 1688 kms-e1.east.contoso.com.']);
  t.is((await publisher(server).withdraw(east())).outcome, 'withdrawn');
  t.is((await publisher(server).withdraw(east())).outcome, 'unchanged');
});

test("a wildcard's records are no neighbours: ours hides them, which is told before and when it is done", async (t) => {
  const wildcard = '*._tcp IN SRV 0 0 1688 other.contoso.com.\n*._tcp IN SRV 0 0 1688 kms-e1.east.contoso.com.';
  const server = await serve(t, { more: wildcard });
  const hidden = {
    code: 'covered-by-wildcard',
    message:
      '_vlmcs._tcp.east.contoso.com. is covered by a wildcard, which a record of its own hides: clients do not find other.contoso.com. there any more; publish them at this name too',
  };
  for (const plan of [true, false]) {
    const report = await publisher(server).publish(east(), { plan });
    t.like(only(report), { outcome: plan ? 'planned' : 'published', keep: [], findings: [], delete: [] });
    t.deepEqual(report.warnings, [hidden]);
  }
  t.deepEqual(srvSet(server), ['3600 10 75 1688 kms-e1.east.contoso.com.']);
  t.deepEqual((await publisher(server).publish(east())).warnings, []);
});

test("a wildcard's record is nobody's to withdraw: that clients go on finding it is told", async (t) => {
  const server = await serve(t, { more: '*._tcp IN SRV 10 75 1688 kms-e1.east.contoso.com.' });
  await publisher(server).publish(east());
  for (const outcome of ['withdrawn', 'unchanged']) {
    const report = await publisher(server).withdraw(east());
    t.deepEqual([report.outcome, only(report).verified], [outcome, true]);
    t.deepEqual(report.warnings, [
      {
        code: 'covered-by-wildcard',
        message:
          "_vlmcs._tcp.east.contoso.com. is covered by a wildcard that leads to kms-e1.east.contoso.com., so that clients go on finding it there: remove the wildcard's record",
      },
    ]);
  }
});

test('a name with the same records as a wildcard is a name all the same', async (t) => {
  const line = 'IN SRV 0 0 1688 other.contoso.com.';
  const server = await serve(t, { more: `*._tcp ${line}\n_vlmcs._tcp ${line}` });
  const report = await publisher(server).publish(east());
  t.deepEqual([only(report).keep.length, report.warnings, srvSet(server).length], [1, [], 2]);
});

test('without a key a zone is refused, with a hint and an event, and not tried again', async (t) => {
  const server = await serve(t, {});
  const report = await publisher(server, { signer: undefined }).publish(east());
  const zone = only(report);
  t.deepEqual([zone.outcome, zone.verified], ['refused', false]);
  t.deepEqual(zone.attempts, [{ server: server.address, transport: 'tcp', rcode: 'REFUSED', tsig: 'none' }]);
  t.regex(zone.hint ?? '', /only with a key/);
  t.like(report.events, [{ id: 12293, domain: 'east.contoso.com.', code: { hresult: '0x8007232D' } }]);
  t.deepEqual(srvSet(server), []);
});

test('a key that may not publish is REFUSED, signed', async (t) => {
  const server = await serve(t, { mayUpdate: () => false });
  const zone = only(await publisher(server).publish(east()));
  t.deepEqual(zone.attempts, [{ server: server.address, transport: 'tcp', rcode: 'REFUSED', tsig: 'verified' }]);
  t.regex(zone.hint ?? '', /knows key east-key\. \(hmac-sha256\), but does not let it change _vlmcs\._tcp\.east\.contoso\.com\./);
});

test('a wrong secret and an unknown key are NOTAUTH, unsigned, each with its own hint', async (t) => {
  const server = await serve(t, {});
  const cases = [
    { name: 'east-key', says: /another secret for key east-key\./, symbol: 'DNS_ERROR_RCODE_BADSIG' },
    { name: 'west-key', says: /does not know key west-key\./, symbol: 'DNS_ERROR_RCODE_BADKEY' },
  ];
  await Promise.all(
    cases.map(async ({ name, says, symbol }) => {
      const other = hmacSigner(makeTsigKey({ name: parseDomainName(name), secret: Buffer.from('another secret') }));
      const report = await publisher(server, { signer: other }).publish(east());
      const zone = only(report);
      t.is(zone.outcome, 'refused');
      t.deepEqual(zone.attempts, [{ server: server.address, transport: 'tcp', rcode: 'NOTAUTH', tsig: 'unsigned' }]);
      t.regex(zone.hint ?? '', says);
      t.like(report.events[0], { id: 12293, code: { symbol } });
      t.notRegex(JSON.stringify(report), /secret of the east/);
    }),
  );
});

test("a clock that is off is BADTIME, the server's offset a warning, and nothing is adjusted", async (t) => {
  const ours = 1_700_000_000_000;
  const server = await serve(t, { now: () => ours + 1_000_000 });
  const report = await publisher(server, { now: () => ours }).publish(east());
  const zone = only(report);
  t.deepEqual(zone.attempts, [{ server: server.address, transport: 'tcp', rcode: 'NOTAUTH', tsig: 'verified', clockOffsetMs: 1_000_000 }]);
  t.regex(zone.hint ?? '', /disagree about the time, your clock is 17 min behind the server's: set the clocks/);
  const message = `the clock of ${server.address} is 1000 s ahead of ours: set the one that is wrong`;
  t.deepEqual(report.warnings, [{ code: 'clock-offset', message }]);
});

test('a zone that the server does not hold is refused, with what it answered', async (t) => {
  const server = await serve(t, {});
  const report = await publisher(server).publish(desired([entry('example.org')]));
  const zone = only(report);
  t.deepEqual([zone.outcome, zone.zone, zone.primary], ['refused', null, null]);
  t.regex(zone.hint ?? '', /answered REFUSED when it was asked about _vlmcs\._tcp\.example\.org\./);
});

test('a server that is not there is unreachable after three passes, each attempt on record', async (t) => {
  const server = '127.0.0.1:9'; // below the ports that anybody is given
  const pauses: number[] = [];
  const options = { sleep: (ms: number) => Promise.resolve(void pauses.push(ms)), random: { below: (bound: number) => bound - 1 } };
  const report = await createPublisher({ server, ...options, retryDelayMs: 100 }).publish(east());
  const zone = only(report);
  t.deepEqual([report.outcome, zone.zone, zone.serial], ['unreachable', null, { before: null, after: null }]);
  t.deepEqual(pauses, [200, 300]);
  t.true(zone.attempts.length >= 3 && zone.attempts.every(({ rcode, tsig }) => rcode === null && tsig === 'none'));
  t.regex(zone.hint ?? '', /did not answer/);
  t.like(report.events, [{ id: 12293, code: { hresult: '0x8007232A' } }]);
});

test('when one zone of three is refused the others are published, and the whole is refused', async (t) => {
  const server = await serve(t, { mayUpdate: (_, zone) => !zone.equals(parseDomainName('west.contoso.com')) });
  const report = await publisher(server).publish(
    desired([entry('east.contoso.com'), entry('west.contoso.com'), entry('north.contoso.com')]),
  );
  t.is(report.outcome, 'refused');
  t.deepEqual(
    report.zones.map(({ domain, outcome }) => `${domain} ${outcome}`),
    ['east.contoso.com. published', 'west.contoso.com. refused', 'north.contoso.com. published'],
  );
  t.deepEqual(
    report.events.map(({ id, domain }) => `${id} ${domain}`),
    ['12294 east.contoso.com.', '12293 west.contoso.com.', '12294 north.contoso.com.'],
  );
});

test('a domain inside a larger zone is published there', async (t) => {
  const server = await serve(t, {});
  const zone = only(await publisher(server).publish(desired([entry('lab.east.contoso.com')])));
  t.deepEqual([zone.outcome, zone.zone, zone.owner], ['published', 'east.contoso.com.', '_vlmcs._tcp.lab.east.contoso.com.']);
});

test('SERVFAIL is tried again, and the second pass publishes', async (t) => {
  const server = await serve(t, { faults: ['_vlmcs._tcp.east.contoso.com=servfail'] });
  const sleep = (): Promise<void> => {
    server.setFaults([]);
    return Promise.resolve();
  };
  const report = await publisher(server, { sleep }).publish(east());
  t.is(report.outcome, 'published');
});

test('SERVFAIL to an UPDATE: it is sent again under another id, at its own time, signed anew', async (t) => {
  let seconds = 1_700_000_000;
  const server = await serve(t, { faults: ['*=cannot-store'], now: () => seconds * 1000 });
  const sleep = (): Promise<void> => {
    server.setFaults([]);
    seconds += 7;
    return Promise.resolve();
  };
  const report = await publisher(server, { sleep, now: () => seconds * 1000 }).publish(east());
  t.deepEqual(
    only(report).attempts.map(({ rcode, tsig }) => `${rcode} ${tsig}`),
    ['SERVFAIL verified', 'NOERROR verified'],
  );
  const sent = server.requests.flatMap(({ message }) => (message?.opcode === 'UPDATE' ? [message] : []));
  t.deepEqual(
    sent.map(({ tsig }) => tsig?.rdata.timeSigned),
    [1_700_000_000, 1_700_000_007],
  );
  t.is(new Set(sent.map(({ id }) => id)).size, 2);
  t.is(new Set(sent.map(({ tsig }) => Buffer.from(tsig?.rdata.mac ?? []).toString('hex'))).size, 2);
});

test('where publishing is switched off every domain says disabled, and nothing is asked', async (t) => {
  const server = await serve(t, {});
  const report = await publisher(server).publish({ ...east(), enabled: false });
  t.deepEqual([report.outcome, only(report).owner, report.events], ['disabled', '_vlmcs._tcp.east.contoso.com.', []]);
  t.is(server.requests.length, 0);
});

test('an empty list is unchanged, with a warning', async (t) => {
  const report = await createPublisher().publish(desired([]));
  t.deepEqual([report.outcome, report.zones, report.warnings.map(({ code }) => code)], ['unchanged', [], ['nothing-listed']]);
});

test('without `server` the SOA names the primary, whose address is looked up', async (t) => {
  const server = await serve(t, { more: 'ns A 127.0.0.1' });
  const port = Number(server.address.split(':')[1]);
  const options = { servers: [server.address], primaryPort: port, signer, retries: 0 };
  const zone = only(await createPublisher(options).publish(east()));
  t.deepEqual([zone.outcome, zone.primary], ['published', server.address]);
  const north = only(await createPublisher(options).publish(desired([entry('north.contoso.com')])));
  t.deepEqual([north.outcome, north.primary], ['unreachable', null]);
  t.regex(north.hint ?? '', /ns\.north\.contoso\.com\., the primary of north\.contoso\.com\., has no address/);
});

test('an aborted signal rejects with its own reason: before, and in the middle', async (t) => {
  const server = await serve(t, { faults: ['*=drop'] });
  const reason = new Error('enough');
  t.is(await t.throwsAsync(publisher(server).publish(east(), { signal: AbortSignal.abort(reason) })), reason);
  const controller = new AbortController();
  const publishing = publisher(server, { timeoutMs: 10_000 }).publish(east(), { signal: controller.signal });
  while (server.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
  controller.abort(reason);
  t.is(await t.throwsAsync(publishing), reason);
});

test('options out of bounds and addresses that are none are refused at once', (t) => {
  t.throws(() => createPublisher({ server: '192.0.2.1:99999' }), { name: 'ParseError' });
  t.throws(() => createPublisher({ servers: ['2001:db8::1'] }), { name: 'ParseError' });
  t.throws(() => createPublisher({ retries: -1 }), { instanceOf: RangeError, message: /retries is -1/ });
  t.throws(() => createPublisher({ timeoutMs: 0 }), { instanceOf: RangeError, message: /timeoutMs is 0/ });
});
