import test from 'ava';
import { intervalRank, seedSpread } from '../src/sweep/seed-spread.ts';

test('of nothing there is no spread', (t) => {
  t.is(seedSpread([]), null);
});

test('fewer than 6 seeds have a median and ends, and no interval', (t) => {
  t.deepEqual(seedSpread([5]), { count: 1, median: 5, least: 5, most: 5, median95: null });
  t.deepEqual(seedSpread([4, 1, 3, 2]), { count: 4, median: 2.5, least: 1, most: 4, median95: null });
});

test('of 20 seeds the interval reaches from the 6th to the 15th', (t) => {
  const values = Array.from({ length: 20 }, (_, at) => 100 - at);
  t.deepEqual(seedSpread(values), { count: 20, median: 90.5, least: 81, most: 100, median95: [86, 95] });
});

// The sign test's published limits of the confidence interval for a median, 95 %.
const RANKS: readonly (readonly [n: number, rank: number])[] = [
  [1, 0],
  [5, 0],
  [6, 1],
  [8, 1],
  [9, 2],
  [11, 2],
  [12, 3],
  [15, 4],
  [20, 6],
  [25, 8],
  [30, 10],
  [50, 18],
  [100, 40],
];

for (const [n, rank] of RANKS) {
  test(`of ${n} seeds the interval begins at rank ${rank}`, (t) => {
    t.is(intervalRank(n), rank);
  });
}

test('counted over every way in which n values can lie about the median, the interval misses it in at most 5 %, and no narrower one would do', (t) => {
  for (let n = 6; n <= 14; n += 1) {
    const rank = intervalRank(n);
    t.true(misses(n, rank) <= 0.05 && misses(n, rank + 1) > 0.05, `${n}`);
  }
});

test('ten thousand seeds are counted exactly too', (t) => {
  t.is(intervalRank(10_000), 4902);
});

function misses(n: number, rank: number): number {
  let missed = 0;
  for (let sides = 0; sides < 2 ** n; sides += 1) {
    let below = 0;
    for (let bit = 0; bit < n; bit += 1) below += (sides >> bit) & 1;
    if (below < rank || n - below < rank) missed += 1;
  }
  return missed / 2 ** n;
}
