import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import test from 'ava';
import type { AnswerCacheLimits, DnsClientOptions, Lookup } from '../src/index.ts';
import type { ResponseParts } from './messages.ts';
import { makeWorld, OWNER, remembering, SOA, turn } from './refreshed-lookups.ts';

const srv = (ttl: number, target = 'a'): ResponseParts => ({
  authoritative: true,
  answer: [`${OWNER}. ${ttl} IN SRV 1 2 3 ${target}.example.org.`],
});

test('an answer asked for again near its end is given, and one question goes out for it', async (t) => {
  const world = await remembering(srv(100));
  world.pass(79_999);
  t.like(await world.ask(), { cached: true, ttl: 20 });
  t.is(world.held.length, 1);
  world.pass(1);
  t.like(await world.ask(), { cached: true, ttl: 20 });
  t.like(await world.ask(), { cached: true, ttl: 20 });
  t.is(world.held.length, 2);
  t.true(world.held[1]?.background);
  await world.reply(1, srv(100));
  world.pass(60_000);
  t.like(await world.ask(), { cached: true, stale: false, ttl: 40 });
  t.is(world.held.length, 2);
});

test('what nobody asks for is not refreshed', async (t) => {
  const world = await remembering(srv(100));
  world.pass(99_999);
  await turn();
  t.is(world.held.length, 1);
});

const NONE: readonly { title: string; parts: ResponseParts; options?: DnsClientOptions; untilMs: number }[] = [
  { title: 'a TTL that is hardly longer than the least interval', parts: srv(33), untilMs: 32_999 },
  { title: 'NODATA for which nobody gave a time', parts: {}, untilMs: 4999 },
  { title: 'anything, when told so', parts: srv(3600), options: { cache: { refreshAhead: false } }, untilMs: 3_599_999 },
  { title: 'a TTL that its owner thinks short', parts: srv(3600), options: cache({ minRefreshMs: 3_300_000 }), untilMs: 3_599_999 },
  { title: 'anything, where one question at a time may be asked', parts: srv(100), options: { maxInFlight: 1 }, untilMs: 99_999 },
  { title: 'what comes from servers given by name', parts: srv(100), options: { servers: ['localhost:5300'] }, untilMs: 99_999 },
];

for (const { title, parts, options, untilMs } of NONE) {
  test(`not refreshed: ${title}`, async (t) => {
    const world = await remembering(parts, options);
    world.pass(untilMs);
    t.true((await world.ask()).cached);
    t.is(world.held.length, 1);
  });
}

test('TTL 0 is for one use, and is asked for by those who want it only (srv A2)', async (t) => {
  const world = await remembering(srv(0));
  world.pass(1);
  const again = world.ask();
  t.is(world.held.length, 2);
  t.false(world.held[1]?.background);
  await world.reply(1, srv(0));
  t.false((await again).cached);
});

const WORDS: readonly { title: string; parts: ResponseParts; kind: Lookup['kind'] }[] = [
  { title: 'NXDOMAIN', parts: { rcode: 'NXDOMAIN', authority: [SOA] }, kind: 'nxdomain' },
  { title: 'NODATA', parts: { authority: [SOA] }, kind: 'nodata' },
  { title: '"."', parts: { answer: [`${OWNER}. 300 IN SRV 0 0 0 .`] }, kind: 'unavailable' },
];

for (const { title, parts, kind } of WORDS) {
  test(`a refresh that brings ${title} takes the place of the records at once, and is told`, async (t) => {
    const world = await remembering(srv(100, `gone-${kind}`));
    const told = refreshes(t, `gone-${kind}`);
    world.pass(80_000);
    await world.ask();
    await world.reply(1, parts);
    t.like(await world.ask(), { kind, cached: true });
    t.deepEqual(
      told.map(({ kind, change }) => [kind, change?.removed.length]),
      [[kind, 1]],
    );
  });
  test(`${title} is refreshed as records are`, async (t) => {
    const world = await remembering(parts);
    world.pass(240_000);
    t.like(await world.ask(), { kind, cached: true });
    await world.reply(1, srv(100));
    t.like(await world.ask(), { kind: 'records', cached: true });
  });
}

test('a refresh that fails leaves the answer as it is, and is tried again after the least interval, then after twice as long', async (t) => {
  const world = await remembering(srv(3600));
  world.pass(2_880_000);
  const gapsMs = [30_000, 60_000, 120_000];
  for (const [n, gapMs] of gapsMs.entries()) {
    t.like(await world.ask(), { kind: 'records', stale: false, cached: true, warnings: [] });
    t.is(world.held.length, n + 2);
    await world.reply(n + 1, { rcode: 'SERVFAIL' });
    world.pass(gapMs - 1);
    t.like(await world.ask(), { kind: 'records', stale: false, cached: true, warnings: [] });
    t.is(world.held.length, n + 2);
    world.pass(1);
  }
  world.pass(720_000);
  const asked = world.ask();
  t.is(world.held.length, gapsMs.length + 2, 'its TTL is over: the servers are asked');
  await world.reply(gapsMs.length + 1, srv(3600));
  t.like(await asked, { kind: 'records', stale: false, cached: false });
});

test('a set that stands in for an answer is not refreshed: it is asked for again when that is due', async (t) => {
  const world = await remembering(srv(100));
  world.pass(100_000);
  const asked = world.ask();
  await world.reply(1, { rcode: 'SERVFAIL' });
  t.like(await asked, { stale: true });
  world.pass(1000);
  t.like(await world.ask(), { stale: true, tries: [] });
  t.is(world.held.length, 2);
});

test('who comes when the TTL is over joins a refresh under way; a fresh lookup joins nobody', async (t) => {
  const world = await remembering(srv(100));
  world.pass(80_000);
  await world.ask();
  const fresh = world.ask({ fresh: true });
  t.deepEqual(
    world.held.map(({ background }) => background),
    [false, true, false],
  );
  world.pass(20_000);
  const joined = [world.ask(), world.ask()];
  t.is(world.held.length, 3);
  await world.reply(1, srv(100, 'b'));
  for (const lookup of await Promise.all(joined)) t.like(lookup, { kind: 'records', cached: false, stale: false });
  await world.reply(2, srv(100, 'c'));
  t.is((await fresh).kind, 'records');
});

test('who leaves a refresh that he joined does not end it', async (t) => {
  const world = await remembering(srv(100));
  world.pass(80_000);
  await world.ask();
  world.pass(20_000);
  const abort = new AbortController();
  const joined = world.ask({ signal: abort.signal });
  abort.abort(new Error('leaving'));
  await t.throwsAsync(joined, { message: 'leaving' });
  t.false(world.held[1]?.signal?.aborted);
  await world.reply(1, srv(100));
  t.like(await world.ask(), { cached: true, ttl: 100 });
});

test('a refresh has the time of the client, and has failed when that is over', async (t) => {
  const world = await remembering(srv(3600), { timeoutMs: 20 });
  world.pass(2_880_000);
  await world.ask();
  const { signal } = world.held[1] ?? {};
  const awake = setInterval(() => {}, 60_000); // nothing of a refresh keeps the process alive
  t.teardown(() => clearInterval(awake));
  await new Promise((resolve) => signal?.addEventListener('abort', resolve));
  world.held[1]?.end();
  world.pass(29_999);
  t.like(await world.ask(), { kind: 'records', stale: false });
  t.is(world.held.length, 2);
  world.pass(1);
  await world.ask();
  t.is(world.held.length, 3);
  world.held[2]?.end();
});

test('the end of the work ends refreshes', async (t) => {
  const world = await remembering(srv(100));
  world.pass(80_000);
  await world.ask();
  const closed = new Error('closed');
  const closing = world.work.abortAll(closed);
  t.is(world.held[1]?.signal?.reason, closed);
  world.held[1]?.end();
  await closing;
});

test('refreshes take an eighth of the places at most; the others are begun when one is over', async (t) => {
  const world = makeWorld({ maxInFlight: 16 });
  const names = ['a', 'b', 'c'].map((label) => `_${label}._tcp.example.org`);
  for (const [n, name] of names.entries()) {
    const asked = world.ask({}, name);
    await world.reply(n, { authoritative: true, answer: [`${name}. 100 IN SRV 1 2 3 a.example.org.`] });
    await asked;
  }
  world.pass(80_000);
  for (const name of names) await world.ask({}, name);
  t.is(world.held.length, 5);
  await world.reply(3, { rcode: 'SERVFAIL' });
  for (const name of names) await world.ask({}, name);
  t.is(world.held.length, 6);
  for (const held of world.held.slice(4)) held.end();
});

const given = (ttl: number, authoritative: boolean): ResponseParts => ({ ...srv(ttl), authoritative });

for (const authoritative of [false, true]) {
  const from = authoritative ? 'the AA bit, as some caches do' : 'no AA bit';
  test(`a server that counts its own TTL down is not asked ahead again, for that question: it sets ${from}`, async (t) => {
    const world = await remembering(given(300, authoritative));
    world.pass(240_000);
    await world.ask();
    await world.reply(1, given(60, authoritative));
    world.pass(59_999);
    await world.ask();
    t.is(world.held.length, 2);
    for (const n of [2, 3]) {
      world.pass(1);
      const asked = world.ask();
      await world.reply(n, given(300, authoritative));
      await asked;
      world.pass(299_999);
      await world.ask();
      t.is(world.held.length, n + 1);
    }
    const fresh = world.ask({ fresh: true });
    await world.reply(4, given(300, authoritative));
    await fresh;
    world.pass(240_000);
    await world.ask();
    t.is(world.held.length, 6, 'asked early, it gave the whole TTL: it is refreshed again');
    world.held[5]?.end();
  });
}

function cache(limits: AnswerCacheLimits): DnsClientOptions {
  return { cache: limits };
}

/** What `srvkit:refresh` tells of sets that had this target. */
function refreshes(t: { teardown: (act: () => void) => void }, target: string): Lookup[] {
  const told: Lookup[] = [];
  const hear = (message: unknown): void => {
    const { lookup } = message as { lookup: Lookup };
    const targets = lookup.change?.removed.map(({ rdata }) => (rdata.type === 'SRV' ? rdata.target.toString() : ''));
    if (targets?.includes(`${target}.example.org.`) === true) told.push(lookup);
  };
  subscribe('srvkit:refresh', hear);
  t.teardown(() => void unsubscribe('srvkit:refresh', hear));
  return told;
}
