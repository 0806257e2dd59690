import test from 'ava';
import type { SimulationReport } from '../src/index.ts';
import { play } from './play.ts';

// A branch without DNS servers of its own: its resolver asks those of head.

const DAY = 1440;

function branch({
  dns = { ttl: '1h' },
  timeline = [],
  ...link
}: { dns?: object; timeline?: object[]; firewall?: object[] } = {}): SimulationReport {
  return play({
    name: 'branch',
    duration: '2d',
    sites: { head: { search: ['contoso.com'] }, branch: { search: ['contoso.com'], dns: 'head' } },
    links: [{ between: ['head', 'branch'], latency: '40ms', ...link }],
    hosts: { kms: { site: 'branch', home: 'contoso.com' } },
    // One client, served at home, asks every minute.
    profiles: { often: { kind: 'service', every: '1m', retry: '1m' } },
    clients: { one: { site: 'branch', count: 1, profile: 'often', caching: false } },
    dns,
    timeline,
  });
}

test('each TTL costs one question over the WAN, and its octets', (t) => {
  const { wan } = siteNamed(branch(), 'branch');
  t.is(wan.dnsQuestions, 48);
  // Headers of IPv4 and UDP (28), of DNS (12), the question (_vlmcs._tcp.contoso.com, 25, and 4); the answer repeats all that and adds
  // one record: pointer (2), type, class, TTL, length (10), numbers (6), kms.contoso.com in full (17).
  const octets = 2 * (28 + 12 + 25 + 4) + 2 + 10 + 6 + 17;
  t.is(wan.dnsBytes, 48 * octets);
  t.is(wan.crossings, 0);
  t.is(siteNamed(branch(), 'head').wan.dnsQuestions, 0);
});

test('the client that asks when nothing is kept waits for the way there and back', (t) => {
  t.is(siteNamed(branch(), 'branch').timeToActivate?.medianMs, 2 * 40);
});

test('while the WAN is cut, what was kept is used for its TTL and then nobody finds a host, though it stands beside them', (t) => {
  const timeline = [
    { at: `${DAY}m`, partition: ['head', 'branch'] },
    { at: `${DAY + 180}m`, repair: ['head', 'branch'] },
  ];
  // Asked anew at 1380 and kept until 1440, when the link is cut.
  t.is(branch({ timeline }).activations.failed, 180);
  t.is(branch({ timeline, dns: { ttl: '12h' } }).activations.failed, 180);
  t.is(branch({ timeline, dns: { ttl: '1439m' } }).activations.failed, 0);
});

test('a firewall that lets no DNS through is like a cut', (t) => {
  t.is(branch({ firewall: [{ port: 53, from: 'branch' }] }).activations.succeeded, 0);
  t.is(branch({ firewall: [{ port: 53, from: 'head' }] }).activations.failed, 0);
});

function siteNamed({ sites }: SimulationReport, name: string): SimulationReport['sites'][number] {
  const site = sites.find((each) => each.name === name);
  if (site === undefined) throw new Error(`there is no site ${name}`);
  return site;
}
