import test from 'ava';
import * as fc from 'fast-check';
import { drawOrder, exactFirstChoice, exactOrderings, formatRational, pcg32, prepareSet, toNumber } from '../src/index.ts';
import type { Law, PreparedSet, Random, SrvTarget } from '../src/index.ts';
import { exactChances } from './every-script.ts';
import { group, letters, srv } from './srv.ts';

const LAWS = ['rfc2782', 'proportional', 'uniform'] as const satisfies readonly Law[];

for (const law of LAWS) {
  test(`${law}: the closed form is what every draw gives, for all sets of up to 4 records with weights 0 to 3`, (t) => {
    for (const weights of weightLists(4, 3)) {
      const set = prepareSet(group(...weights), law);
      t.deepEqual(
        exactChances((random) => letters(drawOrder(set, random))),
        orderingTable(set),
        weights.join(' '),
      );
    }
  });

  test(`${law}: the closed form is what every shuffle with every draw gives by the letter, for all sets of up to 4 records with weights 0 to 3`, (t) => {
    for (const weights of weightLists(4, 3).filter(isAscending)) {
      t.deepEqual(
        exactChances((random) => literalOrder(weights, law, random)),
        orderingTable(prepareSet(group(...weights), law)),
        weights.join(' '),
      );
    }
  });

  test(`${law}: groups are ordered independently of each other`, (t) => {
    const set = prepareSet([srv('5 2 c'), srv('1 1 a'), srv('1 2 b'), srv('5 0 d')], law);
    t.deepEqual(
      exactChances((random) => letters(drawOrder(set, random))),
      orderingTable(set),
    );
  });

  test(`${law}: the first choice, with and without failed targets, is what the whole orderings say`, (t) => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 3 }), fc.boolean()), { maxLength: 5 }),
        (rows) => {
          const records = rows.map(([priority, weight], at) => srv(`${priority} ${weight} ${String.fromCodePoint(97 + at)}`));
          const failed = (target: SrvTarget): boolean => rows[records.indexOf(target)]?.[2] ?? false;
          const set = prepareSet(records, law);
          for (const { target, probability } of exactFirstChoice(set, { failed })) {
            const expected = exactOrderings(set)
              .filter(({ order }) => order.find((candidate) => !failed(candidate)) === target)
              .reduce((sum, ordering) => sum + toNumber(ordering.probability), 0);
            t.true(Math.abs(toNumber(probability) - expected) < 1e-12);
          }
        },
      ),
      { numRuns: 50 },
    );
  });
}

// srv §1.2, column "RFC + shuffle + zeros first", and column "exact proportional".
const shares: readonly (readonly [weights: readonly number[], rfc2782: string, proportional: string])[] = [
  [[60, 30, 10], '181/303 91/303 31/303', '3/5 3/10 1/10'],
  [[1, 1], '1/2 1/2', '1/2 1/2'],
  [[1, 2], '3/8 5/8', '1/3 2/3'],
  [[100, 200], '201/602 401/602', '1/3 2/3'],
  [[0, 0, 0], '1/3 1/3 1/3', '1/3 1/3 1/3'],
  [[1, 0], '1/2 1/2', '1 0'],
  [[50, 0, 0], '50/51 1/102 1/102', '1 0 0'],
  [[65535, 65535, 65535], '1/3 1/3 1/3', '1/3 1/3 1/3'],
  // kms N-19, the mean over both positions: 76/101 and 75/101.
  [[75, 25], '151/202 51/202', '3/4 1/4'],
  [[0, 1, 1], '1/3 1/3 1/3', '0 1/2 1/2'],
  // srv §5.2, Prosody.
  [[60, 35, 0, 120], '5/18 35/216 1/216 5/9', '12/43 7/43 0 24/43'],
];
for (const [weights, rfc2782, proportional] of shares) {
  test(`weights ${weights.join(', ')}: first choice ${rfc2782} by rfc2782, ${proportional} by proportional`, (t) => {
    t.is(firstChoice(prepareSet(group(...weights))), rfc2782);
    t.is(firstChoice(prepareSet(group(...weights), 'proportional')), proportional);
    t.is(firstChoice(prepareSet(group(...weights), 'uniform')), weights.map(() => `1/${weights.length}`).join(' '));
  });
}

// Style 1.10 item 1: a shuffle that forgets the second element gives 3 of the 6 orders of three, and always the same of two.
for (const law of LAWS) {
  test(`${law}: all orders of equal zeros are equally likely`, (t) => {
    t.deepEqual(
      exactChances((random) => letters(drawOrder(prepareSet(group(0, 0), law), random))),
      { ab: '1/2', ba: '1/2' },
    );
    t.deepEqual(
      exactChances((random) => letters(drawOrder(prepareSet(group(0, 0, 0), law), random))),
      { abc: '1/6', acb: '1/6', bac: '1/6', bca: '1/6', cab: '1/6', cba: '1/6' },
    );
  });
}

// Style 1.10 item 6: by the letter and unshuffled, (1, 3) gives the heavier one 3/5 and (3, 1) gives it 4/5. Ours is the mean of both.
test('the rfc2782 law does not depend on the order of the list', (t) => {
  t.is(firstChoice(prepareSet(group(1, 3))), '3/10 7/10');
  t.is(firstChoice(prepareSet(group(3, 1))), '7/10 3/10');
});

test('fallbacks are weighted like the first choice', (t) => {
  // After c is gone, a : b is 1 : 2 again. A choice that is only weighted once would give ab and ba the same chance.
  t.is(orderingTable(prepareSet(group(1, 2, 3), 'proportional'))['cba'], '1/3');
  t.is(orderingTable(prepareSet(group(1, 2, 3), 'proportional'))['cab'], '1/6');
});

test('the two-site plan: three quarters to the first host at home, the other site only when home is down (kms N-20)', (t) => {
  const set = prepareSet([srv('10 75 e1'), srv('10 25 e2'), srv('90 75 w1'), srv('90 25 w2')]);
  const without = (...hosts: readonly string[]): string => firstChoice(set, (target) => hosts.includes(letters([target])));
  t.is(without(), '151/202 51/202 0 0');
  t.is(without('e1'), '0 1 0 0');
  t.is(without('e1', 'e2'), '0 0 151/202 51/202');
  t.is(without('e1', 'e2', 'w1'), '0 0 0 1');
  t.is(without('e1', 'e2', 'w1', 'w2'), '0 0 0 0');
});

// srv §5.2: GLib's vector has zeros first and then ascending weights in a fixed list. Where zeros are still left our law is the same;
// where a, the zero, goes early, ours has to be worked out by hand.
test("GLib's set of six has 48 orders that add up to 1", (t) => {
  const set = prepareSet([srv('2 0 a'), srv('2 10 b'), srv('2 15 c'), srv('2 5 d'), srv('1 0 e'), srv('1 50 f')]);
  const table = orderingTable(set);
  t.is(Object.keys(table).length, 48);
  t.is(table['fecbda'], '3125/12648');
  t.true(Math.abs(fraction(table['fecbda']) - 0.2468) < 0.002);
  t.true(Math.abs(fraction(table['febcda']) - 0.1885) < 0.002);
  t.true(Math.abs(fraction(table['efcbda']) - 0.0049) < 0.0002);
  // 50/51 for f; then a with 1/31; b with (10 + 1/3)/31 of c, b, d; c with (15 + 1/2)/21 of c, d.
  t.is(table['feabcd'], formatRational(product([50, 51], [1, 31], [31, 93], [31, 42])));
  const sum = exactOrderings(set).reduce((total, { probability }) => total + toNumber(probability), 0);
  t.true(Math.abs(sum - 1) < 1e-12);
});

test('100,000 seeded draws of whole orders agree with the exact law, and would not agree with the other one', (t) => {
  const records = [srv('1 1 a'), srv('1 2 b'), srv('2 0 c'), srv('2 1 d'), srv('2 3 e')];
  const [rfc2782, proportional] = [prepareSet(records), prepareSet(records, 'proportional')];
  const counts = new Map<string, number>();
  const random = pcg32(20261121);
  for (let draw = 0; draw < 100_000; draw += 1) {
    const order = letters(drawOrder(rfc2782, random));
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  t.true(chiSquareFits(rfc2782, counts));
  t.false(chiSquareFits(proportional, counts));
});

test('sets too large for the exact law are refused', (t) => {
  const nine = prepareSet(group(1, 2, 3, 4, 5, 6, 7, 8, 9));
  t.throws(() => exactOrderings(nine), { instanceOf: RangeError, message: 'a set of 9 has 362880 orders: at most 50000 are listed' });
  const twenty = prepareSet(Array.from({ length: 20 }, (_, at) => srv(`0 1 h${at}`)));
  t.throws(() => exactFirstChoice(twenty, { failed: ({ target }) => target.toString() !== 'h0.example.org.' }), {
    instanceOf: RangeError,
    message: /19 targets of priority 0 have failed: .* at most 16/,
  });
  t.is(exactFirstChoice(twenty).length, 20);
});

test('an empty set has one order, the empty one', (t) => {
  t.deepEqual(exactFirstChoice(prepareSet([])), []);
  t.deepEqual(
    exactOrderings(prepareSet([])).map(({ order, probability }) => [order, formatRational(probability)]),
    [[[], '1']],
  );
});

test('rationals far beyond the range of numbers still become numbers', (t) => {
  const huge = 3n ** 2000n;
  t.is(toNumber({ numerator: huge, denominator: 4n * huge }), 0.25);
  t.is(toNumber({ numerator: 1n, denominator: 3n }), 1 / 3);
});

/** RFC 2782 by the letter, with the rulings of srv O2 and O3: one shuffle for the group, then draws over what is left of it. */
function literalOrder(weights: readonly number[], law: Law, random: Random): string {
  const shuffled = weights.map((weight, at) => ({ letter: String.fromCodePoint(97 + at), weight: law === 'uniform' ? 0 : weight }));
  for (let last = shuffled.length - 1; last > 0; last -= 1) {
    const picked = random.below(last + 1);
    [shuffled[last], shuffled[picked]] = [shuffled[picked]!, shuffled[last]!];
  }
  const zeros = shuffled.filter(({ weight }) => weight === 0);
  const positives = shuffled.filter(({ weight }) => weight > 0);
  const unordered = law === 'proportional' ? [...positives, ...zeros] : [...zeros, ...positives];
  let order = '';
  while (unordered.length > 0) {
    const sum = unordered.reduce((total, { weight }) => total + weight, 0);
    const drawn = law === 'proportional' && sum > 0 ? 1 + random.below(sum) : random.below(sum + 1);
    let runningSum = 0;
    const at = unordered.findIndex(({ weight }) => (runningSum += weight) >= drawn);
    order += unordered.splice(at, 1)[0]!.letter;
  }
  return order;
}

/** Every list of 1 to `length` weights in 0..`heaviest`. */
function weightLists(length: number, heaviest: number): number[][] {
  if (length === 0) return [];
  const weights = Array.from({ length: heaviest + 1 }, (_, weight) => weight);
  const shorter = weightLists(length - 1, heaviest);
  const longest = shorter.length === 0 ? [[]] : shorter.filter((list) => list.length === length - 1);
  return [...shorter, ...longest.flatMap((list) => weights.map((weight) => [...list, weight]))];
}

function isAscending(weights: readonly number[]): boolean {
  return weights.every((weight, at) => at === 0 || weight >= (weights[at - 1] ?? 0));
}

function orderingTable(set: PreparedSet): Record<string, string> {
  const rows = exactOrderings(set).map(({ order, probability }) => [letters(order), formatRational(probability)] as const);
  return Object.fromEntries(rows.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function firstChoice(set: PreparedSet, failed?: (target: SrvTarget) => boolean): string {
  return exactFirstChoice(set, { failed })
    .map(({ probability }) => formatRational(probability))
    .join(' ');
}

function fraction(text: string | undefined): number {
  const [numerator = Number.NaN, denominator = 1] = (text ?? '').split('/').map(Number);
  return numerator / denominator;
}

function product(...fractions: readonly (readonly [number, number])[]): { numerator: bigint; denominator: bigint } {
  let [numerator, denominator] = [1n, 1n];
  for (const [top, bottom] of fractions) [numerator, denominator] = [numerator * BigInt(top), denominator * BigInt(bottom)];
  let [divisor, rest] = [denominator, numerator];
  while (rest !== 0n) [divisor, rest] = [rest, divisor % rest];
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}

/** Pearson's test at alpha = 1e-6 (srv §5.1); an order that cannot happen by the law but did is a failure by itself. */
function chiSquareFits(set: PreparedSet, counts: ReadonlyMap<string, number>): boolean {
  const law = new Map(exactOrderings(set).map(({ order, probability }) => [letters(order), toNumber(probability)]));
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  if ([...counts.keys()].some((order) => !law.has(order))) return false;
  let statistic = 0;
  for (const [order, probability] of law) {
    const expected = probability * total;
    statistic += ((counts.get(order) ?? 0) - expected) ** 2 / expected;
  }
  // Wilson and Hilferty's approximation of the quantile; 4.7534 is that of the normal distribution.
  const freedom = law.size - 1;
  return statistic < freedom * (1 - 2 / (9 * freedom) + 4.7534 * Math.sqrt(2 / (9 * freedom))) ** 3;
}
