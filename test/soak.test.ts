import test from 'ava';
import { fewestSuccesses } from '../soak/binomial.ts';
import { cacheKill } from '../soak/cache-kill.ts';
import { forged } from '../soak/forged.ts';
import { publisherKill } from '../soak/publisher-kill.ts';
import { serverKill } from '../soak/server-kill.ts';

// The long runs are `pnpm soak`; a short one keeps each alive, but for `loss`, whose deadlines want a machine that has the time.
test('twenty kills of processes that write the cache file cost no entry', async (t) => {
  const { broken, lines } = await cacheKill({ count: 20, seed: 1 });
  t.deepEqual(broken, []);
  t.is(lines[0], '20 kills, 2 writers at a time');
});

test('of two thousand forged replies none is accepted', async (t) => {
  const { broken, lines } = await forged({ count: 2000, seed: 1 });
  t.deepEqual(broken, []);
  t.true(lines.some((line) => line.includes('0 forged ones were accepted')));
});

test('ten kills of servers with a journal cost no update that was acknowledged', async (t) => {
  const { broken, lines } = await serverKill({ count: 10, seed: 1 });
  t.deepEqual(broken, []);
  t.regex(lines[0] ?? '', /^10 kills, 2 servers at a time/);
});

test('the fewest successes to be believed are those of the binomial law', (t) => {
  // Of 4 even trials, none succeeds once in 16, at most one 5 times in 16, at most two 11 times.
  t.deepEqual(
    [0.06, 0.0625, 0.31, 0.3125, 0.68].map((alpha) => fewestSuccesses(4, 0.5, alpha)),
    [0, 1, 1, 2, 2],
  );
  t.is(fewestSuccesses(1, 0.9, 0.2), 1);
});

test('six kills of a publisher or its server cost no acknowledged record, and leave no stale one', async (t) => {
  const { broken, lines } = await publisherKill({ count: 6, seed: 1 });
  t.deepEqual(broken, []);
  t.regex(lines[0] ?? '', /^[67] kills|^8 kills/);
});
