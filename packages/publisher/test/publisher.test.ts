import test from 'ava';
import type { ExecutionContext } from 'ava';
import { makeTsigKey, parseDomainName } from '@srvkit/dns';
import type { SignerSession } from '@srvkit/dns';
import { createTestServer } from '@srvkit/test-server';
import type { TestServer, TestServerOptions } from '@srvkit/test-server';
import { createPublisher, hmacSigner } from '../src/index.ts';
import type { Desired, PublisherOptions, PublishReport, ZoneReport } from '../src/index.ts';

const key = makeTsigKey({ name: parseDomainName('east-key'), secret: Buffer.from('a secret of the east') });
const signer = hmacSigner(key);

test('Publishing into an empty name: the whole report', async (t) => {
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

test('Publishing again is unchanged, and sends no UPDATE', async (t) => {
  const server = await serve(t, {});
  await publisher(server).publish(east());
  const report = await publisher(server).publish(east());
  const zone = only(report);
  t.deepEqual([report.outcome, zone.verified, zone.serial, zone.attempts], ['unchanged', true, { before: 2, after: 2 }, []]);
  t.deepEqual(report.events, [{ id: 12294, domain: 'east.contoso.com.' }]);
  t.is(updates(server).length, 1);
});

test('Neighbours stay as they are, a stale twin goes in the same message', async (t) => {
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

test('Withdrawing deletes our own record only; nothing there is unchanged', async (t) => {
  const records = ['3600 10 25 1688 kms-e2.east.contoso.com.', '3600 90 1 1688 kms-e1.east.contoso.com.'];
  const server = await serve(t, { records });
  const report = await publisher(server).withdraw({ ...east(), enabled: false });
  t.deepEqual([report.outcome, only(report).verified, report.events], ['withdrawn', true, []]);
  t.deepEqual(srvSet(server), [records[0]]);
  t.is((await publisher(server).withdraw(east())).outcome, 'unchanged');
});

test('An alias at the owner: nothing is sent, the outcome and the finding say why', async (t) => {
  const server = await serve(t, { more: '_vlmcs._tcp CNAME elsewhere.contoso.com.' });
  const report = await publisher(server).publish(east());
  const zone = only(report);
  t.deepEqual([zone.outcome, zone.verified, zone.add, updates(server).length], ['not-applied', false, [], 0]);
  t.deepEqual(
    zone.findings.map(({ code }) => code),
    ['ignored-by-cname'],
  );
  t.regex(zone.hint ?? '', /is an alias for elsewhere\.contoso\.com\./);
  t.like(report.events, [{ id: 12293, code: { symbol: 'DNS_ERROR_NODE_IS_CNAME' } }]);
  t.is((await publisher(server).withdraw(east())).outcome, 'unchanged');
});

test('Without a key: refused, with a hint and an event, and never again', async (t) => {
  const server = await serve(t, {});
  const report = await publisher(server, { signer: undefined }).publish(east());
  const zone = only(report);
  t.deepEqual([zone.outcome, zone.verified], ['refused', false]);
  t.deepEqual(zone.attempts, [{ server: server.address, transport: 'tcp', rcode: 'REFUSED', tsig: 'none' }]);
  t.regex(zone.hint ?? '', /only with a key/);
  t.like(report.events, [{ id: 12293, domain: 'east.contoso.com.', code: { hresult: '0x8007232D' } }]);
  t.deepEqual(srvSet(server), []);
});

test('A key that may not: REFUSED, signed', async (t) => {
  const server = await serve(t, { mayUpdate: () => false });
  const zone = only(await publisher(server).publish(east()));
  t.deepEqual(zone.attempts, [{ server: server.address, transport: 'tcp', rcode: 'REFUSED', tsig: 'verified' }]);
  t.regex(zone.hint ?? '', /knows key east-key\. \(hmac-sha256\), but does not let it change _vlmcs\._tcp\.east\.contoso\.com\./);
});

test('A wrong secret and an unknown key: NOTAUTH, unsigned, each with its own hint', async (t) => {
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

test("A clock that is off: BADTIME, the server's offset as a warning, nothing adjusted", async (t) => {
  const ours = 1_700_000_000_000;
  const server = await serve(t, { now: () => ours + 1_000_000 });
  const report = await publisher(server, { now: () => ours }).publish(east());
  const zone = only(report);
  t.deepEqual(zone.attempts, [{ server: server.address, transport: 'tcp', rcode: 'NOTAUTH', tsig: 'verified' }]);
  t.regex(zone.hint ?? '', /disagree about the time: set the clocks/);
  const message = `the clock of ${server.address} is 1000 s ahead of ours: set the one that is wrong`;
  t.deepEqual(report.warnings, [{ code: 'clock-offset', message }]);
});

test('A zone the server does not hold', async (t) => {
  const server = await serve(t, {});
  const report = await publisher(server).publish(desired([entry('example.org')]));
  const zone = only(report);
  t.deepEqual([zone.outcome, zone.zone, zone.primary], ['refused', null, null]);
  t.regex(zone.hint ?? '', /answered REFUSED when it was asked about _vlmcs\._tcp\.example\.org\./);
});

test('Nobody there: unreachable after three passes, each attempt on record', async (t) => {
  const server = await serve(t, {});
  await server.close();
  const pauses: number[] = [];
  const options = { sleep: (ms: number) => Promise.resolve(void pauses.push(ms)), random: { below: (bound: number) => bound - 1 } };
  const report = await publisher(server, { ...options, retryDelayMs: 100 }).publish(east());
  const zone = only(report);
  t.deepEqual([report.outcome, zone.zone, zone.serial], ['unreachable', null, { before: null, after: null }]);
  t.deepEqual(pauses, [200, 300]);
  t.true(zone.attempts.length >= 3 && zone.attempts.every(({ rcode, tsig }) => rcode === null && tsig === 'none'));
  t.regex(zone.hint ?? '', /did not answer/);
  t.like(report.events, [{ id: 12293, code: { hresult: '0x8007232A' } }]);
});

test('One zone of three refused: the others are published, the whole is refused', async (t) => {
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

test('A domain inside a larger zone', async (t) => {
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

test('Switched off: every domain says disabled, nothing is asked', async (t) => {
  const server = await serve(t, {});
  const report = await publisher(server).publish({ ...east(), enabled: false });
  t.deepEqual([report.outcome, only(report).owner, report.events], ['disabled', '_vlmcs._tcp.east.contoso.com.', []]);
  t.is(server.requests.length, 0);
});

test('An empty list is unchanged, with a warning', async (t) => {
  const report = await createPublisher().publish(desired([]));
  t.deepEqual([report.outcome, report.zones, report.warnings.map(({ code }) => code)], ['unchanged', [], ['nothing-listed']]);
});

test('A plan changes nothing, has a script, and knows that we may', async (t) => {
  const server = await serve(t, { records: ['3600 0 0 1688 kms-e1.east.contoso.com.'] });
  const report = await publisher(server).publish(east(), { plan: true });
  const zone = only(report);
  t.deepEqual([report.outcome, zone.rights, zone.verified, report.events], ['planned', 'allowed', false, []]);
  const [host, port] = server.address.split(':');
  t.is(
    zone.script,
    `server ${host} ${port}
zone east.contoso.com.
update delete _vlmcs._tcp.east.contoso.com. IN SRV 0 0 1688 kms-e1.east.contoso.com.
update add _vlmcs._tcp.east.contoso.com. 3600 IN SRV 10 75 1688 kms-e1.east.contoso.com.
send
`,
  );
  t.deepEqual(srvSet(server), ['3600 0 0 1688 kms-e1.east.contoso.com.']);
  t.is(server.zones.get('east.contoso.com.')?.serial, 1);
  t.is((await publisher(server).withdraw(east(), { plan: true })).outcome, 'planned');
});

test('A plan with nothing to do is unchanged, and still asks for the rights', async (t) => {
  const server = await serve(t, { records: ['3600 10 75 1688 kms-e1.east.contoso.com.'], mayUpdate: () => false });
  const zone = only(await publisher(server).publish(east(), { plan: true }));
  t.deepEqual([zone.outcome, zone.rights, zone.verified], ['unchanged', 'denied', true]);
  t.is(zone.script, '; _vlmcs._tcp.east.contoso.com.: nothing to do\n');
  t.regex(zone.hint ?? '', /does not let it change/);
});

test('A plan without a key at a server that wants one: denied', async (t) => {
  const server = await serve(t, {});
  t.is(only(await publisher(server, { signer: undefined }).publish(east(), { plan: true })).rights, 'denied');
});

test('Without `server` the SOA names the primary, whose address is looked up', async (t) => {
  const server = await serve(t, { more: 'ns A 127.0.0.1' });
  const port = Number(server.address.split(':')[1]);
  const options = { servers: [server.address], primaryPort: port, signer, retries: 0 };
  const zone = only(await createPublisher(options).publish(east()));
  t.deepEqual([zone.outcome, zone.primary], ['published', server.address]);
  const north = only(await createPublisher(options).publish(desired([entry('north.contoso.com')])));
  t.deepEqual([north.outcome, north.primary], ['unreachable', null]);
  t.regex(north.hint ?? '', /ns\.north\.contoso\.com\., the primary of north\.contoso\.com\., has no address/);
});

test('A factory is opened once for a server, with the name of the primary, and closed whatever happens', async (t) => {
  const server = await serve(t, { mayUpdate: (_, zone) => zone.labelCount === 3 && !zone.equals(parseDomainName('west.contoso.com')) });
  const opened: string[] = [];
  let closed = 0;
  const factory = {
    open: ({ name, address, port }: { name: { toString(): string }; address: string; port: number }): Promise<SignerSession> => {
      opened.push(`${name.toString()} ${address}:${port}`);
      return Promise.resolve({ ...signer, close: () => Promise.resolve(void (closed += 1)) });
    },
  };
  const report = await publisher(server, { signer: factory }).publish(desired([entry('east.contoso.com'), entry('west.contoso.com')]));
  t.deepEqual(
    report.zones.map(({ outcome }) => outcome),
    ['published', 'refused'],
  );
  t.deepEqual([opened, closed], [[`ns.east.contoso.com. ${server.address}`], 1]);
});

test('A factory that fails refuses the zone, and says why', async (t) => {
  const server = await serve(t, {});
  const factory = { open: () => Promise.reject(new Error('no ticket for DNS/ns.east.contoso.com')) };
  const report = await publisher(server, { signer: factory }).publish(east());
  t.is(report.outcome, 'refused');
  t.regex(only(report).hint ?? '', /no ticket for DNS/);
});

test('An aborted signal rejects with its own reason: before, and in the middle', async (t) => {
  const server = await serve(t, { faults: ['*=drop'] });
  const reason = new Error('enough');
  t.is(await t.throwsAsync(publisher(server).publish(east(), { signal: AbortSignal.abort(reason) })), reason);
  const controller = new AbortController();
  const publishing = publisher(server, { timeoutMs: 10_000 }).publish(east(), { signal: controller.signal });
  while (server.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
  controller.abort(reason);
  t.is(await t.throwsAsync(publishing), reason);
});

test('Options out of bounds and addresses that are none are refused at once', (t) => {
  t.throws(() => createPublisher({ server: '192.0.2.1:99999' }), { name: 'ParseError' });
  t.throws(() => createPublisher({ servers: ['2001:db8::1'] }), { name: 'ParseError' });
  t.throws(() => createPublisher({ retries: -1 }), { instanceOf: RangeError, message: /retries is -1/ });
  t.throws(() => createPublisher({ timeoutMs: 0 }), { instanceOf: RangeError, message: /timeoutMs is 0/ });
});

interface Served extends Pick<TestServerOptions, 'mayUpdate' | 'faults' | 'now'> {
  /** Already at `_vlmcs._tcp.east.contoso.com`: `TTL PRIORITY WEIGHT PORT TARGET`. */
  records?: readonly string[];
  /** A line more in east.contoso.com. */
  more?: string;
}

/** Three zones, with the key that may update them. */
async function serve(t: ExecutionContext, { records = [], more = '', ...options }: Served): Promise<TestServer> {
  const lines = records.map((record) => `_vlmcs._tcp ${record.replace(' ', ' IN SRV ')}`);
  const zones = ['east', 'west', 'north'].map((site) => {
    const head = `$ORIGIN ${site}.contoso.com.\n$TTL 3600\n@ SOA ns hostmaster 1 3600 600 86400 60\n@ NS ns\n`;
    return site === 'east' ? `${head}${[...lines, more].join('\n')}\n` : head;
  });
  const server = await createTestServer({ zones, keys: [key], ...options });
  t.teardown(() => server.close());
  return server;
}

function publisher(server: TestServer, options: PublisherOptions | { signer: undefined } = {}): ReturnType<typeof createPublisher> {
  const { signer: own, ...rest } = { signer, ...options };
  return createPublisher({
    server: server.address,
    timeoutMs: 2000,
    sleep: () => Promise.resolve(),
    ...rest,
    ...(own === undefined ? {} : { signer: own }),
  });
}

function east(): Desired {
  return desired([entry('east.contoso.com')]);
}

function desired(entries: Desired['entries']): Desired {
  return { service: '_vlmcs._tcp', target: parseDomainName('kms-e1.east.contoso.com'), port: 1688, entries };
}

function entry(domain: string): Desired['entries'][number] {
  return { domain: parseDomainName(domain), priority: 10, weight: 75 };
}

function only(report: PublishReport): ZoneReport {
  if (report.zones.length !== 1) throw new Error(`${report.zones.length} zones`);
  return report.zones[0]!;
}

function srvSet(server: TestServer): string[] {
  const set = server.zones.get('east.contoso.com.')?.rrset(parseDomainName('_vlmcs._tcp.east.contoso.com'), 'SRV');
  return (set?.records ?? [])
    .map(({ ttl, rdata }) =>
      rdata.type === 'SRV' ? `${ttl} ${rdata.priority} ${rdata.weight} ${rdata.port} ${rdata.target.toString()}` : '',
    )
    .sort();
}

function updates(server: TestServer): readonly unknown[] {
  return server.requests.filter(({ message }) => message?.opcode === 'UPDATE');
}
