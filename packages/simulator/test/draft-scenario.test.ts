import { formatRecord, parseDomainName, parseRecord } from '@srvkit/dns';
import type { DomainName } from '@srvkit/dns';
import { array, assert, constantFrom, integer, property, record, uniqueArray } from 'fast-check';
import test from 'ava';
import { Estate } from '../src/estate/estate.ts';
import { draftScenario, parseScenario, simulate } from '../src/index.ts';
import type { DomainReading, EstateReading, ScenarioDraft, TargetReading } from '../src/index.ts';

const KMS = '_vlmcs._tcp';
const EAST = 'east.contoso.com';
const WEST = 'west.contoso.com';

/** `[domain, "TTL PRIORITY WEIGHT PORT TARGET", ...]` for each domain that was read. */
function readingOf(
  domains: readonly (readonly [domain: string, ...records: string[]])[],
  targets: Readonly<Record<string, TargetReading>> = {},
  parts: Partial<DomainReading> = {},
): EstateReading {
  return {
    service: KMS,
    unread: [],
    targets: new Map(Object.entries(targets).map(([name, target]) => [parseDomainName(name).key, target])),
    domains: domains.map(([text, ...records]) => {
      const domain = parseDomainName(text);
      return {
        domain,
        zone: { origin: domain, serial: 7 },
        server: '192.0.2.53:53',
        means: 'queries',
        authoritative: true,
        aliasOf: undefined,
        others: [],
        remarks: [],
        ...parts,
        records: records.map((text) => srv(domain, text)),
      };
    }),
  };
}

function srv(domain: DomainName, text: string): DomainReading['records'][number] {
  const [ttl, ...rdata] = text.split(' ');
  return parseRecord(`${KMS}.${domain.toString()} ${ttl} IN SRV ${rdata.join(' ')}`) as DomainReading['records'][number];
}

function draftOf(reading: EstateReading): ScenarioDraft {
  return draftScenario(reading, { at: '2026-11-25T12:00:00.000Z', schema: 'scenario.schema.json' });
}

/** The SRV sets that a scenario's zones hold in these domains once its hosts have started. */
function planned(text: string, domains: readonly DomainName[]): readonly (readonly string[])[] {
  const estate = new Estate(parseScenario(text));
  for (const index of estate.hosts.keys()) estate.start(index, 0);
  const sets = [...estate.service.zones.values()].flatMap((zone) => [...zone.records()].filter(({ type }) => type === 'SRV'));
  return domains.map((domain) => {
    const owner = parseDomainName(KMS, domain);
    return sets.filter(({ name }) => name.equals(owner)).map((each) => formatRecord(each));
  });
}

function served({ domains }: EstateReading): readonly (readonly string[])[] {
  return domains.map(({ records }) => [...new Set(records.map((each) => formatRecord(each)))]);
}

function sorted(sets: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return sets.map((set) => set.map((text) => text.toLowerCase()).toSorted());
}

function comesBack(reading: EstateReading): boolean {
  const text = draftOf(reading).text;
  const sets = planned(
    text,
    reading.domains.map(({ domain }) => domain),
  );
  // Two spellings of a target are one host (RFC 4343), which has one of them.
  return JSON.stringify(sorted(sets)) === JSON.stringify(sorted(served(reading)));
}

const EAST_WEST = readingOf([
  [
    EAST,
    '3600 10 75 1688 kms-e1.east.contoso.com.',
    '3600 10 25 1688 kms-e2.east.contoso.com.',
    '3600 90 75 1688 kms-w1.west.contoso.com.',
  ],
  [WEST, '600 10 75 1688 kms-w1.west.contoso.com.', '600 90 75 1688 kms-e1.east.contoso.com.'],
]);

test('a site for each domain, a host for each target, and lists that give these records', (t) => {
  const draft = draftOf(EAST_WEST);
  t.deepEqual(draft.findings, []);
  t.deepEqual(draft.file, {
    name: 'east-west',
    seed: 1,
    duration: '60d',
    sites: { east: { search: [EAST] }, west: { search: [WEST] } },
    wan: { latency: '20ms' },
    dns: { ttl: '1h', ttls: { [WEST]: '10m' } },
    hosts: {
      'kms-e1': { site: 'east', publish: ['east.contoso.com, 10, 75', 'west.contoso.com, 90, 75'] },
      'kms-e2': { site: 'east', publish: ['east.contoso.com, 10, 25'] },
      'kms-w1': { site: 'west', publish: ['west.contoso.com, 10, 75', 'east.contoso.com, 90, 75'] },
    },
    clients: {
      east: { site: 'east', count: 1000, arrival: { spread: '7d' } },
      west: { site: 'west', count: 1000, arrival: { spread: '7d' } },
    },
  });
  t.true(comesBack(EAST_WEST));
});

test('the file names its schema first, says what was read and what is to be filled in, and can be played at once', (t) => {
  const text = draftOf(EAST_WEST).text;
  t.is(text.split('\n', 1)[0], '# yaml-language-server: $schema=scenario.schema.json');
  t.regex(text, /^# Begun from live zones on 2026-11-25T12:00:00.000Z: _vlmcs\._tcp in east\.contoso\.com\. west\.contoso\.com\.$/m);
  t.regex(text, /^# READ east\.contoso\.com\.: 3 records, zone east\.contoso\.com\. at serial 7, by queries to 192\.0\.2\.53:53$/m);
  for (const setting of ['duration', 'sites', 'wan', 'hosts', 'clients']) t.regex(text, new RegExp(`^# .*FILL IN.*\\n${setting}:`, 'm'));
  t.true(simulate(parseScenario(text)).activations.succeeded > 10_000);
});

// [what is odd, the records of the east, what is known of targets, the findings, static, stale, hosts]
type Row = readonly [
  title: string,
  records: readonly string[],
  targets: Readonly<Record<string, TargetReading>>,
  codes: readonly string[],
  counts: { readonly static?: number; readonly stale?: number; readonly hosts: readonly string[] },
];
const E1 = '3600 0 0 1688 kms-e1.east.contoso.com.';
const ODD: readonly Row[] = [
  ['the target "."', ['60 0 0 0 .'], {}, ['root-target'], { static: 1, hosts: [] }],
  ['"." beside a host', [E1, '3600 0 0 0 .'], {}, ['root-target'], { static: 1, hosts: ['kms-e1'] }],
  ['port 0', [E1, '3600 0 0 0 kms-e2.east.contoso.com.'], {}, ['port-zero'], { static: 1, hosts: ['kms-e1'] }],
  ['an address', [E1, '3600 0 0 1688 192.0.2.1.'], {}, ['address-target'], { static: 1, hosts: ['kms-e1'] }],
  ['a target without address', [E1], { 'kms-e1.east.contoso.com': { kind: 'no-address' } }, ['no-address'], { stale: 1, hosts: [] }],
  [
    'an alias',
    [E1],
    { 'kms-e1.east.contoso.com': { kind: 'alias', of: parseDomainName('box.contoso.com') } },
    ['alias-target'],
    { static: 1, hosts: ['kms-e1'] },
  ],
  ['a target outside', [E1, '3600 5 0 1688 kms.fabrikam.com.'], {}, ['outside-target'], { static: 1, hosts: ['kms', 'kms-e1'] }],
  [
    'two sets of numbers',
    [E1, '3600 9 9 1688 kms-e1.east.contoso.com.'],
    {},
    ['same-endpoint-twice', 'same-endpoint-twice'],
    { static: 2, hosts: ['kms-e1'] },
  ],
  ['two ports', [E1, '3600 9 9 1700 kms-e1.east.contoso.com.'], {}, ['other-port'], { static: 1, hosts: ['kms-e1'] }],
  ['TTLs that differ', [E1, '60 0 0 1688 kms-e2.east.contoso.com.'], {}, ['unequal-ttls'], { hosts: ['kms-e1', 'kms-e2'] }],
  [
    'a target that cannot be looked up',
    [E1],
    { 'kms-e1.east.contoso.com': { kind: 'unknown', why: 'servfail' } },
    ['target-unknown'],
    { hosts: ['kms-e1'] },
  ],
];

for (const [title, records, targets, codes, counts] of ODD) {
  test(`what is odd is a finding, and comes back all the same: ${title}`, (t) => {
    const reading = readingOf([[EAST, ...records]], targets);
    const draft = draftOf(reading);
    t.deepEqual(
      draft.findings.map(({ code }) => code),
      codes,
    );
    const { dns, hosts } = draft.file;
    t.deepEqual(
      { static: dns.static?.length ?? 0, stale: dns.stale?.length ?? 0 },
      { static: counts.static ?? 0, stale: counts.stale ?? 0 },
    );
    t.deepEqual(Object.keys(hosts).toSorted(), counts.hosts);
    const text = draft.text;
    for (const { code } of draft.findings) t.true(text.includes(`\n# FOUND ${code}: `), code);
    if (!codes.includes('unequal-ttls')) t.true(comesBack(reading), text);
  });
}

for (const [title, reading, codes] of [
  ['an alias at the owner', readingOf([[EAST, E1]], {}, { aliasOf: parseDomainName('_vlmcs._tcp.contoso.com') }), ['alias-owner']],
  ['a domain without records', readingOf([[EAST, E1], [WEST]]), ['no-records']],
  ['a domain that no list can name', readingOf([['local', '3600 0 0 1688 kms.local.']]), ['unlisted-domain']],
  ['other domains in the zone', readingOf([[EAST, E1]], {}, { others: [parseDomainName('lab.east.contoso.com')] }), ['other-domains']],
  ['a resolver that answers', readingOf([[EAST, E1]], {}, { authoritative: false }), ['ttl-of-a-cache']],
  [
    'a host that is not in its own domain',
    readingOf([
      [EAST, E1],
      [WEST, '3600 0 0 1688 kms-e2.east.contoso.com.'],
    ]),
    ['home-not-published'],
  ],
  ['a domain that was not read', { ...EAST_WEST, unread: [{ domain: parseDomainName('x.org'), why: 'it is away' }] }, ['not-read']],
] as const) {
  test(`what is odd about a domain is a finding too: ${title}`, (t) => {
    t.deepEqual(
      draftOf(reading).findings.map(({ code }) => code),
      codes,
    );
    t.true(comesBack(reading));
  });
}

test('names that a scenario cannot have, or not twice, become others', (t) => {
  const draft = draftOf(
    readingOf([
      ['contoso.com', '1 0 0 1688 kms.contoso.com.', '1 0 0 1688 kms.east.contoso.com.', '1 0 0 1688 a\\.b.contoso.com.'],
      ['contoso.org'],
      ['_msdcs.contoso.com', '1 0 0 1688 x.contoso.com.'],
    ]),
  );
  t.deepEqual(Object.keys(draft.file.sites), ['contoso.com', 'contoso.org', 'site-1']);
  t.deepEqual(Object.keys(draft.file.hosts), ['host-1', 'kms.contoso.com', 'kms.east.contoso.com', 'x']);
  t.deepEqual(draft.file.sites['site-1']?.search, ['_msdcs.contoso.com', 'contoso.com']);
});

test('nothing that was read is nothing to begin with', (t) => {
  t.throws(() => draftOf(readingOf([[EAST]])), { instanceOf: RangeError });
});

test('words of a server cannot end a comment', (t) => {
  const reading = readingOf([[EAST, E1]], {}, { remarks: ['no\nduration: 1d'] });
  t.is(parseScenario(draftOf(reading).text).durationMinutes, 86_400);
});

const DOMAINS = ['contoso.com', EAST, WEST, 'lab.fabrikam.com', 'local', '_msdcs.contoso.com'];
const uint16 = integer({ min: 0, max: 65_535 });

test('whatever the zones hold, the zones that are planned from the draft hold the same', (t) => {
  const target = constantFrom(
    'kms-1.contoso.com.',
    'kms-1.east.contoso.com.',
    'kms-2.east.contoso.com.',
    'KMS-2.west.contoso.com.',
    'kms-2.WEST.contoso.com.',
    'east.contoso.com.',
    'kms.local.',
    'x\\,\\032y.west.contoso.com.',
    'kms.example.org.',
    '192.0.2.1.',
    '.',
  );
  const line = record({ priority: constantFrom(0, 10, 65_535), weight: uint16, port: constantFrom(0, 1688, 1688, 1700), target });
  const domain = record({
    domain: constantFrom(...DOMAINS),
    ttl: constantFrom(0, 1, 600, 3600, 90_000, 2 ** 31 - 1),
    lines: array(line, { maxLength: 5 }),
  });
  const kinds = array(constantFrom<TargetReading['kind']>('addresses', 'no-address', 'alias', 'unknown'), { minLength: 11, maxLength: 11 });
  assert(
    property(uniqueArray(domain, { selector: ({ domain }) => domain, minLength: 1, maxLength: 4 }), kinds, (domains, kinds) => {
      const rows = domains.map(({ domain, ttl, lines }) => {
        return [domain, ...lines.map((each) => `${ttl} ${each.priority} ${each.weight} ${each.port} ${each.target}`)] as const;
      });
      if (rows.every(({ length }) => length === 1)) return true;
      const named = [...new Set(domains.flatMap(({ lines }) => lines.map((each) => each.target.toLowerCase())))];
      const targets = named.map((name, at) => [name, targetReading(kinds[at] ?? 'addresses')] as const);
      return comesBack(withoutCaseTwins(readingOf(rows, Object.fromEntries(targets))));
    }),
    { numRuns: 200 },
  );
  t.pass();
});

function targetReading(kind: TargetReading['kind']): TargetReading {
  if (kind === 'alias') return { kind, of: parseDomainName('box.contoso.com') };
  return kind === 'unknown' ? { kind, why: 'servfail' } : { kind };
}

// Records that differ in letter case alone are one record to a zone.
function withoutCaseTwins(reading: EstateReading): EstateReading {
  const domains = reading.domains.map((each) => ({
    ...each,
    records: [...new Map(each.records.map((one) => [formatRecord(one).toLowerCase(), one])).values()],
  }));
  return { ...reading, domains };
}

test('hosts that publish by the rules come back as hosts, without a finding', (t) => {
  const host = record({
    site: constantFrom('east', 'west'),
    port: constantFrom(1688, 1700),
    home: record({ priority: uint16, weight: uint16 }),
    other: record({ priority: uint16, weight: uint16 }),
    both: constantFrom(true, false),
  });
  assert(
    property(array(host, { minLength: 1, maxLength: 6 }), (hosts) => {
      const listed = hosts.map(({ site, port, home, other, both }, at) => {
        const [own, foreign] = site === 'east' ? [EAST, WEST] : [WEST, EAST];
        const publish = [`${own}, ${home.priority}, ${home.weight}`, ...(both ? [`${foreign}, ${other.priority}, ${other.weight}`] : [])];
        return [`kms-${at}`, { site, ...(port === 1688 ? {} : { port }), publish }] as const;
      });
      const scenario = {
        name: 'random',
        duration: '1d',
        sites: { east: { search: [EAST] }, west: { search: [WEST] } },
        hosts: Object.fromEntries(listed),
        clients: { c: { site: 'east', count: 1 } },
      };
      const names = [EAST, WEST].map((text) => parseDomainName(text));
      const sets = planned(JSON.stringify(scenario), names);
      const rows = [EAST, WEST].map(
        (domain, at) => [domain, ...(sets[at] ?? []).map((text) => text.replace(/^\S+ (\d+) IN SRV /, '$1 '))] as const,
      );
      const reading = readingOf(rows);
      const draft = draftOf(reading);
      const odd = draft.findings.filter(({ code }) => code !== 'no-records');
      const same = listed.every(([name, wanted]) => JSON.stringify(draft.file.hosts[name]) === JSON.stringify(wanted));
      return odd.length === 0 && same && comesBack(reading);
    }),
    { numRuns: 100 },
  );
  t.pass();
});
