import test from 'ava';
import * as fc from 'fast-check';
import { countsDown, planRefresh, repeatRefresh } from '../src/refresh-ahead.ts';
import type { Life } from '../src/refresh-ahead.ts';

const T0 = 1_000_000_000_000;
const life = (seconds: number, from = 0): Life => ({ storedAt: T0 + from * 1000, expiresAt: T0 + (from + seconds) * 1000 });

const MOMENTS: readonly { title: string; ttl: number; minMs: number; random: number; seconds: number | undefined }[] = [
  { title: 'at 80 % of the TTL at the earliest', ttl: 3600, minMs: 30_000, random: 0, seconds: 2880 },
  { title: 'at 85 % in the middle', ttl: 3600, minMs: 30_000, random: 0.5, seconds: 3060 },
  { title: 'at 90 % at the latest', ttl: 3600, minMs: 30_000, random: 1, seconds: 3240 },
  { title: 'of a TTL of 36 s not before the least interval is over', ttl: 36, minMs: 30_000, random: 0, seconds: 30 },
  { title: 'and not after 90 % of it', ttl: 36, minMs: 30_000, random: 1, seconds: 32.4 },
  { title: 'never when the least interval takes 90 % of the TTL', ttl: 33, minMs: 30_000, random: 0, seconds: undefined },
  { title: 'of a TTL of 2 s when the least interval is a second', ttl: 2, minMs: 1000, random: 0, seconds: 1.6 },
  { title: 'never of TTL 1, however short the interval', ttl: 1, minMs: 1000, random: 0, seconds: undefined },
  { title: 'never of TTL 0', ttl: 0, minMs: 1000, random: 0, seconds: undefined },
];

for (const { title, ttl, minMs, random, seconds } of MOMENTS) {
  test(`an answer is refreshed ${title}`, (t) => {
    const at = planRefresh(life(ttl), minMs, () => random)?.at;
    t.is(at, seconds === undefined ? undefined : T0 + seconds * 1000);
  });
}

test('a refresh that began may be repeated after the least interval, then after twice and four times as long', (t) => {
  let plan = planRefresh(life(3600), 30_000, () => 0);
  for (const afterMs of [30_000, 60_000, 120_000]) {
    if (plan === undefined) return t.fail();
    const begins = plan.at + 1234;
    plan = repeatRefresh(plan, begins);
    t.is(plan.at, begins + afterMs);
  }
});

test('whatever the TTL, the interval and chance, a refresh falls between the interval and 90 % of the TTL', (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 86_400 }),
      fc.integer({ min: 1000, max: 86_400_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (ttl, minMs, random) => {
        const plan = planRefresh(life(ttl), minMs, () => random);
        if (plan === undefined) return ttl * 900 < minMs;
        const afterMs = plan.at - T0;
        return afterMs >= minMs - 1 && afterMs >= ttl * 800 - 1 && afterMs <= ttl * 900 + 1;
      },
    ),
  );
  t.pass();
});

const SUCCESSORS: readonly { title: string; before: Life; after: Life; want: boolean | undefined }[] = [
  { title: 'what is left of a TTL is counted down', before: life(300), after: life(45, 255), want: true },
  { title: 'so it is when it was rounded up, and came late', before: life(300), after: life(46.999, 255), want: true },
  { title: 'or down', before: life(300), after: life(43.001, 255), want: true },
  { title: 'more than that is not', before: life(300), after: life(47, 255), want: false },
  { title: 'nor is less: the TTL was made shorter', before: life(300), after: life(43, 255), want: false },
  { title: 'nor is the whole TTL', before: life(300), after: life(300, 255), want: false },
  { title: 'what came a moment later does not say', before: life(300), after: life(300, 1.999), want: undefined },
  { title: 'what came 2 s later does', before: life(300), after: life(298, 2), want: true },
  { title: 'or that it is not', before: life(300), after: life(300, 2), want: false },
  { title: 'what came after the end does not say', before: life(300), after: life(1, 300), want: undefined },
];

for (const { title, before, after, want } of SUCCESSORS) {
  test(`a cache on the way is recognized: ${title}`, (t) => t.is(countsDown(before, after), want));
}
