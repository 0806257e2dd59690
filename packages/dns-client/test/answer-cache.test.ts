import test from 'ava';
import * as fc from 'fast-check';
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
const early = (): number => 0;
const RUN = { number: 1, hadMs: Number.POSITIVE_INFINITY };

test('an answer is given again until its TTL is over, its TTL running down', (t) => {
  const cache = new AnswerCache(early);
  set(cache, { answer: [SRV(60)] }, T0, 1);
  t.like(cache.get('k', T0), { kind: 'records', ttl: 60, cached: true, tries: [] });
  t.like(cache.get('k', T0 + 500), { ttl: 59 });
  t.like(cache.get('k', T0 + 59_999), { ttl: 0, cached: true });
  t.is(cache.get('k', T0 + 60_000), undefined);
  t.is(cache.get('other', T0), undefined);
});

test('addresses given with the set go when their own TTL is over', (t) => {
  const cache = new AnswerCache(early);
  set(cache, { answer: [SRV(60)], additional: ['a.example.org. 10 IN A 192.0.2.1', 'a.example.org. 90 IN AAAA 2001:db8::1'] }, T0, 1);
  t.is(cache.get('k', T0 + 9999)?.additional.length, 2);
  t.is(cache.get('k', T0 + 10_000)?.additional.length, 1);
});

const KEPT: readonly { title: string; parts: ResponseParts; seconds: number }[] = [
  { title: 'NODATA by its SOA', parts: { authority: [SOA] }, seconds: 300 },
  { title: 'NXDOMAIN by its SOA', parts: { rcode: 'NXDOMAIN', authority: [SOA] }, seconds: 300 },
  { title: '"."', parts: { answer: ['_x._tcp.example.org. 45 IN SRV 0 0 0 .'] }, seconds: 45 },
  { title: 'NODATA without an SOA for some seconds', parts: {}, seconds: 5 },
  { title: 'NXDOMAIN without an SOA for some seconds', parts: { rcode: 'NXDOMAIN' }, seconds: 5 },
  { title: 'a very long TTL for a day', parts: { answer: [SRV(2_000_000)] }, seconds: 86_400 },
];

for (const { title, parts, seconds } of KEPT) {
  test(`kept: ${title}`, (t) => {
    const cache = new AnswerCache(early);
    set(cache, parts, T0, 1);
    t.truthy(cache.get('k', T0 + seconds * 1000 - 1));
    t.is(cache.get('k', T0 + seconds * 1000), undefined);
  });
}

test('TTL 0 is for one use, and takes the place of what was there (srv A2)', (t) => {
  const cache = new AnswerCache(early);
  set(cache, { answer: [SRV(60)] }, T0, 1);
  set(cache, { answer: [SRV(0)] }, T0, 2);
  t.is(cache.get('k', T0), undefined);
  t.is(cache.standIn('k', T0), undefined, 'nor does it stand in for anything');
});

test('failures hold for 1 to 30 seconds, twice as long each time, until there is an answer (RFC 9520)', (t) => {
  const cache = new AnswerCache(early);
  let now = T0;
  for (const [index, seconds] of [1, 2, 4, 8, 16, 30, 30].entries()) {
    set(cache, { rcode: 'SERVFAIL' }, now, index);
    t.like(cache.get('k', now + seconds * 1000 - 1), { kind: 'failed', why: 'servfail', cached: true, tries: [] });
    now += seconds * 1000;
    t.is(cache.get('k', now), undefined);
  }
  set(cache, { answer: [SRV(1)] }, now, 10);
  now += 1000 + 86_400_000;
  set(cache, { rcode: 'SERVFAIL' }, now, 11);
  t.is(cache.get('k', now + 1000), undefined, 'the first failure after an answer holds for a second again');
});

test('a failure cut short tells nothing to those who have more time', (t) => {
  const cache = new AnswerCache(early);
  cache.set('k', failed('timeout'), T0, { number: 1, hadMs: 50 });
  t.like(cache.get('k', T0, 50), { kind: 'failed', why: 'timeout' });
  t.is(cache.get('k', T0, 51), undefined);
  cache.set('k', failed('servfail'), T0, { number: 2, hadMs: 50 });
  t.is(cache.get('k', T0, 5000), undefined, 'another server was silent so far');
  cache.set('k', failed('timeout'), T0, { number: 3, hadMs: Number.POSITIVE_INFINITY });
  t.like(cache.get('k', T0, 3_600_000), { kind: 'failed', why: 'timeout' }, 'nobody would have been asked any more');
});

test('a failure for want of servers is not kept', (t) => {
  const cache = new AnswerCache(early);
  cache.set('k', failed('no-server'), T0, { number: 1, hadMs: 1 });
  t.is(cache.get('k', T0), undefined);
});

test('after a failure a set stands in whose TTL is over, addresses and all, for 30 seconds before anybody is asked again (RFC 8767)', (t) => {
  const cache = new AnswerCache(early);
  set(cache, { answer: [SRV(60)], additional: ['a.example.org. 10 IN A 192.0.2.1'] }, T0, 1);
  const later = T0 + 100_000;
  t.is(cache.get('k', later), undefined, 'while nobody failed it has to be asked for');
  set(cache, { rcode: 'SERVFAIL' }, later, 2);
  const stale = cache.get('k', later + 29_999);
  t.like(stale, { kind: 'records', stale: true, cached: true, ttl: 30 });
  t.is(stale?.additional.length, 1);
  t.deepEqual(
    stale?.warnings.map(({ code, message }) => `${code}: ${message}`),
    ['stale-answer: _x._tcp.example.org. SRV: the servers give no answer, so one is used whose TTL was over 69 s ago'],
  );
  t.is(cache.get('k', later + 30_000), undefined);
  t.like(cache.standIn('k', later + 30_000), { stale: true });
});

test('a failure leaves an answer that still holds as it is', (t) => {
  const cache = new AnswerCache(early);
  set(cache, { answer: [SRV(60)] }, T0, 1);
  set(cache, { rcode: 'SERVFAIL' }, T0 + 1000, 2);
  t.like(cache.get('k', T0 + 1000), { kind: 'records', ttl: 59, stale: false });
  t.like(cache.standIn('k', T0 + 1000), { kind: 'records', ttl: 59, stale: false });
});

test('such a failure keeps nobody from asking for longer than any other, when that answer is over', (t) => {
  const cache = new AnswerCache(early);
  set(cache, { answer: [SRV(60)] }, T0, 1);
  set(cache, { rcode: 'SERVFAIL' }, T0 + 59_500, 2);
  t.like(cache.get('k', T0 + 60_499), { stale: true });
  t.is(cache.get('k', T0 + 60_500), undefined);
});

const BOUNDS: readonly { title: string; maxStaleMs?: number; last: number }[] = [
  { title: 'a day unless told otherwise', last: 86_400_000 },
  { title: 'as long as the option says', maxStaleMs: 5000, last: 5000 },
  { title: 'never when it says 0', maxStaleMs: 0, last: 0 },
];

for (const { title, maxStaleMs, last } of BOUNDS) {
  test(`a set stands in after its TTL: ${title}`, (t) => {
    const cache = new AnswerCache(early, maxStaleMs === undefined ? {} : { maxStaleMs });
    set(cache, { answer: [SRV(60)] }, T0, 1);
    t.is(cache.standIn('k', T0 + 60_000 + last - 1)?.stale, last > 0);
    t.is(cache.standIn('k', T0 + 60_000 + last), undefined);
  });
}

const WORDS: readonly { title: string; parts: ResponseParts }[] = [
  { title: 'NXDOMAIN', parts: { rcode: 'NXDOMAIN', authority: [SOA] } },
  { title: 'NODATA', parts: { authority: [SOA] } },
  { title: 'NODATA without an SOA', parts: {} },
  { title: '"."', parts: { answer: ['_x._tcp.example.org. 45 IN SRV 0 0 0 .'] } },
];

for (const { title, parts } of WORDS) {
  test(`nothing stands in once ${title} was said, however long ago (srv C4)`, (t) => {
    const cache = new AnswerCache(early);
    set(cache, { answer: [SRV(60)] }, T0, 1);
    set(cache, parts, T0 + 61_000, 2);
    set(cache, { rcode: 'SERVFAIL' }, T0 + 500_000, 3);
    t.like(cache.get('k', T0 + 500_000), { kind: 'failed' });
    t.is(cache.standIn('k', T0 + 500_000), undefined);
  });
}

test('what an older run brings late takes the place of nothing, answer or failure (srv C7)', (t) => {
  const cache = new AnswerCache(early);
  set(cache, { answer: [SRV(60)] }, T0, 5);
  set(cache, { rcode: 'NXDOMAIN', authority: [SOA] }, T0, 4);
  set(cache, { rcode: 'SERVFAIL' }, T0, 3);
  t.like(cache.get('k', T0), { kind: 'records' });
  t.is(cache.get('k', T0 + 60_000), undefined, 'no failure holds');
  set(cache, { rcode: 'SERVFAIL' }, T0 + 60_000, 7);
  set(cache, { answer: [SRV(60)] }, T0 + 60_000, 6);
  t.like(cache.get('k', T0 + 60_000), { kind: 'records', stale: false }, 'a late answer is better than a newer failure');
});

test('a set that is asked for again says what it changes, and keeps the array when that is nothing', (t) => {
  const cache = new AnswerCache(early);
  const first = set(cache, { answer: [SRV(60)] }, T0, 1);
  t.false('change' in first);
  const same = set(cache, { answer: [SRV(60)] }, T0 + 90_000, 2);
  t.is(same.records, first.records);
  t.deepEqual(same.change, { added: [], removed: [], changed: [] });
  const gone = set(cache, { rcode: 'NXDOMAIN', authority: [SOA] }, T0 + 180_000, 3);
  t.deepEqual(gone.change, { added: [], removed: [...first.records], changed: [] });
  t.false('change' in (cache.get('k', T0 + 180_000) ?? {}), 'what is remembered changes nothing');
});

test('whatever comes in whatever order, what is given is never older than the last answer, and never stale over a "no"', (t) => {
  const step = fc.record({
    afterMs: fc.integer({ min: 0, max: 200_000 }),
    late: fc.integer({ min: 0, max: 3 }),
    says: fc.constantFrom<ResponseParts>({ answer: [SRV(60)] }, { answer: [SRV(0)] }, { rcode: 'SERVFAIL' }, { authority: [SOA] }, {}),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const cache = new AnswerCache(early);
      let [now, run] = [T0, 10];
      let last: { kind: string; run: number } | undefined;
      for (const { afterMs, late, says } of steps) {
        now += afterMs;
        run += 1;
        const { kind } = set(cache, says, now, run - late);
        if (kind !== 'failed' && run - late >= (last?.run ?? 0)) last = { kind, run: run - late };
        for (const given of [cache.get('k', now), cache.standIn('k', now)])
          if (given !== undefined && given.kind !== 'failed' && given.kind !== last?.kind) return false;
      }
      return true;
    }),
  );
  t.pass();
});

test('a clock that was set back empties it for the time being', (t) => {
  const cache = new AnswerCache(early);
  set(cache, { answer: [SRV(60)] }, T0, 1);
  t.is(cache.get('k', T0 - 1), undefined);
});

test('it is bounded in entries and in records', (t) => {
  const few = new AnswerCache(early, { maxEntries: 2 });
  for (const key of ['a', 'b', 'c']) few.set(key, lookup({ answer: [SRV(60)] }), T0, RUN);
  t.deepEqual(
    ['a', 'b', 'c'].map((key) => few.get(key, T0)?.kind),
    [undefined, 'records', 'records'],
  );
  const small = new AnswerCache(early, { maxRecords: 8 });
  small.set('small', lookup({ answer: [SRV(60)] }), T0, RUN);
  const giant = Array.from({ length: 20 }, (_, n) => `_x._tcp.example.org. 60 IN SRV 1 2 ${n + 1} a.example.org.`);
  small.set('giant', lookup({ answer: giant }), T0, RUN);
  t.is(small.get('giant', T0), undefined);
  t.is(small.get('small', T0)?.kind, 'records', 'a giant set does not evict everything (srv C9)');
});

/** Keeps what a lookup under the key `k` brings. */
function set(cache: AnswerCache, parts: ResponseParts, now: number, number: number): Lookup {
  return cache.set('k', lookup(parts), now, { number, hadMs: Number.POSITIVE_INFINITY });
}

function failed(why: 'timeout' | 'servfail' | 'no-server'): Lookup {
  const conclusion = { answer: { kind: 'failed', why }, ttl: null, chain: [], dropped: [], warnings: [], plain: [] } as const;
  return makeLookup(asked, { ...conclusion, rcode: null, server: null, authoritative: false }, []);
}

function lookup(parts: ResponseParts): Lookup {
  const asking = askServers(asked, { servers: ['a'], attempts: 1, tryTimeoutMs: 1, tcpTimeoutMs: 1, edns: () => true });
  asking.next();
  const end = asking.next({ kind: 'answered', message: response(asked, parts) });
  if (end.done !== true) throw new Error('still asking');
  return makeLookup(asked, end.value, [{ server: 'a', transport: 'udp', outcome: 'answered', rcode: 'NOERROR', ms: 1 }]);
}
