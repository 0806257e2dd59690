import test from 'ava';
import { ParseError, parseDomainName } from '@srvkit/dns';
import { desiredRecords, withdrawn } from '../src/plan/desired.ts';
import type { Desired } from '../src/plan/desired.ts';

test('one record a domain, all with the same target and port, in the order of the list', (t) => {
  const records = desiredRecords(desired({ entries: [entry('east.contoso.com', 10, 75), entry('west.contoso.com', 90, 75)] }));
  t.deepEqual(
    records.map(
      ({ record: { name, ttl, rdata } }) =>
        `${name.toString()} ${ttl} ${rdata.priority} ${rdata.weight} ${rdata.port} ${rdata.target.toString()}`,
    ),
    [
      '_vlmcs._tcp.east.contoso.com. 3600 10 75 1688 kms-e1.east.contoso.com.',
      '_vlmcs._tcp.west.contoso.com. 3600 90 75 1688 kms-e1.east.contoso.com.',
    ],
  );
  t.true(records.every(({ present, ttlPolicy }) => present && ttlPolicy === 'keep'));
});

test('a list without anything, and a host that does not publish (kms P-04), want nothing', (t) => {
  t.deepEqual(desiredRecords(desired({ entries: [] })), []);
  t.deepEqual(desiredRecords(desired({ enabled: false })), []);
});

test('the same entry twice counts once, whatever its letter case', (t) => {
  t.is(desiredRecords(desired({ entries: [entry('east.contoso.com', 1, 2), entry('East.Contoso.COM', 1, 2)] })).length, 1);
});

test('what the maker of the list found out goes along', (t) => {
  const findings = [{ code: 'home-outranks-list', message: 'home gets 0/0' }] as const;
  t.deepEqual(desiredRecords(desired({ entries: [{ ...entry('east.contoso.com', 0, 0), findings }] }))[0]?.findings, findings);
});

test('withdrawing keeps the identity and wants nothing', (t) => {
  const [record] = desiredRecords(desired({}));
  t.deepEqual(withdrawn(record!), { ...record!, present: false });
});

const misuse: { title: string; parts: Partial<Desired>; message: RegExp }[] = [
  {
    title: 'a service that is a host name',
    parts: { service: 'vlmcs.tcp' },
    message: /"vlmcs\.tcp" is not a service name: write _service\._proto/,
  },
  { title: 'a service of one label', parts: { service: '_vlmcs' }, message: /is not a service name/ },
  { title: 'the root as target', parts: { target: parseDomainName('.') }, message: /the target is "\."/ },
  { title: 'port 0', parts: { port: 0 }, message: /kms-e1.* port is 0: it must be a whole number from 1 to 65535/ },
  { title: 'a port that is no number', parts: { port: Number.NaN }, message: /port is NaN/ },
  { title: 'priority 65536', parts: { entries: [entry('a.test', 65536, 0)] }, message: /^a\.test\. priority is 65536/ },
  { title: 'weight -1', parts: { entries: [entry('a.test', 0, -1)] }, message: /^a\.test\. weight is -1/ },
  { title: 'half a weight', parts: { entries: [entry('a.test', 0, 0.5)] }, message: /weight is 0\.5/ },
  { title: 'a TTL beyond 31 bits', parts: { ttl: 2 ** 31 }, message: /ttl is 2147483648/ },
  { title: 'replacing the port by itself', parts: { replacePort: 1688 }, message: /replacePort is the port itself/ },
  {
    title: 'a domain with two sets of numbers',
    parts: { entries: [entry('a.test', 0, 1), entry('A.test', 0, 2)] },
    message: /^A\.test\. is listed twice with different priority or weight/,
  },
];
for (const { title, parts, message } of misuse) {
  test(`${title} is refused`, (t) => {
    const error = t.throws(() => desiredRecords(desired(parts)), { message });
    t.true(error instanceof TypeError || error instanceof RangeError);
  });
}

test('a domain that leaves no room for the service is refused, and named', (t) => {
  const label = 'x'.repeat(63);
  const long = `${label}.${label}.${label}.${'y'.repeat(50)}.`;
  t.throws(() => desiredRecords(desired({ entries: [entry('a.test', 0, 0), entry(long, 0, 0)] })), {
    instanceOf: ParseError,
    code: 'NAME_TOO_LONG',
    message: `${long} is too long: with _vlmcs._tcp. in front it has more than 255 octets`,
  });
});

function desired(parts: Partial<Desired>): Desired {
  return {
    service: '_vlmcs._tcp',
    target: parseDomainName('kms-e1.east.contoso.com'),
    port: 1688,
    entries: [entry('east.contoso.com', 10, 75)],
    ...parts,
  };
}

function entry(domain: string, priority: number, weight: number): Desired['entries'][number] {
  return { domain: parseDomainName(domain), priority, weight };
}
