import { array, assert, integer, property } from 'fast-check';
import test from 'ava';
import { DurationHistogram } from '../src/tally/duration-histogram.ts';

test('nothing counted has no spread', (t) => t.is(new DurationHistogram().spread(), null));

test('durations below 256 ms are exact', (t) => {
  const histogram = new DurationHistogram();
  for (let ms = 0; ms < 256; ms += 1) histogram.add(ms);
  t.deepEqual(histogram.spread(), { count: 256, medianMs: 127, p95Ms: 243, worstMs: 255 });
});

test('a percentile is at most 1/128 below the true one', (t) => {
  assert(
    property(array(integer({ min: 0, max: 10 ** 12 }), { minLength: 1, maxLength: 200 }), (durations) => {
      const histogram = new DurationHistogram();
      for (const ms of durations) histogram.add(ms);
      const sorted = durations.toSorted((a, b) => a - b);
      const spread = histogram.spread();
      const isNear = (rank: number, seen: number): boolean => {
        const exact = sorted[Math.ceil(durations.length * rank) - 1] ?? 0;
        return seen <= exact && seen >= exact * (127 / 128) - 1;
      };
      return spread !== null && isNear(0.5, spread.medianMs) && isNear(0.95, spread.p95Ms) && spread.worstMs === sorted.at(-1);
    }),
  );
  t.pass();
});
