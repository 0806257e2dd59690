import test from 'ava';
import { play } from './play.ts';

function eventsOf(
  timeline: readonly object[],
  more: object = {},
): { event: string; before: number; after: number; changed: readonly string[] }[] {
  const report = play({
    name: 'timeline',
    duration: '60d',
    sites: { east: { search: ['contoso.com'] }, west: { search: ['contoso.com'] } },
    wan: {},
    hosts: { a: { site: 'east', publish: ['contoso.com, 10, 0'] }, b: { site: 'west', publish: ['contoso.com, 20, 0'] } },
    clients: { all: { site: 'east', count: 70, caching: false, arrival: { spread: '7d' } } },
    timeline,
    ...more,
  });
  return report.timeline.map(({ event, before, after, changed }) => ({ event, before: before.days, after: after.days, changed }));
}

test('what changed: shares of hosts, failed passes, requests over the WAN', (t) => {
  const [crash] = eventsOf([{ at: '30d', crash: 'a' }]);
  t.deepEqual(crash, {
    event: 'crash a',
    before: 7,
    after: 30,
    changed: [
      'a went from 100.0 % to 0.0 % of the activations',
      'b went from 0.0 % to 100.0 % of the activations',
      'failed passes rose from 0 to 1 a day', // the other host is cold
      'requests over the WAN rose from 0 to 12 a day', // ten renewals, and those that were refused
    ],
  });
});

test('an event is compared with the week before it, not with the first days, in which hosts count too few', (t) => {
  const [change] = eventsOf([{ at: '30d', weight: { host: 'b', domain: 'contoso.com', weight: 5 } }]);
  t.deepEqual(change?.changed, []);
});

test('time before and after ends at the next event; events of one minute share it', (t) => {
  const timeline = [
    { at: '20d', crash: 'a' },
    { at: '22d', crash: 'b' },
    { at: '22d', restore: 'a' },
    { at: '50d', restore: 'b' },
  ];
  t.deepEqual(
    eventsOf(timeline).map(({ event, before, after }) => [event, before, after]),
    [
      ['crash a', 7, 2],
      ['crash b', 2, 28],
      ['restore a', 2, 28],
      ['restore b', 7, 10],
    ],
  );
});

test('events at the very beginning and the very end have nothing before and after them', (t) => {
  const [first, last] = eventsOf([
    { at: '0m', crash: 'a' },
    { at: '60d', crash: 'b' },
  ]);
  t.is(first?.before, 0);
  t.is(first?.after, 60);
  t.is(last?.after, 0);
});

test('shares are compared only where clients were served: otherwise it is said that nobody was, or nothing', (t) => {
  const timeline = [
    { at: '10d', partition: 'east' },
    { at: '20d', repair: 'east' },
    { at: '20d', restore: 'a' },
  ];
  const clients = { all: { site: 'west', count: 70, caching: false, arrival: { spread: '7d' } } };
  const hosts = { a: { site: 'east', publish: ['contoso.com, 10, 0'] } };
  const [cut, repaired] = eventsOf(timeline, { hosts, clients }).map(({ changed }) => changed[0]);
  t.is(cut, 'nobody was served any more');
  t.is(repaired, 'nobody had been served, and now clients are');
  // Between two renewals nobody asks.
  const quiet = eventsOf(
    [
      { at: '8d', crash: 'a' },
      { at: '10d', restore: 'a' },
    ],
    { clients: { all: { site: 'east', count: 30 } } },
  );
  t.deepEqual(
    quiet.map(({ changed }) => changed),
    [[], []],
  );
});
