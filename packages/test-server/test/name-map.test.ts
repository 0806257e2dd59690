import test from 'ava';
import * as fc from 'fast-check';
import { NameMap } from '../src/zone/name-map.ts';

test('a changed copy leaves the old map as it was', (t) => {
  const before = new NameMap(
    new Map([
      ['a', 1],
      ['b', 2],
    ]),
  );
  const after = before.with(
    new Map([
      ['a', 3],
      ['b', undefined],
      ['c', 4],
    ]),
  );
  t.deepEqual([...before.values()], [1, 2]);
  t.deepEqual([...after.values()], [3, 4]);
  t.is(before.get('c'), undefined);
  t.is(after.get('b'), undefined);
});

test('any series of changes gives what a plain map gives', (t) => {
  const key = fc.constantFrom('a', 'b', 'c', 'd', 'e');
  const change = fc.array(fc.tuple(key, fc.option(fc.nat(9), { nil: undefined })), { maxLength: 3 });
  const size = fc.constantFrom(0, 50); // below and above the point where changes are folded in
  fc.assert(
    fc.property(size, fc.array(change, { maxLength: 12 }), (extra, changes) => {
      const plain = new Map<string, number>(Array.from({ length: extra }, (_, index) => [`x${index}`, index]));
      let map = new NameMap<number>(new Map(plain));
      for (const step of changes) {
        map = map.with(new Map(step));
        for (const [name, value] of new Map(step)) {
          if (value === undefined) plain.delete(name);
          else plain.set(name, value);
        }
      }
      for (const name of 'abcde') if (map.get(name) !== plain.get(name)) return false;
      return [...map.values()].map(String).sort().join() === [...plain.values()].map(String).sort().join();
    }),
  );
  t.pass();
});
