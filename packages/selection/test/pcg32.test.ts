import { readFileSync } from 'node:fs';
import test from 'ava';
import * as fc from 'fast-check';
import { pcg32 } from '../src/index.ts';

interface Fixture {
  readonly seed: number;
  readonly stream: number;
  readonly outputs: readonly number[];
  readonly below101: readonly number[];
}
const fixture = JSON.parse(readFileSync(new URL('../../../fixtures/selection/pcg32.json', import.meta.url), 'utf8')) as Fixture;
const uint32 = fc.integer({ min: 0, max: 0xffffffff });

test('the first ten outputs for seed 1 are fixed for ever', (t) => {
  const random = pcg32(fixture.seed, fixture.stream);
  t.deepEqual(
    fixture.outputs.map(() => random.nextUint32()),
    fixture.outputs,
  );
  const bounded = pcg32(fixture.seed);
  t.deepEqual(
    fixture.below101.map(() => bounded.below(101)),
    fixture.below101,
  );
});

test('seed 42, stream 54 gives the outputs that the reference implementation prints in its demonstration', (t) => {
  const random = pcg32(42, 54);
  const wanted = [0xa15c02b7, 0x7b47f409, 0xba1d3330, 0x83d2f293, 0xbfa4784b, 0xcbed606e];
  t.deepEqual(
    wanted.map(() => random.nextUint32()),
    wanted,
  );
});

test('any seed and stream gives the outputs of the definition in 64-bit arithmetic', (t) => {
  fc.assert(
    fc.property(uint32, uint32, (seed, stream) => {
      const [ours, reference] = [pcg32(seed, stream), definition(seed, stream)];
      for (let draw = 0; draw < 20; draw += 1) t.is(ours.nextUint32(), reference());
    }),
    { numRuns: 300 },
  );
});

test('restarted, a generator gives what a new one of that seed and stream gives', (t) => {
  const random = pcg32(42, 54);
  fc.assert(
    fc.property(uint32, uint32, (seed, stream) => {
      random.restart(seed, stream);
      const fresh = pcg32(seed, stream);
      for (let draw = 0; draw < 5; draw += 1) t.is(random.nextUint32(), fresh.nextUint32());
    }),
    { numRuns: 100 },
  );
  t.throws(() => random.restart(-1, 0), { instanceOf: RangeError });
});

test('a bounded draw rejects the outputs below 2^32 mod bound and takes the remainder of the others', (t) => {
  for (const bound of [1, 2, 3, 101, 65536, 0x80000001, 0xc0000000, 0xffffffff]) {
    const [ours, reference] = [pcg32(7), definition(7, 0)];
    const rejected = 2 ** 32 % bound;
    for (let draw = 0; draw < 100; draw += 1) {
      let output = reference();
      while (output < rejected) output = reference();
      t.is(ours.below(bound), output % bound);
    }
  }
});

test('different seeds, and different streams of one seed, differ', (t) => {
  const starts = [pcg32(1), pcg32(2), pcg32(1, 1), pcg32(1, 2), pcg32(0, 0xffffffff)].map(
    (random) => `${random.nextUint32()} ${random.nextUint32()}`,
  );
  t.is(new Set(starts).size, starts.length);
});

for (const value of [-1, 0.5, 2 ** 32, Number.NaN, Infinity]) {
  test(`${value} is refused as seed, stream and bound`, (t) => {
    t.throws(() => pcg32(value), { instanceOf: RangeError, message: /seed .* 0\.\.4294967295/ });
    t.throws(() => pcg32(1, value), { instanceOf: RangeError, message: /stream .* 0\.\.4294967295/ });
    t.throws(() => pcg32(1).below(value), { instanceOf: RangeError, message: /bound/ });
  });
}

test('a bound of 0 is refused', (t) => {
  t.throws(() => pcg32(1).below(0), { instanceOf: RangeError });
});

/** PCG-XSH-RR 64/32 written down in BigInt, as the paper defines it and the reference implementation seeds it. */
function definition(seed: number, stream: number): () => number {
  const mask = (1n << 64n) - 1n;
  const increment = (BigInt(stream) << 1n) | 1n;
  const step = (state: bigint): bigint => (state * 6364136223846793005n + increment) & mask;
  let state = step((step(0n) + BigInt(seed)) & mask);
  return () => {
    const old = state;
    state = step(old);
    const shifted = Number((((old >> 18n) ^ old) >> 27n) & 0xffffffffn);
    const rotation = Number(old >> 59n);
    return ((shifted >>> rotation) | (shifted << (-rotation & 31))) >>> 0;
  };
}
