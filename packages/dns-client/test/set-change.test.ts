import { parseRecord } from '@srvkit/dns';
import type { ResourceRecord } from '@srvkit/dns';
import test from 'ava';
import * as fc from 'fast-check';
import { compareSets, keepIdentity } from '../src/set-change.ts';

const srv = (rdata: string, ttl = 60): ResourceRecord => parseRecord(`_x._tcp.example.org. ${ttl} IN SRV ${rdata}`);

test('sets differ by target and port; another priority or weight is a change, another TTL or letter case is none', (t) => {
  const before = [
    srv('1 2 3 stays.example.org.'),
    srv('1 2 3 goes.example.org.'),
    srv('1 2 3 moves.example.org.'),
    srv('1 2 4 stays.example.org.'),
  ];
  const after = [
    srv('1 2 4 STAYS.example.org.', 30),
    srv('1 9 3 moves.example.org.'),
    srv('1 2 3 comes.example.org.'),
    srv('1 2 3 stays.example.org.'),
  ];
  t.deepEqual(compareSets(before, after), {
    added: [after[2]!],
    removed: [before[1]!],
    changed: [{ before: before[2]!, after: after[1]! }],
  });
});

test('a set of the same records is the same array, any other is not', (t) => {
  const before = [srv('1 2 3 a.example.org.'), srv('1 2 3 b.example.org.')];
  t.is(keepIdentity(before, [srv('1 2 3 a.example.org.'), srv('1 2 3 b.example.org.')]), before);
  for (const other of [
    [srv('1 2 3 b.example.org.'), srv('1 2 3 a.example.org.')],
    [srv('1 2 3 a.example.org.')],
    [srv('1 2 3 a.example.org.', 59), srv('1 2 3 b.example.org.')],
    [srv('1 2 3 A.example.org.'), srv('1 2 3 b.example.org.')],
  ]) {
    t.is(keepIdentity(before, other), other);
  }
});

test('a difference taken forward is the other set', (t) => {
  const one = fc.record({ host: fc.integer({ min: 0, max: 5 }), weight: fc.integer({ min: 0, max: 2 }) });
  const set = fc
    .uniqueArray(one, { selector: ({ host }) => host })
    .map((hosts) => hosts.map(({ host, weight }) => srv(`1 ${weight} 3 h${host}.example.org.`)));
  fc.assert(
    fc.property(set, set, (before, after) => {
      const { added, removed, changed } = compareSets(before, after);
      const replaced = new Map(changed.map((each) => [each.before, each.after]));
      const taken = [...before.filter((record) => !removed.includes(record)).map((record) => replaced.get(record) ?? record), ...added];
      t.deepEqual(taken.map(rdataOf).toSorted(), after.map(rdataOf).toSorted());
    }),
    { numRuns: 300 },
  );
});

function rdataOf({ rdata }: ResourceRecord): string {
  return rdata.type === 'SRV' ? `${rdata.target.key} ${rdata.port} ${rdata.priority} ${rdata.weight}` : '';
}
