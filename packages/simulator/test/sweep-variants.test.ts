import { readFileSync } from 'node:fs';
import test from 'ava';
import { exactFirstChoice, prepareSet, toNumber } from '@srvkit/selection';
import { parseDomainName } from '@srvkit/dns';
import { parseScenario, ScenarioError, simulate } from '../src/index.ts';
import { makeSweep, parseKnob, sweepReport, variantFigures } from '../src/sweep/index.ts';
import type { Sweep } from '../src/sweep/index.ts';

const text = `name: two-sites
duration: 30d
seed: 7
sites:
  east: { search: [east.contoso.com, west.contoso.com] }
  west: { search: [west.contoso.com, east.contoso.com] }
links:
  - { between: [east, west], latency: 40ms }
hosts:
  kms-e1: { site: east, publish: ['east.contoso.com, 10, 75', 'west.contoso.com, 90, 75'] }
  kms-e2: { site: east, publish: [{ domain: east.contoso.com, priority: 10, weight: 25 }] }
  kms-w1: { site: west, name: kms.west.contoso.com }
clients:
  desktops: { site: east, count: 400, caching: false, arrival: { spread: 7d } }
  phones: { site: west, count: 100, arrival: at-once, pinned: { global: kms.west.contoso.com } }
timeline:
  - { at: 20d, crash: kms-e1 }
`;

// [knob, what stands in the file, what stands there in the variant]
const SAME_AS_WRITTEN: readonly (readonly [knob: string, find: string, put: string])[] = [
  ['hosts.kms-e1.publish[0].weight=50', 'east.contoso.com, 10, 75', 'east.contoso.com, 10, 50'],
  ['hosts.kms-e1.publish[west.contoso.com].priority=20', 'west.contoso.com, 90, 75', 'west.contoso.com, 20, 75'],
  ['hosts.kms-e1.publish[West.Contoso.Com.].priority=20', 'west.contoso.com, 90, 75', 'west.contoso.com, 20, 75'],
  ['hosts.kms-e2.publish[0].weight=50', 'weight: 25', 'weight: 50'],
  ['hosts[kms.west.contoso.com].port=1700', 'name: kms.west.contoso.com', 'name: kms.west.contoso.com, port: 1700'],
  ['links[0].latency=90ms', '40ms', '90ms'],
  ['links.0.latency=90ms', '40ms', '90ms'],
  ['links.east-west.latency=90ms', '40ms', '90ms'],
  ['links.west-east.loss=2%', '40ms', '40ms, loss: 2%'],
  ['policies.pinned=exclusive', 'seed: 7', 'seed: 7\npolicies: { pinned: exclusive }'],
  ['dns.ttl=5m', 'seed: 7', 'seed: 7\ndns: { ttl: 5m }'],
  ['clients.desktops.caching=true', 'caching: false', 'caching: true'],
  ['clients.desktops.count=500', 'count: 400', 'count: 500'],
  ['clients.desktops.arrival.spread=2d', 'spread: 7d', 'spread: 2d'],
  ['clients.phones.pinned.global=kms-e1.east.contoso.com', 'global: kms.west.contoso.com', 'global: kms-e1.east.contoso.com'],
  ['clients.phones.logon.from=08:00', 'count: 100', 'count: 100, logon: { from: "08:00", to: "09:00" }'],
  ['timeline[0].at=10d', '20d', '10d'],
  ['timeline[0].crash=kms-w1', 'crash: kms-e1', 'crash: kms-w1'],
  ['duration=25d', '30d', '25d'],
];

for (const [knob, find, put] of SAME_AS_WRITTEN) {
  test(`${knob} is the same as writing it into the file`, (t) => {
    const given = knob.includes('logon') ? text.replace('count: 100', 'count: 100, logon: { from: "07:00", to: "09:00" }') : text;
    const [variant, ...others] = makeSweep([{ text: given }], { knobs: [parseKnob(knob)] }).variants;
    t.deepEqual(variant?.scenario, parseScenario(text.replace(find, put)));
    t.deepEqual(others, []);
  });
}

const WRONG: readonly (readonly [knob: string, message: string])[] = [
  ['hosts.kms-e9.port=1', 'f.yaml:10: hosts.kms-e9: is not there: use kms-e1, kms-e2, kms-w1'],
  ['hots.kms-e1.port=1', 'f.yaml:1: hots: there is no such setting: use hosts, sites, dns, name, seed, wan'],
  [
    'hosts.kms-e1.pbulish[0].weight=1',
    'f.yaml:10: hosts.kms-e1.pbulish: there is no such setting: use publish, publishing, site, port, products, name',
  ],
  ['hosts.kms-e1.publish[2].weight=1', 'f.yaml:10: hosts.kms-e1.publish[2]: is not there: the last one is [1]'],
  [
    'hosts.kms-e1.publish[eest.contoso.com].weight=1',
    'f.yaml:10: hosts.kms-e1.publish["eest.contoso.com"]: is not there: use east.contoso.com, west.contoso.com, or a position',
  ],
  ['hosts.kms-w1.publish[0].weight=1', 'f.yaml:12: hosts.kms-w1.publish[0]: is not there: the list is empty'],
  ['links.east-north.loss=1%', 'f.yaml:8: links.east-north: is not there: use east-west, west-east, or a position'],
  ['profiles.mine.law=uniform', 'f.yaml:1: profiles.mine: is not there: the file has none'],
  [
    'hosts.kms-e1.publish[0]=a',
    'f.yaml:10: hosts.kms-e1.publish[0]: is no single value that could be swept: go on to domain, priority, weight',
  ],
  ['links=1', 'f.yaml:8: links: is no single value that could be swept: go on to one of its parts'],
  ['duration.days=1', 'f.yaml:2: duration: has no parts: leave "days" out'],
  ['clients.phones.arrival.spread=1d', 'f.yaml:15: clients.phones.arrival: is "at-once" in the file: write it there with its parts (at, '],
  ['seed=1..3/1', 'f.yaml:3: seed: is no knob: chance is swept by the number of seeds to play'],
  [
    'hosts.kms-e1.publish[0].weight=0,70000',
    'f.yaml:10: hosts.kms-e1.publish[0].weight: is too large: at most 65535 (with hosts.kms-e1.publish[0].weight=70000)',
  ],
  ['policies.law=rfc', 'f.yaml:1: policies.law: must be one of rfc2782, proportional, uniform (with policies.law=rfc)'],
  ['clients.desktops.count=many', 'f.yaml:14: clients.desktops.count: must be a number (with clients.desktops.count=many)'],
  ['clients.desktops.site=north', 'f.yaml:14: clients.desktops.site: there is no site "north": use east, west (with '],
  ['duration=10d', 'f.yaml:17: timeline[0].at: comes after the end: write an earlier time, or a longer duration (with duration=10d)'],
  ['hosts.__proto__.port=1', 'f.yaml:10: hosts.__proto__: is not there: use '],
  ['policies.constructor=1', 'f.yaml:1: policies.constructor: there is no such setting: use '],
];

for (const [knob, message] of WRONG) {
  test(`${knob} is refused with place and remedy`, (t) => {
    const error = t.throws(() => makeSweep([{ text, file: 'f.yaml' }], { knobs: [parseKnob(knob)] }), { instanceOf: ScenarioError });
    t.true(error?.message.startsWith(message), error?.message);
  });
}

test('a setting that is swept twice, by whatever names, is refused', (t) => {
  const knobs = ['links.east-west.latency=1ms', 'links[0].latency=2ms'].map(parseKnob);
  t.throws(() => makeSweep([{ text }], { knobs }), { instanceOf: ScenarioError, message: /^links\[0\]\.latency: is swept twice/ });
});

test('knobs and seeds give their cross product, the last running fastest', (t) => {
  const knobs = ['hosts.kms-e1.publish[0].weight=0,100', 'policies.law=rfc2782,uniform'].map(parseKnob);
  const { variants } = makeSweep([{ text }], { knobs, seeds: 2 });
  t.deepEqual(
    variants.map(({ settings, seed }) => [...settings, seed]),
    [
      [0, 'rfc2782', 7],
      [0, 'rfc2782', 8],
      [0, 'uniform', 7],
      [0, 'uniform', 8],
      [100, 'rfc2782', 7],
      [100, 'rfc2782', 8],
      [100, 'uniform', 7],
      [100, 'uniform', 8],
    ],
  );
  t.is(variants[7]?.scenario.policies.law, 'uniform');
});

const TOO_MANY: readonly (readonly [title: string, options: Parameters<typeof makeSweep>[1], message: RegExp])[] = [
  [
    'combinations',
    { knobs: ['clients.desktops.count=1..100/1', 'dns.ttl=1s..11s/1s'].map(parseKnob) },
    /^1100 variants are more than the 1000/,
  ],
  ['simulations', { knobs: [parseKnob('clients.desktops.count=1..100/1')], seeds: 101 }, /^100 variants with 101 seeds each are more than/],
  ['seeds', { seed: 4_294_967_295, seeds: 2 }, /^seed: 2 seeds from 4294967295 on go beyond 4294967295/],
];

for (const [title, options, message] of TOO_MANY) {
  test(`too many ${title} are refused`, (t) => {
    t.throws(() => makeSweep([{ text }], options), { instanceOf: ScenarioError, message });
  });
}

test('what is given stays as it is', (t) => {
  const knob = parseKnob('hosts.kms-e1.publish[0].weight=0..100/50');
  const weights = makeSweep([{ text }], { knobs: [knob] }).variants.map(({ scenario }) => scenario.hosts.get('kms-e1')?.publish?.[0]);
  t.deepEqual(weights, ['east.contoso.com, 10, 0', 'east.contoso.com, 10, 50', 'east.contoso.com, 10, 100']);
});

const eastWest = readFileSync(new URL('../../../fixtures/scenarios/east-west.yaml', import.meta.url), 'utf8').replace(
  /timeline:[\s\S]*$/,
  '',
);

test('a sweep of a weight moves the share of the host as the exact law says', (t) => {
  const knobs = [parseKnob('hosts.kms-e1.publish[0].weight=0..100/25')];
  const report = playHere(makeSweep([{ text: eastWest }], { knobs }));
  for (const { settings, hosts, activations } of report.variants) {
    const law = shareByLaw(Number(settings[0]), 25);
    const [e1, e2] = hosts;
    const ofSite = (e1?.activations ?? 0) + (e2?.activations ?? 0);
    const byLaw = (e1?.expectedShare ?? 0) * (activations.succeeded / ofSite);
    t.true(Math.abs(byLaw - law) < 2e-6, `${byLaw} is ${law}`); // what six places leave open
    const sigma = Math.sqrt((law * (1 - law)) / ofSite);
    t.true(Math.abs((e1?.activations ?? 0) / ofSite - law) < 4 * sigma);
  }
});

test('over seeds there are the median, the ends and the interval of each figure', (t) => {
  const sweep = makeSweep([{ text: eastWest.replaceAll('count: 5000', 'count: 50') }], { seeds: 9, seed: 3 });
  const report = playHere(sweep);
  t.deepEqual(
    report.variants.map(({ seed }) => seed),
    [3, 4, 5, 6, 7, 8, 9, 10, 11],
  );
  const shares = report.variants.map(({ hosts }) => hosts[0]?.share ?? 0).toSorted((a, b) => a - b);
  t.true(new Set(shares).size > 2);
  const at = (rank: number): number => shares[rank] ?? Number.NaN;
  const [spread] = report.spreads;
  t.deepEqual(
    spread?.figures.find(({ name, host }) => name === 'share' && host === 'kms-e1'),
    {
      name: 'share',
      host: 'kms-e1',
      unit: 'share',
      count: 9,
      median: at(4),
      least: at(0),
      most: at(8),
      median95: [at(1), at(7)],
    },
  );
  // Nothing failed over: no figure.
  t.is(
    spread?.figures.find(({ name }) => name === 'failOverP95Ms'),
    undefined,
  );
});

function playHere(sweep: Sweep): ReturnType<typeof sweepReport> {
  return sweepReport(
    sweep,
    sweep.variants.map(({ scenario, seed }) => variantFigures(simulate(scenario, { seed }))),
  );
}

function shareByLaw(weight: number, other: number): number {
  const records = [
    { target: parseDomainName('kms-e1.east.contoso.com'), port: 1688, priority: 10, weight },
    { target: parseDomainName('kms-e2.east.contoso.com'), port: 1688, priority: 10, weight: other },
  ];
  const [chance] = exactFirstChoice(prepareSet(records, 'rfc2782')).map(({ probability }) => probability);
  if (chance === undefined) throw new Error('the law knows every target');
  return toNumber(chance);
}
