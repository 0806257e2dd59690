import { array, assert, constantFrom, nat, property, string, tuple } from 'fast-check';
import test from 'ava';
import { parseScenario, ScenarioError } from '../src/index.ts';
import { play } from './play.ts';

const GOOD = `name: good
duration: 10d
sites:
  east: { search: [east.contoso.com] }
  west: { search: [west.contoso.com] }
links:
  - { between: [east, west], latency: 40ms }
hosts:
  kms-1: { site: east, publish: ['east.contoso.com, 10, 75'] }
clients:
  desktops: { site: east, count: 10 }
timeline:
  - { at: 1d, crash: kms-1 }
`;

test('a scenario is filled in with its defaults', (t) => {
  const scenario = parseScenario(GOOD);
  t.is(scenario.durationMinutes, 14_400);
  t.is(scenario.links[0]?.latencyMs, 40);
  t.is(scenario.hosts.get('kms-1')?.target, 'kms-1.east.contoso.com');
  t.is(scenario.hosts.get('kms-1')?.port, 1688);
  t.is(scenario.clients.get('desktops')?.product, 'windows-client');
  t.is(scenario.policies.law, 'rfc2782');
});

test('JSON is read like YAML', (t) => {
  const scenario = { name: 'j', duration: '1d', sites: { a: { search: [] } }, hosts: {}, clients: { c: { site: 'a', count: 1 } } };
  t.is(parseScenario(JSON.stringify(scenario)).name, 'j');
});

test('a line of the registry means the same as its three parts', (t) => {
  const parts = GOOD.replace("'east.contoso.com, 10, 75'", '{ domain: east.contoso.com, priority: 10, weight: 75 }');
  t.deepEqual(parseScenario(parts), parseScenario(GOOD));
});

// [what is put in the place of what, the message]
const WRONG: readonly (readonly [find: string, put: string, message: string])[] = [
  [
    'duration: 10d',
    'duration: 10',
    'file.yaml:2: duration: is not a duration: write it with its unit, such as 120m, 7d or 180d, in whole minutes',
  ],
  [
    'duration: 10d',
    'duration: 10w',
    'file.yaml:2: duration: is not a duration: write it with its unit, such as 120m, 7d or 180d, in whole minutes',
  ],
  ['duration: 10d', 'duration: 30s', 'file.yaml:2: duration: is too fine: write a duration such as 120m, 7d or 180d, in whole minutes'],
  ['duration: 10d', 'duration: 0m', 'file.yaml:2: duration: leaves no time: write at least 1m'],
  [
    'duration: 10d',
    'duration: 9999d',
    'file.yaml:2: duration: is more than 3660 days: write a duration such as 120m, 7d or 180d, in whole minutes',
  ],
  ['duration: 10d\n', '', 'file.yaml:1: duration: is missing: write it with its unit, such as 120m, 7d or 180d, in whole minutes'],
  ['site: east, count: 10', 'site: north, count: 10', 'file.yaml:11: clients.desktops.site: there is no site "north": use east, west'],
  [
    'site: east, count: 10',
    'site: east, count: 10, profile: xp',
    'file.yaml:11: clients.desktops.profile: there is no profile "xp": use windows, vista, service',
  ],
  [
    'site: east, count: 10',
    'site: east, count: 10, product: word',
    'file.yaml:11: clients.desktops.product: there is no product "word": use windows-client, windows-server, office',
  ],
  ['count: 10', 'count: 0', 'file.yaml:11: clients.desktops.count: is too small: at least 1'],
  ['count: 10', 'count: many', 'file.yaml:11: clients.desktops.count: must be a number'],
  [
    'count: 10',
    'cuont: 10, count: 10',
    'file.yaml:11: clients.desktops.cuont: there is no such setting here: correct its name, or leave it out',
  ],
  ['crash: kms-1', 'crash: kms-9', 'file.yaml:13: timeline[0].crash: there is no host "kms-9": use kms-1'],
  ['at: 1d', 'at: 11d', 'file.yaml:13: timeline[0].at: comes after the end: write an earlier time, or a longer duration'],
  [
    'crash: kms-1',
    'explode: kms-1',
    'file.yaml:13: timeline[0]: is no event: write `at` and one of crash, restore, partition, repair, weight, publish, newHost, withdraw',
  ],
  [
    "'east.contoso.com, 10, 75'",
    "'east.contoso.com, 10, heavy'",
    'file.yaml:9: hosts.kms-1.publish[0]: the weight "heavy" is not a whole number from 0 to 65535: correct it, or leave it out for 0',
  ],
  ['latency: 40ms', 'loss: 101%', 'file.yaml:7: links[0].loss: is not a share: write it such as 0.5% or 25%, at most 100%'],
  ['between: [east, west]', 'between: [east, east]', 'file.yaml:7: links[0].between: leads from a site to itself: name two'],
  ['search: [east.contoso.com]', 'search: [east..com]', 'file.yaml:4: sites.east.search[0]: '],
  [
    'search: [east.contoso.com]',
    'search: [east.contoso.com], dns: north',
    'file.yaml:4: sites.east.dns: there is no site "north": use east, west',
  ],
  ['name: good', 'name: [', 'file.yaml:'],
  ['name: good', 'name: good\ndns: { stale: [{ domain: east.contoso.com, target: . }] }', 'file.yaml:2: dns.stale[0]: the target is "."'],
  ['name: good', 'name: good\ndns: { static: [{ domain: east.contoso.com, target: a..b }] }', 'file.yaml:2: dns.static[0].target: '],
  [
    'count: 10',
    'count: 10, pinned: { global: 1.2.3 }',
    'file.yaml:11: clients.desktops.pinned.global: "1.2.3" is neither a name nor an IP address',
  ],
  ["'east.contoso.com, 10, 75'", "'east.contoso.com, 10, 75', 'east.contoso.com, 10, 1'", 'file.yaml:9: hosts.kms-1.publish: '],
  ['search: [east.contoso.com]', `search: [${'a.'.repeat(122)}com]`, 'file.yaml:4: sites.east.search[0]: '],
  ['latency: 40ms', 'loss: 0.5', 'file.yaml:7: links[0].loss: is not a share: write it such as 0.5% or 25%, at most 100%'],
  [
    'count: 10',
    'count: 10, clockOffset: 0.3m',
    'file.yaml:11: clients.desktops.clockOffset: is too fine: write an offset in whole minutes, such as +5h, -90m',
  ],
  [
    'count: 10',
    "count: 10, logon: { from: '22:00', to: '06:00' }",
    'file.yaml:11: clients.desktops.logon.to: is not later than `from`: write a later time of the day',
  ],
  [
    'count: 10',
    "count: 10, arrival: { officeHours: { from: '08:00', to: '08:00' } }",
    'file.yaml:11: clients.desktops.arrival.officeHours.to: is not later than `from`',
  ],
  [
    'count: 10',
    "count: 10, arrival: { officeHours: { from: '08:00', to: '10:00' }, at: 5d, over: 2d }",
    'file.yaml:11: clients.desktops.arrival.at: is a weekend, without office hours: write another day, or a longer `over`',
  ],
  [
    '  kms-1: {',
    '  KMS-1: { site: east, port: 1700 }\n  kms-1: {',
    'file.yaml:10: hosts.kms-1.name: kms-1.east.contoso.com is the name of KMS-1 already: give each host one of its own',
  ],
  [
    'crash: kms-1',
    'partition: [east, east]',
    'file.yaml:13: timeline[0].partition: leads from a site to itself: name two, or the site alone to cut it from all others',
  ],
  [
    '- { at: 1d, crash: kms-1 }',
    '- { at: 1d, newHost: kms-1 }\n  - { at: 2d, newHost: kms-1 }',
    'file.yaml:14: timeline[1].newHost: kms-1 is new twice: write restore',
  ],
  [
    "75'] }\nclients:\n  desktops: { site: east, count: 10 }\ntimeline:\n  - { at: 1d, crash: kms-1 }",
    "75'], stop: 2d }\nclients:\n  desktops: { site: east, count: 10 }\ntimeline:\n  - { at: 2d, newHost: kms-1 }",
    'file.yaml:13: timeline[0].at: comes after kms-1 stops: write an earlier time, or a later `stop`',
  ],
  ['crash: kms-1', `weight: { host: kms-1, domain: ${'a.'.repeat(124)}com, weight: 1 }`, 'file.yaml:13: timeline[0].weight.domain: '],
  ['crash: kms-1', "weight: { host: kms-1, domain: 'a\\124b.org', weight: 1 }", 'file.yaml:13: timeline[0].weight.domain: '],
  ['crash: kms-1', `withdraw: { host: kms-1, domain: ${'a.'.repeat(124)}com }`, 'file.yaml:13: timeline[0].withdraw.domain: '],
  ['name: good', `name: good\ndns: { zones: [${'a.'.repeat(124)}com] }`, 'file.yaml:2: dns.zones[0]: '],
  [
    'name: good',
    'name: good\ndns: { ttls: { north.contoso.com: 5m } }',
    'file.yaml:2: dns.ttls["north.contoso.com"]: north.contoso.com is in no zone: correct it, or add its zone to `dns.zones`',
  ],
  [
    'name: good',
    'name: good\ndns: { static: [{ domain: contoso.com, target: kms-1.contoso.com }] }',
    'file.yaml:2: dns.static[0].domain: contoso.com is in no zone',
  ],
  ['name: good', 'name: good\nname: twice', 'file.yaml:2: the same name stands here twice: leave one of them out'],
  ['  east: {', '\teast: {', 'file.yaml:4: a tab does not indent in YAML: write blanks'],
  ['timeline:', '---\ntimeline:', 'file.yaml:12: a second document begins here: write each scenario into a file of its own'],
  ['duration:', '? [a]\n: b\nduration:', 'file.yaml:2: a name has to be plain text'],
  ['name: good', '<<: good', 'file.yaml: `<<` brings in names with their values, and nothing else: write <<: *anchor'],
  ['count: 10', 'count: 1.5', 'file.yaml:11: clients.desktops.count: must be a whole number'],
  [
    "publish: ['east.contoso.com, 10, 75']",
    'publish: east.contoso.com',
    'file.yaml:9: hosts.kms-1.publish: must be a list, such as [a, b]',
  ],
  ['  kms-1: {', '  kms-0: x\n  kms-1: {', 'file.yaml:9: hosts.kms-0: must be names with their values, such as { site: east }'],
  ['count: 10', 'count: 10, caching: no', 'file.yaml:11: clients.desktops.caching: must be true or false'],
  [
    'count: 10',
    'count: 10, arrival: slowly',
    'file.yaml:11: clients.desktops.arrival: is no arrival: write at-once, { at: 2d }, { spread: 7d }',
  ],
];

for (const [find, put, message] of WRONG) {
  test(`${JSON.stringify(put)} is refused with place and remedy`, (t) => {
    const error = t.throws(() => parseScenario(GOOD.replace(find, put), { file: 'file.yaml' }), { instanceOf: ScenarioError });
    t.true(error?.message.startsWith(message), error?.message);
  });
}

test('a few lines of aliases cannot grow into gigabytes', (t) => {
  const rows = Array.from(
    { length: 12 },
    (_, at) => `  x${at}: &x${at} [${Array.from({ length: 10 }, () => (at === 0 ? 'a' : `*x${at - 1}`)).join(', ')}]`,
  );
  const error = t.throws(() => parseScenario(`name: bomb\nsites:\n${rows.join('\n')}\n`), { instanceOf: ScenarioError });
  t.regex(error?.message ?? '', /aliases/);
});

for (const key of ['__proto__', 'constructor', 'toString']) {
  test(`the key ${key} is a name like any other, or refused`, (t) => {
    const asSetting = GOOD.replace('duration: 10d', `duration: 10d\n${key}: { polluted: true }`);
    t.throws(() => parseScenario(asSetting), { instanceOf: ScenarioError });
    const asHost = GOOD.replace('  kms-1: {', `  ${key}: { site: east }\n  kms-1: {`);
    if (key === '__proto__') t.throws(() => parseScenario(asHost), { instanceOf: ScenarioError });
    else t.is(parseScenario(asHost).hosts.get(key)?.site, 'east');
    t.is(({} as { polluted?: boolean }).polluted, undefined);
  });
}

test('whatever stands in a file, it is a scenario or a ScenarioError', (t) => {
  const piece = constantFrom(
    '*x',
    '&x ',
    '<<: ',
    'null',
    '-1',
    '1e99',
    '[]',
    '{}',
    ': ',
    '- ',
    '\n',
    '  ',
    '"',
    '!!set ',
    '__proto__: 1\n',
    'at: 5d',
    '[a, b]',
    '.inf',
    '~',
  );
  const cut = tuple(nat(GOOD.length), nat(12), piece, string({ maxLength: 4 }));
  assert(
    property(array(cut, { minLength: 1, maxLength: 4 }), (cuts) => {
      let text = GOOD;
      for (const [at, length, put, noise] of cuts) text = text.slice(0, at) + put + noise + text.slice(at + length);
      try {
        parseScenario(text);
      } catch (error) {
        if (!(error instanceof ScenarioError)) throw error;
        return error.message.length > 0 && !error.message.includes('undefined');
      }
      return true;
    }),
    { numRuns: 500 },
  );
  t.pass();
});

test('a domain as long as a question for the service allows can be played', (t) => {
  const domain = `${'a.'.repeat(121)}com`;
  const service = { service: '_a._b', policies: {}, hosts: {}, sites: { s: { search: [domain] } } };
  const report = play({ name: 'long', duration: '1h', ...service, clients: { c: { site: 's', count: 1 } } });
  t.is(report.activations.failed, 12);
});

test('a merge key brings in what an anchor holds', (t) => {
  const text = GOOD.replace('  kms-1: {', '  kms-0: &usual { site: west, port: 1700 }\n  kms-2: { <<: *usual, site: east }\n  kms-1: {');
  const { site, port } = parseScenario(text).hosts.get('kms-2') ?? {};
  t.deepEqual({ site, port }, { site: 'east', port: 1700 });
  const wrong = t.throws(() => parseScenario(text.replace('port: 1700', 'prot: 1')), { instanceOf: ScenarioError });
  t.regex(wrong?.message ?? '', /^9: hosts\.kms-0\.prot: there is no such setting/);
});

test('an alias without its anchor is told', (t) => {
  const error = t.throws(() => parseScenario(GOOD.replace('name: good', 'name: *nobody')), { instanceOf: ScenarioError });
  t.regex(error?.message ?? '', /nobody/);
});
