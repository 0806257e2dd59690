import test from 'ava';
import type { SimulationReport } from '../src/index.ts';
import { play } from './play.ts';

// Clients at `branch`, the only host at `head`: what a link does to each of their connections.
function over(link: object, host: object = {}, policies: object = {}): SimulationReport['sites'][number] {
  const report = play({
    name: 'link',
    duration: '2h',
    policies,
    sites: { head: { search: ['contoso.com'] }, branch: { search: ['contoso.com'] } },
    links: [{ between: ['head', 'branch'], ...link }],
    hosts: { kms: { site: 'head', ...host } },
    clients: { agents: { site: 'branch', count: 2000, profile: 'service', caching: false } },
  });
  const [, branch] = report.sites;
  if (branch === undefined) throw new Error('there is a branch');
  return branch;
}

const time = ({ timeToActivate }: SimulationReport['sites'][number]): unknown => timeToActivate;

test('a connection costs the way there and back, and so does the request', (t) => {
  t.deepEqual(time(over({ latency: '15ms' })), { count: 2000, medianMs: 60, p95Ms: 60, worstMs: 60 });
});

test('jitter adds up to so much to each way', (t) => {
  const { timeToActivate } = over({ latency: '15ms', jitter: '4ms' });
  t.deepEqual(timeToActivate, { count: 2000, medianMs: 68, p95Ms: 76, worstMs: 76 });
});

for (const [attemptTimeout, tries] of [
  ['1s', 1],
  ['1001ms', 2],
  ['3s', 2],
  ['3001ms', 3],
  ['4s', 3],
] as const) {
  test(`a lost packet is sent again after 1 s and after 3 s: an attempt of ${attemptTimeout} has failed when it was lost ${tries} times`, (t) => {
    // Lost on the way there or back: 1 - 0.5^2.
    const lost = 0.75;
    const { served, failed, timeToActivate } = over({ latency: '0ms', loss: '50%' }, {}, { attemptTimeout });
    const passes = (served['head'] ?? 0) + failed;
    const expected = passes * lost ** tries;
    t.true(Math.abs(failed - expected) < 5 * Math.sqrt(expected * (1 - lost ** tries)), `${failed} beside ${expected}`);
    t.is(timeToActivate?.count, 2000);
  });
}

test('clients wait as long as packets are lost', (t) => {
  // Once, at 10 % a way: 19 %, twice 3.6 %; at 18 %: 32.8 %, 10.7 %, and three times 3.5 %.
  for (const [loss, waitedMs] of [
    ['10%', 1000],
    ['18%', 3000],
  ] as const) {
    const { medianMs, p95Ms = 0 } = over({ latency: '0ms', loss }, {}, { attemptTimeout: '4s' }).timeToActivate ?? {};
    t.is(medianMs, 0);
    t.true(p95Ms > 0.99 * waitedMs && p95Ms <= waitedMs, `${p95Ms}`); // boxes are up to 1/128 wide
  }
});

for (const [title, rule, port, reached] of [
  ['of another port lets the connection through', { port: 25 }, 1700, true],
  ['of the port of the host does not', { port: 1700 }, 1700, false],
  ['for connections begun at the other end lets it through', { port: 1700, from: 'head' }, 1700, true],
  ['for connections begun at this end does not', { port: 1700, from: 'branch' }, 1700, false],
  ['for all ports does not', { from: 'branch' }, 1688, false],
] as const) {
  test(`a firewall rule ${title}`, (t) => {
    const { served, failed } = over({ latency: '10ms', firewall: [rule] }, { port });
    t.is((served['head'] ?? 0) > 0, reached);
    t.is(failed > 0, !reached);
  });
}
