import test from 'ava';
import type { SimulationReport } from '../src/index.ts';
import { hostNamed, play } from './play.ts';

// What a site sees of DNS and when, to the minute: a client at each site asks every minute and is always served, by `new` once it sees it.

const MINUTES = 600;

function estate(dns: object, timeline: readonly object[], hosts: object = {}): SimulationReport {
  return play({
    name: 'dns',
    duration: `${MINUTES}m`,
    sites: { head: { search: ['contoso.com'] }, branch: { search: ['contoso.com'] } },
    wan: {},
    hosts: {
      old: { site: 'head', publish: ['contoso.com, 10, 0'] },
      new: { site: 'head', publish: ['contoso.com, 1, 0'], start: '100m' },
      ...hosts,
    },
    profiles: { often: { kind: 'service', every: '1m', retry: '1m' } },
    clients: {
      here: { site: 'head', count: 1, profile: 'often', caching: false },
      there: { site: 'branch', count: 1, profile: 'often', caching: false },
    },
    dns,
    timeline,
  });
}

test('the TTL: a new record is seen when the answer before it is not kept any more', (t) => {
  // Kept from 0 on for 30 minutes each time: asked anew at 120.
  const { from } = hostNamed(estate({ ttl: '30m' }, []), 'new');
  t.deepEqual(from, { head: MINUTES - 120, branch: MINUTES - 120 });
});

test('the replication delay: the site of the primary sees a new record at once, another so much later', (t) => {
  const { from } = hostNamed(estate({ ttl: '1m', primary: 'head', replicationDelay: '45m' }, []), 'new');
  t.deepEqual(from, { head: MINUTES - 100, branch: MINUTES - 145 });
});

test('a partition keeps changes from a site until the repair', (t) => {
  const timeline = [
    { at: '90m', partition: ['head', 'branch'] },
    { at: '300m', repair: ['head', 'branch'] },
  ];
  const report = estate({ ttl: '1m', primary: 'head' }, timeline, { 'branch-1': { site: 'branch', publish: ['contoso.com, 20, 0'] } });
  t.is(hostNamed(report, 'new').from['branch'], MINUTES - 300);
  // The branch still has the record of `old`, which it cannot reach, and its own.
  t.is(hostNamed(report, 'branch-1').from['branch'], 300 - 90);
});

test('a record that is not refreshed is scavenged once both periods have passed, at the next round', (t) => {
  const stale = [{ domain: 'contoso.com', target: 'gone.contoso.com', priority: 0 }];
  const scavenging = { noRefresh: '100m', refresh: '100m', every: '75m' };
  t.is(wasted({ stale }), 2 * MINUTES);
  t.is(wasted({ stale, scavenging }), 2 * 225); // rounds at 75, 150 and 225; 200 have passed at the third
});

test('static records are not scavenged, and neither are those that a host refreshes daily', (t) => {
  const scavenging = { noRefresh: '1m', refresh: '1m', every: '10m' };
  const byHand = [{ domain: 'contoso.com', target: 'hand.contoso.com', priority: 0 }];
  const report = estate({ ttl: '1m', static: byHand, scavenging }, [], { hand: { site: 'head', publishing: false } });
  t.is(hostNamed(report, 'hand').activations, 2 * MINUTES);
  const week = { noRefresh: '1d', refresh: '1d', every: '1d' };
  const kept = play({
    name: 'kept',
    duration: '9d',
    sites: { head: { search: ['contoso.com'] } },
    hosts: { old: { site: 'head' } },
    clients: { here: { site: 'head', count: 1, profile: 'service', caching: false } },
    dns: { scavenging: week },
  });
  t.is(kept.activations.failed, 0);
});

/** Attempts at hosts that are not there. */
function wasted(dns: object): number {
  const { attempts, succeeded } = estate({ ttl: '1m', ...dns }, []).activations;
  return attempts - succeeded;
}
