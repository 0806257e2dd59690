import { readFileSync } from 'node:fs';
import test from 'ava';
import { parseScenario } from '@srvkit/simulator';
import type { Scenario } from '@srvkit/simulator';
import { Census } from '../lab/census.ts';
import type { Count, Pass } from '../lab/census.ts';
import { exactLaw } from '../lab/exact-law.ts';
import { binomialTest, fisherTest } from '../lab/exact-test.ts';
import { holm } from '../lab/holm.ts';
import { whyNotPlayable } from '../lab/playable.ts';
import { predict } from '../lab/prediction.ts';
import { judge } from '../lab/verdict.ts';
import { withClients } from '../lab/with-clients.ts';

// The lady who tastes tea: 4 of 8 cups are marked, which can be chosen in 70 ways. Of 4 even trials, 16 ways.
for (const { title, chance, want } of [
  { title: '3 of 4 against 1 of 4', chance: fisherTest({ count: 3, of: 4 }, { count: 1, of: 4 }), want: (2 * 17) / 70 },
  { title: '4 of 4 against none of 4', chance: fisherTest({ count: 4, of: 4 }, { count: 0, of: 4 }), want: 2 / 70 },
  { title: '2 of 4 against 2 of 4', chance: fisherTest({ count: 2, of: 4 }, { count: 2, of: 4 }), want: 1 },
  { title: '1 of 1 against none of 199', chance: fisherTest({ count: 1, of: 1 }, { count: 0, of: 199 }), want: 2 / 200 },
  { title: 'nothing against anything', chance: fisherTest({ count: 0, of: 0 }, { count: 3, of: 7 }), want: 1 },
  { title: 'none of 4 at even chances', chance: binomialTest({ count: 0, of: 4 }, 1 / 2), want: 2 / 16 },
  { title: '3 of 4 at even chances', chance: binomialTest({ count: 3, of: 4 }, 1 / 2), want: (2 * 5) / 16 },
  { title: '2 of 2 at one in ten', chance: binomialTest({ count: 2, of: 2 }, 0.1), want: 0.02 },
  { title: '1000 of 1000 at one half', chance: binomialTest({ count: 1000, of: 1000 }, 1 / 2), want: 2 ** -999 },
  { title: 'what cannot happen, once', chance: binomialTest({ count: 1, of: 1000 }, 0), want: 0 },
  { title: 'what must happen, once not', chance: binomialTest({ count: 999, of: 1000 }, 1), want: 0 },
  { title: 'what must happen, each time', chance: binomialTest({ count: 1000, of: 1000 }, 1), want: 1 },
]) {
  test(`the exact chance of ${title}`, (t) => t.true(Math.abs(chance - want) <= 1e-12 * want, `${chance}, not ${want}`));
}

test('chances are adjusted to their number, the smallest the most, and keep their order', (t) => {
  t.deepEqual(holm([1 / 64, 1 / 16, 1 / 32]), [3 / 64, 1 / 16, 1 / 16]);
  t.deepEqual(holm([0.75, 0.5]), [1, 1]);
  t.deepEqual(holm([]), []);
});

// Weights 3 and 1: with a uniform shuffle, the first has (3 + 1/2) / 5 (srv O2).
const estate = {
  name: 'two-hosts',
  duration: '4h',
  sites: { a: { search: ['contoso.com'] } },
  hosts: { heavy: { site: 'a', publish: ['contoso.com, 0, 3'] }, light: { site: 'a', publish: ['contoso.com, 0, 1'] } },
  clients: { drawing: { site: 'a', count: 4, profile: 'service', caching: false }, keeping: { site: 'a', count: 4, profile: 'service' } },
  timeline: [
    { at: '90m', crash: 'heavy' },
    { at: '150m', restore: 'heavy' },
  ],
};

test('the exact law follows clients that draw anew and those that remember through the timeline', (t) => {
  const law = new Map(
    exactLaw(scenarioOf(estate)).map(({ question, period, group, category, probability }) => [
      `${group} ${period} ${question} ${category}`,
      Math.round(probability * 1e9) / 1e9,
    ]),
  );
  t.deepEqual(Object.fromEntries(law), {
    'drawing 0 share heavy': 0.7,
    'drawing 0 share light': 0.3,
    'drawing 0 failover none': 1,
    'drawing 1 share light': 1,
    'drawing 1 failover heavy > light': 0.7,
    'drawing 1 failover none': 0.3,
    'drawing 2 share heavy': 0.7,
    'drawing 2 share light': 0.3,
    'drawing 2 failover none': 1,
    'keeping 0 share heavy': 0.7,
    'keeping 0 share light': 0.3,
    'keeping 0 failover none': 1,
    'keeping 1 share light': 1,
    'keeping 1 failover heavy > light': 0.7,
    'keeping 1 failover none': 0.3,
    'keeping 2 share light': 1,
    'keeping 2 failover none': 1,
  });
});

test('there is no exact law for clients that remember and may sleep through a period', (t) => {
  const law = exactLaw(scenarioOf({ ...estate, timeline: [{ at: '30m', crash: 'heavy' }] }));
  t.deepEqual([...new Set(law.map(({ group }) => group))], ['drawing']);
});

test('the census counts every pass of clients that draw, and the first and last of a period of those that remember', (t) => {
  const census = new Census(scenarioOf(estate));
  census.add([
    pass('drawing', 0, 'heavy'),
    pass('keeping', 0, 'heavy'),
    pass('drawing', 60, 'light'),
    pass('drawing', 90, null, 'heavy'),
    pass('keeping', 100, 'light', 'heavy'),
    pass('drawing', 120, 'light', 'heavy'),
    pass('keeping', 140, 'light'),
  ]);
  const seen = census.counts().filter(({ category }) => category !== '0');
  t.deepEqual(
    seen
      .filter(({ period }) => period < 2)
      .map(({ group, period, question, category, count, of }) => `${group} ${period} ${question} ${category}: ${count}/${of}`)
      .toSorted(),
    [
      'drawing 0 failover none: 2/2',
      'drawing 0 passes 2: 1/4',
      'drawing 0 share heavy: 1/2',
      'drawing 0 share light: 1/2',
      'drawing 1 delay in 45m: 1/4',
      'drawing 1 delay none: 3/4',
      'drawing 1 failover heavy > light: 1/2',
      'drawing 1 failover heavy > nobody: 1/2',
      'drawing 1 passes 2: 1/4',
      'drawing 1 share light: 1/2',
      'drawing 1 share nobody: 1/2',
      'keeping 0 failover none: 1/1',
      'keeping 0 passes 1: 1/4',
      'keeping 0 share heavy: 1/1',
      'keeping 1 delay in 15m: 1/4',
      'keeping 1 delay none: 3/4',
      'keeping 1 failover heavy > light: 1/1',
      'keeping 1 passes 2: 1/4',
      'keeping 1 share light: 1/1',
    ],
  );
});

const count = (category: string, number: number, of: number): Count => {
  return { question: 'share', period: 0, group: 'all', category, count: number, of };
};
const chance = (category: string, probability: number) => ({ question: 'share', period: 0, group: 'all', category, probability }) as const;
const simulated = [count('heavy', 7000, 10_000), count('light', 3000, 10_000)];
for (const { title, measured, law = [], verdict } of [
  { title: 'what was simulated', measured: [count('heavy', 72, 100), count('light', 28, 100)], verdict: 'agrees' },
  { title: 'other shares', measured: [count('heavy', 28, 100), count('light', 72, 100)], verdict: 'differs' },
  {
    title: 'once what the law rules out',
    measured: [count('heavy', 69, 100), count('light', 30, 100), count('nobody', 1, 100)],
    law: [chance('heavy', 0.7), chance('light', 0.3)],
    verdict: 'differs',
  },
  {
    title: 'what the law says while the simulation does not',
    measured: [count('heavy', 50, 100), count('light', 50, 100)],
    law: [chance('heavy', 0.5), chance('light', 0.5)],
    verdict: 'differs',
  },
] as const) {
  test(`a lab that saw ${title} ${verdict}`, (t) => t.is(judge({ measured, simulated, law }, 1e-6).verdict, verdict));
}

test('a lab in which nobody does anything differs', (t) => {
  const scenario = scenarioOf(estate);
  const [idle, law] = [new Census(scenario), exactLaw(scenario)];
  idle.add([]);
  t.is(judge({ measured: idle.counts(), simulated: predict(scenario, { seed: 1, runs: 100 }), law }, 1e-6).verdict, 'differs');
});

for (const name of ['east-west', 'wan-cut', 'weights']) {
  test(`the simulator follows the exact law of all groups of ${name}`, (t) => {
    const all = parseScenario(readFileSync(new URL(`../lab/scenarios/${name}.yaml`, import.meta.url), 'utf8'));
    const scenario = withClients(all, 100);
    t.is(whyNotPlayable(scenario), undefined);
    const law = exactLaw(scenario);
    t.deepEqual(new Set(law.map(({ group }) => group)), new Set(scenario.clients.keys()));
    const { verdict, comparisons } = judge({ measured: [], simulated: predict(scenario, { seed: 1, runs: 20 }), law }, 1e-6);
    t.is(verdict, 'agrees', JSON.stringify(comparisons.filter(({ adjusted }) => adjusted <= 1e-6)));
  });
}

const two = { ...estate, sites: { ...estate.sites, b: { search: ['b.contoso.com'] } } };
for (const { title, scenario, want } of [
  { title: 'two hosts that crash and return', scenario: estate, want: undefined },
  { title: 'sites that are not connected', scenario: two, want: /^links: .* write a link/ },
  { title: 'activation', scenario: { ...estate, clients: { x: { site: 'a', count: 1 } } }, want: /^clients\.x\.profile: / },
  {
    title: 'a change of weight',
    scenario: withEvent({ weight: { host: 'heavy', domain: 'contoso.com', weight: 1 } }),
    want: /^timeline\[0\]/,
  },
  {
    title: 'a late start',
    scenario: { ...estate, hosts: { ...estate.hosts, heavy: { site: 'a', start: '1h' } } },
    want: /^hosts\.heavy: /,
  },
  {
    title: 'stale records',
    scenario: { ...estate, dns: { stale: [{ domain: 'contoso.com', target: 'x.contoso.com' }] } },
    want: /^dns\.static/,
  },
  { title: 'a slow secondary', scenario: { ...estate, dns: { replicationDelay: '5m' } }, want: /^dns\.replicationDelay: / },
  { title: 'a bad line', scenario: { ...two, links: [{ between: ['a', 'b'], loss: '1%' }] }, want: /^links\[0\]\.loss: / },
] as const) {
  test(`${title}: ${want === undefined ? 'can be played' : 'cannot be played, and the reason names the place'}`, (t) => {
    const why = whyNotPlayable(scenarioOf(scenario));
    if (want === undefined) t.is(why, undefined);
    else t.regex(why ?? '', want);
  });
}

function pass(group: string, minute: number, host: string | null, failedFirst: string | null = null): Pass {
  return { group, member: 0, minute, host, failedFirst };
}

function withEvent(event: object): object {
  return { ...estate, timeline: [{ at: '90m', ...event }] };
}

function scenarioOf(file: object): Scenario {
  return parseScenario(JSON.stringify(file));
}
