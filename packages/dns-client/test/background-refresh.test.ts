import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import test from 'ava';
import * as fc from 'fast-check';
import type { AnswerCacheLimits, DnsClientOptions, Lookup } from '../src/index.ts';
import type { LookupOptions } from '../src/dns-client.ts';
import { heldLookups } from './held-lookups.ts';
import type { HeldLookups } from './held-lookups.ts';
import { question } from './messages.ts';
import type { ResponseParts } from './messages.ts';

const OWNER = '_x._tcp.example.org';
const T0 = 1_000_000_000_000;
const SOA = 'example.org. 900 IN SOA ns.example.org. root.example.org. 7 1 1 1 300';
/** AA: it comes from no cache. */
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

type Word = number | 'SERVFAIL' | 'NXDOMAIN';

/** Some time passes, somebody may ask, and a server may answer one of the questions that are out: with that TTL, or that RCODE. */
interface Step {
  readonly pass: { readonly ms: number } | { readonly shareOfTtl: number };
  readonly ask: 'shared' | 'fresh' | 'nobody';
  readonly says: { readonly to: number; readonly word: Word } | undefined;
}

const ttl = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(0, 1, 20, 34, 300) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 4000 }) },
);
const chance = fc.double({ min: 0, max: 1, noNaN: true });
const steps = (word: fc.Arbitrary<Word>): fc.Arbitrary<Step[]> =>
  fc.array(
    fc.record({
      pass: fc.oneof(
        fc.record({ ms: fc.constantFrom(0, 1, 1000, 29_999, 30_000, 60_000) }),
        fc.record({ shareOfTtl: fc.integer({ min: 70, max: 110 }).map((percent) => percent / 100) }),
      ),
      ask: fc.constantFrom<Step['ask']>('shared', 'shared', 'shared', 'shared', 'shared', 'fresh', 'nobody'),
      says: fc.option(fc.record({ to: fc.nat(), word }), { freq: 5, nil: undefined }),
    }),
    { minLength: 1, maxLength: 40, size: 'max' },
  );

test('whatever is asked and answered when, nothing is given whose TTL is over while the servers answer', async (t) => {
  let refreshes = 0;
  await fc.assert(
    fc.asyncProperty(
      steps(fc.oneof({ weight: 5, arbitrary: ttl }, { weight: 1, arbitrary: fc.constant('NXDOMAIN' as const) })),
      chance,
      async (steps, random) => {
        const run = await play(steps, random);
        refreshes += run.refreshedAt.length;
        return run.given.every(({ lookup, givenAt }) => {
          if (lookup.stale || lookup.kind === 'failed') return false;
          const told = run.told.get(lookup.records[0]?.rdata.type === 'SRV' ? lookup.records[0].rdata.port : 0);
          return lookup.kind !== 'records' || (told !== undefined && (!lookup.cached || givenAt < told.at + told.ttl * 1000));
        });
      },
    ),
    { numRuns: 100 },
  );
  t.true(refreshes > 0, `${refreshes} refreshes`);
});

test('whatever is asked and answered when, a question is refreshed once in the least interval at most', async (t) => {
  let refreshes = 0;
  await fc.assert(
    fc.asyncProperty(steps(fc.oneof(ttl, fc.constantFrom('SERVFAIL', 'NXDOMAIN'))), chance, async (steps, random) => {
      const { refreshedAt } = await play(steps, random);
      refreshes += refreshedAt.length;
      return refreshedAt.every((at, n) => n === 0 || at - (refreshedAt[n - 1] ?? 0) >= 30_000);
    }),
    { numRuns: 100 },
  );
  t.true(refreshes > 0, `${refreshes} refreshes`);
});

/** What a schedule leads to: the answers that were told, each known by its port, what callers were given when, and when refreshes began. */
async function play(steps: readonly Step[], random: number) {
  const world = makeWorld({ random: () => random });
  const told = new Map<number, { at: number; ttl: number }>();
  const given: { lookup: Lookup; givenAt: number }[] = [];
  const refreshedAt: number[] = [];
  const open = new Set<number>();
  const ask = async (fresh: boolean): Promise<void> => {
    const lookup = await world.ask({ fresh });
    given.push({ lookup, givenAt: world.now() });
  };
  const asked: Promise<void>[] = [];
  let seen = 0;
  let lastTtl = 0;
  for (const { pass, ask: asks, says } of steps) {
    world.pass('ms' in pass ? pass.ms : Math.round(pass.shareOfTtl * lastTtl * 1000));
    if (asks !== 'nobody') asked.push(ask(asks === 'fresh'));
    for (; seen < world.held.length; seen += 1) {
      open.add(seen);
      if (world.held[seen]?.background === true) refreshedAt.push(world.now());
    }
    const to = says === undefined ? undefined : [...open][says.to % open.size];
    if (says !== undefined && to !== undefined) {
      open.delete(to);
      const port = told.size + 1;
      if (typeof says.word === 'number') {
        lastTtl = says.word;
        told.set(port, { at: world.now(), ttl: lastTtl });
      }
      await world.reply(to, typeof says.word === 'number' ? portly(says.word, port) : { rcode: says.word, authority: [SOA] });
    }
    await turn();
  }
  const closing = world.work.abortAll(new Error('over'));
  for (const { end } of world.held) end();
  await Promise.all([closing, Promise.allSettled(asked)]);
  return { told, given, refreshedAt };
}

function portly(ttl: number, port: number): ResponseParts {
  return { authoritative: true, answer: [`${OWNER}. ${ttl} IN SRV 1 2 ${port} a.example.org.`] };
}

interface World extends HeldLookups {
  readonly now: () => number;
  readonly pass: (ms: number) => void;
  readonly ask: (options?: LookupOptions, name?: string) => Promise<Lookup>;
  /** Answers the n-th conversation, and waits until that is known. */
  readonly reply: (n: number, parts: ResponseParts) => Promise<void>;
}

function makeWorld(options: DnsClientOptions = {}): World {
  let now = T0;
  const lookups = heldLookups({ now: () => now, ...options });
  return {
    ...lookups,
    now: () => now,
    pass: (ms) => {
      now += ms;
    },
    ask: (options = {}, name = OWNER) => lookups.lookups.lookup(question(name), lookups.servers, { timeoutMs: 60_000, ...options }),
    reply: (n, parts) => {
      lookups.held[n]?.answer(parts);
      return turn();
    },
  };
}

/** A world in which one answer is remembered. */
async function remembering(parts: ResponseParts, options?: DnsClientOptions): Promise<World> {
  const world = makeWorld(options);
  const asked = world.ask();
  while (world.held.length === 0) await turn(); // servers given by name are looked up first
  await world.reply(0, parts);
  await asked;
  return world;
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

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
