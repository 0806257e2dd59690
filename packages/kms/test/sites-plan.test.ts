import { parseDomainName } from '@srvkit/dns';
import test from 'ava';
import { planSites, publishList } from '../src/index.ts';
import type { SiteTable } from '../src/index.ts';

const name = (text: string): ReturnType<typeof parseDomainName> => parseDomainName(text);

function host(target: string, priority: number, weight: number, port = 1688): SiteTable[number]['hosts'][number] {
  return { target: name(target), priority, weight, port };
}

const EAST_WEST: SiteTable = [
  { domain: name('east.contoso.com'), hosts: [host('kms-e1.east.contoso.com', 10, 75), host('kms-w1.west.contoso.com', 90, 75)] },
  { domain: name('west.contoso.com'), hosts: [host('kms-w1.west.contoso.com', 10, 75), host('kms-e1.east.contoso.com', 90, 75)] },
];

test('each host lists itself for every domain that names it (kms P-11)', (t) => {
  const { hosts } = planSites(EAST_WEST);
  t.deepEqual(
    hosts.map(({ target, lines }) => [target.toString(), lines]),
    [
      ['kms-e1.east.contoso.com.', ['east.contoso.com, 10, 75', 'west.contoso.com, 90, 75']],
      ['kms-w1.west.contoso.com.', ['east.contoso.com, 90, 75', 'west.contoso.com, 10, 75']],
    ],
  );
});

test('each host needs rights in every zone it publishes into, not only at home (kms P-12)', (t) => {
  for (const { owners } of planSites(EAST_WEST).hosts)
    t.deepEqual(owners.map(String), ['_vlmcs._tcp.east.contoso.com.', '_vlmcs._tcp.west.contoso.com.']);
});

test('what the lists make hosts publish is the table again', (t) => {
  const { hosts, records } = planSites(EAST_WEST);
  const published = hosts.flatMap(({ target, settings }) => {
    const list = publishList(settings, { hostName: target });
    return list.entries.map(
      ({ domain, priority, weight }) => `${domain.toString()} ${priority} ${weight} ${list.port} ${target.toString()}`,
    );
  });
  const wanted = records.map(({ name, rdata }) => {
    return `${name.toString().replace('_vlmcs._tcp.', '')} ${rdata.priority} ${rdata.weight} ${rdata.port} ${rdata.target.toString()}`;
  });
  t.deepEqual(published.toSorted(), wanted.toSorted());
});

test('another port than 1688 goes into the settings of the host (kms P-06)', (t) => {
  const [plan] = planSites([{ domain: name('contoso.com'), hosts: [host('kms1.contoso.com', 0, 0, 1700)] }]).hosts;
  t.is(plan && publishList(plan.settings, { hostName: plan.target }).port, 1700);
});

test('a host that its own domain does not name would publish itself there as the best, which is a finding (kms P-13)', (t) => {
  const [plan] = planSites([{ domain: name('contoso.com'), hosts: [host('kms1.lab.contoso.com', 10, 0)] }]).hosts;
  t.deepEqual(
    plan?.findings.map(({ code }) => code),
    ['home-outranks-list'],
  );
});

for (const [title, table, message] of [
  [
    'a host at two ports',
    [...EAST_WEST, { domain: name('contoso.com'), hosts: [host('KMS-E1.east.contoso.com', 0, 0, 1700)] }],
    /has port 1700 .* and 1688 before/,
  ],
  [
    'a host twice in a domain',
    [{ domain: name('contoso.com'), hosts: [host('a.contoso.com', 0, 0), host('A.contoso.com', 1, 0)] }],
    /named twice/,
  ],
] as const) {
  test(`no estate can have ${title}`, (t) => {
    t.throws(() => planSites(table), { instanceOf: TypeError, message });
  });
}
