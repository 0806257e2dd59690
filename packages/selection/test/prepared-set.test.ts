import test from 'ava';
import * as fc from 'fast-check';
import { parseDomainName } from '@srvkit/dns';
import type { SrvRdata } from '@srvkit/dns';
import { MAX_TARGETS, prepareSet } from '../src/index.ts';
import type { Law, SrvTarget } from '../src/index.ts';
import { group, letters, srv } from './srv.ts';

test('records are put in the order priority, target, port, weight, whatever order they came in', (t) => {
  const canonical = [srv('0 5 z'), at(80, 9, 'A'), at(80, 1, 'b'), at(80, 2, 'b'), at(443, 0, 'B'), at(9, 0, 'c'), srv('90 0 a')];
  fc.assert(
    fc.property(fc.shuffledSubarray(canonical, { minLength: canonical.length }), (arrived) => {
      t.deepEqual(
        prepareSet(arrived).groups.flatMap(({ targets }) => targets),
        canonical,
      );
    }),
  );
});

test('records that differ only in letter case have an order too', (t) => {
  const [upper, lower] = [srv('0 1 A'), srv('0 1 a')];
  t.deepEqual(prepareSet([lower, upper]).groups[0]?.targets, [upper, lower]);
  t.deepEqual(prepareSet([upper, lower]).groups[0]?.targets, [upper, lower]);
});

test('a group holds the records of one priority and the sum of their weights', (t) => {
  const set = prepareSet([srv('90 75 c'), srv('10 75 a'), srv('10 25 b')]);
  t.deepEqual(
    set.groups.map(({ priority, targets, weightSum }) => [priority, letters(targets), weightSum]),
    [
      [10, 'ab', 100],
      [90, 'c', 75],
    ],
  );
  t.is(set.size, 3);
});

test('under the law uniform there is one group without weights', (t) => {
  const set = prepareSet([srv('90 75 c'), srv('10 75 a')], 'uniform');
  t.deepEqual(
    set.groups.map(({ priority, targets, weightSum }) => [priority, letters(targets), weightSum]),
    [[10, 'ac', 0]],
  );
});

test('an empty set has no groups', (t) => {
  for (const law of ['rfc2782', 'proportional', 'uniform'] as const) t.deepEqual(prepareSet([], law).groups, []);
});

test('records are passed on as they are, with all that they carry', (t) => {
  const record: SrvRdata = { type: 'SRV', ...srv('0 0 a') };
  t.is(prepareSet([record]).groups[0]?.targets[0], record);
});

test('a set leaves the records it is made from alone, and does not change with their list', (t) => {
  const records = [srv('1 0 b'), srv('0 0 a')];
  for (const law of ['rfc2782', 'uniform'] as const) {
    const list = [...records];
    const set = prepareSet(list, law);
    t.is(letters(list), 'ba');
    list.length = 0;
    t.is(letters(set.groups.flatMap(({ targets }) => targets)), 'ab');
  }
});

test('sums go beyond 16 bits', (t) => {
  t.is(prepareSet(group(65535, 65535, 65535)).groups[0]?.weightSum, 196605);
});

test('of a giant set the first 100 records in canonical order are kept and the rest is reported', (t) => {
  const records = Array.from({ length: 103 }, (_, at) => srv(`${103 - at} 1 h${at}`));
  const set = prepareSet(records);
  t.is(set.size, MAX_TARGETS);
  t.is(set.groups.length, 100);
  t.deepEqual(
    set.dropped.map(({ priority }) => priority),
    [101, 102, 103],
  );
});

for (const [field, value] of [
  ['priority', -1],
  ['weight', 65536],
  ['port', 1.5],
  ['weight', Number.NaN],
] as const) {
  test(`${field} ${value} is refused`, (t) => {
    const record = { ...srv('0 0 a'), [field]: value };
    t.throws(() => prepareSet([record]), {
      instanceOf: RangeError,
      message: `a.example.org.: ${field} ${value} is not an integer in 0..65535`,
    });
  });
}

test('an unknown law is refused', (t) => {
  t.throws(() => prepareSet([], 'fair' as Law), { instanceOf: RangeError, message: /"fair" is unknown: use rfc2782/ });
});

test('the root as target is not special here', (t) => {
  t.is(prepareSet([{ priority: 0, weight: 0, port: 0, target: parseDomainName('.') }]).size, 1);
});

function at(port: number, weight: number, host: string): SrvTarget {
  return { ...srv(`10 ${weight} ${host}`), port };
}
