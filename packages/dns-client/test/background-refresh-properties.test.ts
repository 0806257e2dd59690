import test from 'ava';
import * as fc from 'fast-check';
import type { Lookup } from '../src/index.ts';
import type { ResponseParts } from './messages.ts';
import { makeWorld, OWNER, SOA, turn } from './refreshed-lookups.ts';

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
