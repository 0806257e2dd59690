import test from 'ava';
import * as fc from 'fast-check';
import { Draw, drawOrder, exactOrderings, formatRational, pcg32, prepareSet, scriptedRandom } from '../src/index.ts';
import type { Law, SrvTarget } from '../src/index.ts';
import { exactChances } from './every-script.ts';
import { group, letters, srv } from './srv.ts';

const LAWS = ['rfc2782', 'proportional', 'uniform'] as const satisfies readonly Law[];
const anyRecords = fc.array(
  fc
    .tuple(
      fc.integer({ min: 0, max: 3 }),
      fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 65535 })),
      fc.integer({ min: 0, max: 9 }),
    )
    .map(([priority, weight, host]) => srv(`${priority} ${weight} h${host}`)),
  { maxLength: 12 },
);
const anyLaw = fc.constantFrom(...LAWS);
const anySeed = fc.integer({ min: 0, max: 0xffffffff });

test('every order is a permutation of the set, priorities ascending unless the law ignores them', (t) => {
  fc.assert(
    fc.property(anyRecords, anyLaw, anySeed, (records, law, seed) => {
      const order = [...drawOrder(prepareSet(records, law), pcg32(seed))];
      t.is(order.length, records.length);
      t.is(new Set(order).size, records.length);
      t.true(records.every((record) => order.includes(record)));
      if (law !== 'uniform') t.true(order.every(({ priority }, at) => at === 0 || priority >= (order[at - 1]?.priority ?? 0)));
    }),
  );
});

test('a seed gives the same order whatever order the records came in', (t) => {
  fc.assert(
    fc.property(anyRecords, anyLaw, anySeed, (records, law, seed) => {
      const drawn = (arrived: readonly SrvTarget[]): string => describe(drawOrder(prepareSet(arrived, law), pcg32(seed)));
      t.is(drawn(records), drawn(records.toReversed()));
    }),
  );
});

test('demoted targets come last in their group and nothing else moves', (t) => {
  fc.assert(
    fc.property(anyRecords, anyLaw, anySeed, fc.integer({ min: 0, max: 9 }), (records, law, seed, bad) => {
      const set = prepareSet(records, law);
      const demoted = ({ target }: SrvTarget): boolean => target.toString() <= `h${bad}.example.org.`;
      const plain = [...drawOrder(set, pcg32(seed))];
      const wanted = set.groups.flatMap(({ targets }) => {
        const inGroup = plain.filter((target) => targets.includes(target));
        return [...inGroup.filter((target) => !demoted(target)), ...inGroup.filter(demoted)];
      });
      t.is(describe(drawOrder(set, pcg32(seed), { demoted })), describe(wanted));
    }),
  );
});

test('with demotion the law is that of the whole set with the demoted ones moved back', (t) => {
  const set = prepareSet(group(1, 2, 3));
  const moved = new Map<string, string[]>();
  for (const { order, probability } of exactOrderings(set)) {
    const key = letters([...order.filter((target) => !isB(target)), ...order.filter(isB)]);
    moved.set(key, [...(moved.get(key) ?? []), formatRational(probability)]);
  }
  const chances = exactChances((random) => letters(drawOrder(set, random, { demoted: isB })));
  t.deepEqual(Object.keys(chances), ['acb', 'cab']);
  for (const [order, chance] of Object.entries(chances)) t.is(chance, sumOf(moved.get(order) ?? []));
});

test('when all are demoted nobody is', (t) => {
  const set = prepareSet(group(3, 2, 1, 0));
  for (let seed = 0; seed < 20; seed += 1) {
    t.is(letters(drawOrder(set, pcg32(seed), { demoted: () => true })), letters(drawOrder(set, pcg32(seed))));
  }
});

test('a draw asks for a number in 0..sum, and for 0 who stands first', (t) => {
  const set = prepareSet(group(1, 0, 2, 0));
  // 3 reaches c; then of a, b, d with the sum 1, 0 means a zero, and the second of them is d; 1 reaches a; b is alone.
  t.is(letters(drawOrder(set, scriptedRandom([3, 0, 1, 1]))), 'cdab');
});

test('a single target and one that is left alone are drawn without chance', (t) => {
  t.is(letters(drawOrder(prepareSet([srv('0 5 a'), srv('1 0 b')]), scriptedRandom([]))), 'ab');
});

test('what is not asked for is not drawn', (t) => {
  const set = prepareSet([...group(1, 1), srv('1 1 c'), srv('1 1 d')]);
  const [first] = drawOrder(set, scriptedRandom([2]));
  t.is(letters(first === undefined ? [] : [first]), 'b');
});

test('two draws of one set do not disturb each other', (t) => {
  const set = prepareSet(group(1, 2, 3, 0));
  const [one, other] = [drawOrder(set, pcg32(1)), drawOrder(set, pcg32(1))];
  const pairs = Array.from({ length: 4 }, () => [one.next().value, other.next().value] as const);
  for (const [a, b] of pairs) t.is(a, b);
  t.is(set.groups[0]?.targets.length, 4);
});

test('a Draw stops at the end of each group and can leave one early', (t) => {
  const draw = new Draw(prepareSet([srv('0 0 a'), srv('1 0 b'), srv('1 0 c'), srv('2 0 d')]), scriptedRandom([0]));
  t.is(draw.nextInGroup(), undefined);
  t.true(draw.enterNextGroup());
  t.is(letters([draw.nextInGroup()!]), 'a');
  t.is(draw.nextInGroup(), undefined);
  t.is(draw.nextInGroup(), undefined);
  t.true(draw.enterNextGroup());
  t.is(letters([draw.nextInGroup()!]), 'b');
  t.true(draw.enterNextGroup());
  t.is(letters([draw.nextInGroup()!]), 'd');
  t.false(draw.enterNextGroup());
  t.is(draw.nextInGroup(), undefined);
  t.false(draw.enterNextGroup());
});

test('demoted is asked once a target, when it is drawn, and a group left early takes its demoted ones along', (t) => {
  const asked: string[] = [];
  const demoted = (target: SrvTarget): boolean => {
    asked.push(letters([target]));
    return target.priority === 0;
  };
  const draw = new Draw(prepareSet([srv('0 0 a'), srv('0 0 b'), srv('1 0 c')]), scriptedRandom([1]), demoted);
  draw.enterNextGroup();
  t.is(letters([draw.nextInGroup()!]), 'b');
  draw.enterNextGroup();
  t.is(letters([draw.nextInGroup()!]), 'c');
  t.is(draw.nextInGroup(), undefined);
  t.deepEqual(asked, ['b', 'a', 'c']);
});

function isB({ target }: SrvTarget): boolean {
  return target.toString().startsWith('b');
}

function describe(targets: Iterable<SrvTarget>): string {
  return [...targets].map(({ priority, weight, target }) => `${priority} ${weight} ${target.toString()}`).join(', ');
}

function sumOf(fractions: readonly string[]): string {
  let [numerator, denominator] = [0n, 1n];
  for (const fraction of fractions) {
    const [top = 0n, bottom = 1n] = fraction.split('/').map(BigInt);
    [numerator, denominator] = [numerator * bottom + top * denominator, denominator * bottom];
  }
  let divisor = denominator;
  while (numerator % divisor !== 0n || denominator % divisor !== 0n) divisor -= 1n;
  return `${numerator / divisor}/${denominator / divisor}`;
}
