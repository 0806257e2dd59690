import test from 'ava';
import type { ExecutionContext } from 'ava';
import type { SimulationReport } from '../src/index.ts';
import { hostNamed, play } from './play.ts';

// The test vectors of kms 12.5 that a simulation can decide, with the exact law as judge.

const HOSTS = {
  'kms-e1': { site: 'east', publish: ['east.contoso.com, 10, 75', 'west.contoso.com, 90, 75'] },
  'kms-e2': { site: 'east', publish: ['east.contoso.com, 10, 25', 'west.contoso.com, 90, 25'] },
  'kms-w1': { site: 'west', publish: ['west.contoso.com, 10, 75', 'east.contoso.com, 90, 75'] },
  'kms-w2': { site: 'west', publish: ['west.contoso.com, 10, 25', 'east.contoso.com, 90, 25'] },
};
const SITES = { east: { search: ['east.contoso.com'] }, west: { search: ['west.contoso.com'] } };

function estate(change: { clients?: object; [setting: string]: unknown } = {}): object {
  const { clients, ...rest } = change;
  return {
    name: 'vector',
    duration: '70d',
    sites: SITES,
    wan: {},
    hosts: HOSTS,
    clients: { all: { site: 'east', count: 4000, caching: false, arrival: { spread: '7d' }, ...clients } },
    ...rest,
  };
}

/** Within five standard deviations of a binomial count, which a right simulation misses once in two million. */
function near(t: ExecutionContext, report: SimulationReport, shares: Readonly<Record<string, number>>): void {
  const total = report.activations.succeeded;
  for (const [name, share] of Object.entries(shares)) {
    const { activations } = hostNamed(report, name);
    const bound = 5 * Math.sqrt(total * share * (1 - share));
    t.true(
      Math.abs(activations - total * share) <= bound,
      `${name}: ${activations} of ${total}, expected ${total * share} within ${bound}`,
    );
  }
}

// srv O2: of two records with the sum S, a weight w comes first with (2w + 1) / (2S + 2).
const HEAVY = 151 / 202;

test('12.5 vector 1: with everything up three quarters go to E1, a quarter to E2 and nobody to the west', (t) => {
  const report = play(estate());
  near(t, report, { 'kms-e1': HEAVY, 'kms-e2': 1 - HEAVY, 'kms-w1': 0, 'kms-w2': 0 });
  t.is(hostNamed(report, 'kms-e1').expectedShare, 0.747525);
  t.is(hostNamed(report, 'kms-w1').expectedShare, 0);
});

test('12.5 vector 1: without E1 all go to E2', (t) => {
  const report = play(estate({ timeline: [{ at: '0m', crash: 'kms-e1' }] }));
  near(t, report, { 'kms-e1': 0, 'kms-e2': 1, 'kms-w1': 0, 'kms-w2': 0 });
});

test('12.5 vector 1: without E1 and E2 three quarters go to W1', (t) => {
  const timeline = [
    { at: '0m', crash: 'kms-e1' },
    { at: '0m', crash: 'kms-e2' },
  ];
  const report = play(estate({ timeline }));
  near(t, report, { 'kms-e1': 0, 'kms-e2': 0, 'kms-w1': HEAVY, 'kms-w2': 1 - HEAVY });
  t.is(report.sites[0]?.wan.crossings, report.activations.succeeded + report.activations.failed);
});

test('12.5 vector 2: with caching, shares are frozen, an outage moves only the clients of that host, and they stay away', (t) => {
  const timeline = [
    { at: '21d', crash: 'kms-e1' },
    { at: '35d', restore: 'kms-e1' },
  ];
  const report = play(estate({ clients: { caching: true }, timeline }));
  const [crash, restore] = report.timeline;
  t.is(crash?.after.shares['kms-e1'], 0);
  t.is(crash?.after.shares['kms-e2'], 1);
  t.is(restore?.after.shares['kms-e1'], 0);
  t.is(restore?.after.shares['kms-e2'], 1);
  // Every client of E1 met the dead host once, and no other client met it.
  const stayed = play(estate({ clients: { caching: true } }));
  const [, , third, fourth] = weekly(stayed, 'kms-e2');
  t.is(third, fourth);
  t.is(hostNamed(report, 'kms-e1').unanswered, 4000 - (fourth ?? 0));
});

test('12.5 vector 3: Vista clients go to all four alike', (t) => {
  const quarter = 1 / 4;
  const report = play(estate({ clients: { profile: 'vista' } }));
  near(t, report, { 'kms-e1': quarter, 'kms-e2': quarter, 'kms-w1': quarter, 'kms-w2': quarter });
  t.is(hostNamed(report, 'kms-w2').expectedShare, quarter);
});

test('12.5 vector 4: with nothing but zeros, and with {1,1}, each has half', (t) => {
  for (const weight of [0, 1]) {
    const publish = [{ domain: 'east.contoso.com', priority: 0, weight }];
    const report = play(estate({ hosts: { a: { site: 'east', publish }, b: { site: 'east', publish } } }));
    near(t, report, { a: 1 / 2, b: 1 / 2 });
    t.is(hostNamed(report, 'a').expectedShare, 1 / 2);
  }
});

test('12.5 vector 6: a host at SKU level wins over a global one', (t) => {
  const pinned = { sku: 'kms-w2.west.contoso.com', global: 'kms-w1.west.contoso.com' };
  const report = play(estate({ clients: { pinned } }));
  near(t, report, { 'kms-w2': 1, 'kms-w1': 0 });
});

test('12.5 vector 7: an unlisted home domain gets 0/0, which outranks what is listed, and is told', (t) => {
  const hosts = { ...HOSTS, 'kms-w1': { site: 'west', home: 'east.contoso.com', publish: ['west.contoso.com, 10, 75'] } };
  const report = play(estate({ hosts }));
  near(t, report, { 'kms-w1': 1 });
  t.true(
    report.findings.some((finding) => finding.startsWith('kms-w1: ') && finding.includes('0')),
    report.findings.join('\n'),
  );
});

test('12.5 vector 11: a first domain that does not exist leaves it to the second', (t) => {
  const report = play(estate({ clients: { search: ['north.contoso.com', 'west.contoso.com'] }, dns: { zones: ['contoso.com'] } }));
  near(t, report, { 'kms-w1': HEAVY, 'kms-w2': 1 - HEAVY });
});

function weekly({ series: { binMinutes }, hosts }: SimulationReport, name: string): number[] {
  const bins = hosts.find((host) => host.name === name)?.series.activations ?? [];
  const weeks: number[] = [];
  for (const [at, count] of bins.entries()) {
    const week = Math.floor((at * binMinutes) / 10_080);
    weeks[week] = (weeks[week] ?? 0) + count;
  }
  return weeks;
}
