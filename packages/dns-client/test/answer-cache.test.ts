import test from 'ava';
import { AnswerCache } from '../src/answer-cache.ts';
import { askServers } from '../src/ask-servers.ts';
import { makeLookup } from '../src/lookup.ts';
import type { Lookup } from '../src/lookup.ts';
import { question, response } from './messages.ts';
import type { ResponseParts } from './messages.ts';

const asked = question('_x._tcp.example.org');
const SRV = (ttl: number): string => `_x._tcp.example.org. ${ttl} IN SRV 1 2 3 a.example.org.`;
const SOA = 'example.org. 900 IN SOA ns.example.org. root.example.org. 7 1 1 1 300';
const T0 = 1_000_000_000_000;

test('an answer is given again until its TTL is over, its TTL running down', (t) => {
  const cache = new AnswerCache();
  cache.set('k', lookup({ answer: [SRV(60)] }), T0);
  t.like(cache.get('k', T0), { kind: 'records', ttl: 60, cached: true, tries: [] });
  t.like(cache.get('k', T0 + 500), { ttl: 59 });
  t.like(cache.get('k', T0 + 59_999), { ttl: 0, cached: true });
  t.is(cache.get('k', T0 + 60_000), undefined);
  t.is(cache.get('other', T0), undefined);
});

test('addresses given with the set go when their own TTL is over', (t) => {
  const cache = new AnswerCache();
  cache.set(
    'k',
    lookup({ answer: [SRV(60)], additional: ['a.example.org. 10 IN A 192.0.2.1', 'a.example.org. 90 IN AAAA 2001:db8::1'] }),
    T0,
  );
  t.is(cache.get('k', T0 + 9999)?.additional.length, 2);
  t.is(cache.get('k', T0 + 10_000)?.additional.length, 1);
});

const KEPT: readonly { title: string; parts: ResponseParts; seconds: number }[] = [
  { title: 'NODATA by its SOA', parts: { authority: [SOA] }, seconds: 300 },
  { title: 'NXDOMAIN by its SOA', parts: { rcode: 'NXDOMAIN', authority: [SOA] }, seconds: 300 },
  { title: '"."', parts: { answer: ['_x._tcp.example.org. 45 IN SRV 0 0 0 .'] }, seconds: 45 },
  { title: 'a very long TTL for a day', parts: { answer: [SRV(2_000_000)] }, seconds: 86_400 },
];

for (const { title, parts, seconds } of KEPT) {
  test(`kept: ${title}`, (t) => {
    const cache = new AnswerCache();
    cache.set('k', lookup(parts), T0);
    t.truthy(cache.get('k', T0 + seconds * 1000 - 1));
    t.is(cache.get('k', T0 + seconds * 1000), undefined);
  });
}

const NOT_KEPT: readonly { title: string; parts: ResponseParts }[] = [
  { title: 'TTL 0', parts: { answer: [SRV(0)] } },
  { title: 'a failure', parts: { rcode: 'SERVFAIL' } },
  { title: 'NODATA without an SOA', parts: {} },
];

for (const { title, parts } of NOT_KEPT) {
  test(`not kept, and nothing forgotten for it: ${title}`, (t) => {
    const cache = new AnswerCache();
    cache.set('k', lookup(parts), T0);
    t.is(cache.get('k', T0), undefined);
    cache.set('k', lookup({ answer: [SRV(60)] }), T0);
    cache.set('k', lookup(parts), T0);
    t.is(cache.get('k', T0)?.kind, 'records');
  });
}

test('a clock that was set back empties it for the time being', (t) => {
  const cache = new AnswerCache();
  cache.set('k', lookup({ answer: [SRV(60)] }), T0);
  t.is(cache.get('k', T0 - 1), undefined);
});

test('it is bounded in entries and in records', (t) => {
  const few = new AnswerCache({ maxEntries: 2 });
  for (const key of ['a', 'b', 'c']) few.set(key, lookup({ answer: [SRV(60)] }), T0);
  t.deepEqual(
    ['a', 'b', 'c'].map((key) => few.get(key, T0)?.kind),
    [undefined, 'records', 'records'],
  );
  const small = new AnswerCache({ maxRecords: 8 });
  small.set('small', lookup({ answer: [SRV(60)] }), T0);
  const giant = Array.from({ length: 20 }, (_, n) => `_x._tcp.example.org. 60 IN SRV 1 2 ${n + 1} a.example.org.`);
  small.set('giant', lookup({ answer: giant }), T0);
  t.is(small.get('giant', T0), undefined);
  t.is(small.get('small', T0)?.kind, 'records', 'a giant set does not evict everything (srv C9)');
});

function lookup(parts: ResponseParts): Lookup {
  const asking = askServers(asked, { servers: ['a'], attempts: 1, tryTimeoutMs: 1, tcpTimeoutMs: 1, edns: () => true });
  asking.next();
  const end = asking.next({ kind: 'answered', message: response(asked, parts) });
  if (end.done !== true) throw new Error('still asking');
  return makeLookup(asked, end.value, [{ server: 'a', transport: 'udp', outcome: 'answered', rcode: 'NOERROR', ms: 1 }]);
}
