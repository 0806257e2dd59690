import test from 'ava';
import { play } from './play.ts';

// What a host says to a client, and what the client makes of it.

function asked(host: object, clients: object): unknown {
  const report = play({
    name: 'answers',
    duration: '30d',
    sites: { site: { search: ['contoso.com'] } },
    hosts: { kms: { site: 'site', publish: ['contoso.com, 1, 0'], ...host } },
    clients: { all: { site: 'site', count: 30, ...clients } },
  });
  const [kms] = report.hosts;
  const { belowThreshold = 0, wrongProduct = 0, clockSkew = 0 } = kms?.refused ?? {};
  return {
    activated: (kms?.activations ?? 0) > 0,
    belowThreshold: belowThreshold > 0,
    wrongProduct: wrongProduct > 0,
    clockSkew: clockSkew > 0,
  };
}

const NONE = { activated: false, belowThreshold: false, wrongProduct: false, clockSkew: false };

for (const [title, host, clients, answers] of [
  ['24 Windows clients are too few', {}, { count: 24 }, { ...NONE, belowThreshold: true }],
  ['25 Windows clients are enough', {}, { count: 25 }, { ...NONE, activated: true, belowThreshold: true }],
  ['4 servers are too few', {}, { count: 4, product: 'windows-server' }, { ...NONE, belowThreshold: true }],
  ['5 servers are enough', {}, { count: 5, product: 'windows-server' }, { ...NONE, activated: true, belowThreshold: true }],
  ['4 of Office are too few', {}, { count: 4, product: 'office' }, { ...NONE, belowThreshold: true }],
  ['5 of Office are enough', {}, { count: 5, product: 'office' }, { ...NONE, activated: true, belowThreshold: true }],
  ['clones of one image count once', {}, { count: 30, cloned: true }, { ...NONE, belowThreshold: true }],
  ['a host without the key refuses', { products: ['office'] }, {}, { ...NONE, wrongProduct: true }],
  ['clocks 4 h apart are close enough', { clockOffset: '+4h' }, {}, { ...NONE, activated: true, belowThreshold: true }],
  ['clocks further apart are not', { clockOffset: '+4h' }, { clockOffset: '-1m' }, { ...NONE, clockSkew: true }],
] as const) {
  test(title, (t) => t.deepEqual(asked(host, clients), answers));
}

test('servers and Windows clients are counted together, Office by itself', (t) => {
  t.is(licensedBeside22('windows-server'), 26);
  t.is(licensedBeside22('office'), 0);
});

test('a client that was refused comes back after the interval that the host told it, one that was served after the other', (t) => {
  t.is(attemptsInTenDays({}, 1), (10 * 24) / 2);
  t.is(attemptsInTenDays({ activationInterval: '1h' }, 1), 10 * 24);
  // 24 are refused and come back two hours later, then all renew: every week, or every day.
  t.is(attemptsInTenDays({}, 25), 24 + 25 * 2);
  t.is(attemptsInTenDays({ renewalInterval: '1d' }, 25), 24 + 25 * 10);
});

function licensedBeside22(product: string): number | undefined {
  const report = play({
    name: 'together',
    duration: '10d',
    sites: { site: { search: ['contoso.com'] } },
    hosts: { kms: { site: 'site' } },
    clients: { desktops: { site: 'site', count: 22 }, others: { site: 'site', count: 4, product } },
  });
  return report.sites[0]?.states.licensed;
}

function attemptsInTenDays(host: object, count: number): number {
  const report = play({
    name: 'intervals',
    duration: '10d',
    sites: { site: { search: ['contoso.com'] } },
    hosts: { kms: { site: 'site', ...host } },
    clients: { all: { site: 'site', count } },
  });
  return report.activations.attempts;
}
