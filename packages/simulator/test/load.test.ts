import test from 'ava';
import { hostNamed, play, playFixture } from './play.ts';

// The derived load numbers of kms T-14.

const lost = playFixture('all-hosts-lost');

test('in a steady state every client asks once in 10,080 minutes', (t) => {
  const { sites, hosts, series } = playFixture('single-site');
  const perWeek = 10_080 / series.binMinutes;
  const asked = hosts[0]?.series.activations.map((count, at) => count + (hosts[1]?.series.activations[at] ?? 0)) ?? [];
  for (const week of [1, 2, 3, 4, 5, 6]) t.is(sum(asked.slice(week * perWeek, (week + 1) * perWeek)), 2000);
  t.is(sites[0]?.states.licensed, 2000);
});

test('a week after all hosts were lost every client asks each 120 minutes, 84 times as often', (t) => {
  const { sites, series } = lost;
  const perBin = (300 * series.binMinutes) / 120;
  const failed = sites[0]?.series.failed ?? [];
  const bin = (day: number): number => (day * 1440) / series.binMinutes;
  for (let at = Math.ceil(bin(22)); at < Math.floor(bin(214)); at += 1) t.is(failed[at], perBin);
});

test('after 180 days everybody is in grace, and licensed again within 2 hours of the restore', (t) => {
  const { sites, series } = lost;
  const [site] = sites;
  const states = site?.series.states;
  const at = (day: number): number => (day * 1440) / series.binMinutes;
  // The first success before the outage was on day 7 at the earliest, the last on day 14.
  t.is(states?.licensed[at(187)], 300);
  t.is(states?.ootGrace[at(194)], 300);
  t.is(Math.max(...(states?.notification ?? [1])), 0);
  t.is(site?.states.licensed, 300);
  // The first 24 to ask either host are refused until the 25th has asked, and come back 2 hours later.
  t.true((states?.licensed[at(214) + 1] ?? 0) === 300);
});

test('without a host for longer than 210 days everybody ends in Notification', (t) => {
  const report = play({
    name: 'lost',
    duration: '225d',
    sites: { a: { search: ['contoso.com'] } },
    hosts: { kms: { site: 'a' } },
    clients: { c: { site: 'a', count: 30 }, late: { site: 'a', count: 10, arrival: { at: '150d' } } },
    timeline: [{ at: '7d', crash: 'kms' }],
  });
  // All of c were last activated by day 7; those who came when there was no host had 30 days of grace.
  t.deepEqual(report.sites[0]?.states, { licensed: 0, oobGrace: 0, ootGrace: 0, notification: 40, connected: 0, disconnected: 0 });
});

test('a backup host counts nobody until it is needed, then refuses until 25 have asked', (t) => {
  const report = playFixture('cold-backup');
  const backup = hostNamed(report, 'kms-backup');
  t.true((backup.firstAnsweredDay ?? 0) >= 30);
  t.true(backup.refused.belowThreshold >= 24);
  t.true(report.findings.some((finding) => finding.startsWith('kms-backup answered nobody until day 30 and then refused')));
});

test('a host that nobody asks for 30 days counts nobody any more', (t) => {
  const hosts = {
    a: { site: 'x', publish: ['contoso.com, 10, 0'], stop: '10d' },
    b: { site: 'x', publish: ['contoso.com, 20, 0'] },
  };
  const clients = { c: { site: 'x', count: 100, caching: false, arrival: { spread: '7d' } } };
  const sites = { x: { search: ['contoso.com'] } };
  const report = (duration: string): number => hostNamed(play({ name: 'idle', duration, sites, hosts, clients }), 'a').count;
  t.is(report('12d'), 50);
  t.is(report('41d'), 0);
});

test('with host caching a host keeps its threshold with at least 25 clients, and not with 24', (t) => {
  for (const [count, licensed] of [
    [24, 0],
    [25, 25],
  ]) {
    const clients = { c: { site: 'x', count, arrival: { spread: '1d' } } };
    const report = play({ name: 'few', duration: '60d', sites: { x: { search: ['contoso.com'] } }, hosts: { a: { site: 'x' } }, clients });
    t.is(report.sites[0]?.states.licensed, licensed);
  }
});

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

test('a host that is up loses nothing at its start', (t) => {
  const report = play({
    name: 'early',
    duration: '3h',
    sites: { a: { search: ['contoso.com'] } },
    hosts: { kms: { site: 'a', start: '2h', losesCount: true } },
    clients: { c: { site: 'a', count: 25 } },
    timeline: [{ at: '0m', restore: 'kms' }],
  });
  t.is(hostNamed(report, 'kms').refused.belowThreshold, 24);
});

test('a record that was withdrawn is back with the registration of the next day (kms P-03)', (t) => {
  const report = play({
    name: 'withdrawn',
    service: '_ldap._tcp',
    duration: '25h',
    sites: { a: { search: ['contoso.com'] } },
    dns: { ttl: '0s' },
    hosts: { dc: { site: 'a', port: 389 } },
    clients: { c: { site: 'a', count: 1, caching: false } },
    timeline: [{ at: '30m', withdraw: { host: 'dc' } }],
  });
  // Every 5 minutes from the first hour on, until a day is over.
  t.is(report.activations.failed, (1440 - 60) / 5);
});
