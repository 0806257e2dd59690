// RFC 2136 section 3.4.2, "Update", with the comparison rules of section 1.1
import test from 'ava';
import * as fc from 'fast-check';
import { formatRecord } from '@srvkit/dns';
import { applyUpdate } from '../../src/zone/index.ts';
import { name, sampleZone } from '../sample-zone.ts';
import { checkFixture, readFixtures, updateOf } from '../update-fixture.ts';

for (const file of ['add-to-rrset', 'delete']) {
  for (const fixture of readFixtures(file)) {
    test(`${file}: ${fixture.title}`, (t) => {
      checkFixture(t, fixture);
    });
  }
}

test('any series of updates does what the pseudocode does to a list of records', (t) => {
  fc.assert(
    fc.property(fc.array(fc.array(LINE, { minLength: 1, maxLength: 4 }), { maxLength: 8 }), (messages) => {
      let zone = sampleZone();
      let list: Row[] = [];
      for (const script of messages) {
        zone = applyUpdate(zone, updateOf(script)).zone;
        for (const line of script) list = pseudocode(list, line);
      }
      const rows = [...zone.records()].filter((record) => record.type !== 'SOA' && record.type !== 'NS');
      t.deepEqual(rows.map((record) => formatRecord(record).replaceAll(/\s+/g, ' ')).sort(), list.map(textOf).sort());
      // What exists is exactly the names of the records and those above them.
      const names = new Set(['example.org.']);
      for (const { owner } of list)
        for (let key = `${owner}.example.org.`; key !== 'example.org.'; key = key.slice(key.indexOf('.') + 1)) names.add(key);
      t.deepEqual([...zone.nodes.values()].map((node) => node.name.key).sort(), [...names].sort());
      for (const node of zone.nodes.values()) {
        t.is(node.children, [...names].filter((key) => key.slice(key.indexOf('.') + 1) === node.name.key).length);
      }
    }),
    { numRuns: 300 },
  );
});

test('an update leaves the zone it started from as it was', (t) => {
  const before = sampleZone('a A 192.0.2.1');
  const records = [...before.records()];
  t.true(applyUpdate(before, updateOf(['update delete a', 'update add b 60 A 192.0.2.2'])).changed);
  t.deepEqual([...before.records()], records);
});

test('an update shares with the zone before what it did not touch', (t) => {
  const before = sampleZone('a A 192.0.2.1\nb A 192.0.2.2');
  const after = applyUpdate(before, updateOf(['update delete a'])).zone;
  t.is(after.rrset(name('b'), 'A'), before.rrset(name('b'), 'A'));
});

test('delegations are counted', (t) => {
  let zone = sampleZone();
  for (const { script, cuts } of [
    { script: ['update add s 300 NS ns.s', 'update add u 300 NS ns.u'], cuts: 2 },
    { script: ['update add s 300 NS ns2.s', 'update add @ 300 NS ns2'], cuts: 2 },
    { script: ['update delete s NS ns.s'], cuts: 2 },
    { script: ['update add s 300 TXT x', 'update add v 300 TXT x'], cuts: 2 },
    { script: ['update delete s TXT', 'update delete v', 'update delete @ NS ns2'], cuts: 2 },
    { script: ['update delete s NS ns2.s'], cuts: 1 },
    { script: ['update delete u'], cuts: 0 },
  ]) {
    zone = applyUpdate(zone, updateOf(script)).zone;
    t.is(zone.cuts, cuts);
  }
});

// A model of A and CNAME at names below the origin, as plain as the RFC's pseudocode.
interface Row {
  readonly owner: string;
  readonly type: string;
  readonly ttl: string;
  readonly rdata: string;
}

const OWNER = fc.constantFrom('a', 'b', 'x.a', 'y.x.a');
const ADDRESS = fc.constantFrom('192.0.2.1', '192.0.2.2', '192.0.2.3');
const LINE = fc.oneof(
  fc.tuple(OWNER, fc.constantFrom('60', '300'), ADDRESS).map(([owner, ttl, address]) => `update add ${owner} ${ttl} A ${address}`),
  fc.tuple(OWNER, fc.constantFrom('60', '300'), OWNER).map(([owner, ttl, target]) => `update add ${owner} ${ttl} CNAME ${target}`),
  fc.tuple(OWNER, ADDRESS).map(([owner, address]) => `update delete ${owner} A ${address}`),
  fc.tuple(OWNER, fc.constantFrom(' A', ' CNAME', '')).map(([owner, type]) => `update delete ${owner}${type}`),
);

function pseudocode(list: readonly Row[], line: string): Row[] {
  const [, verb, owner = '', ...rest] = line.split(' ');
  if (verb === 'delete') {
    const [type, rdata] = rest;
    return list.filter(
      (row) => row.owner !== owner || (type !== undefined && row.type !== type) || (rdata !== undefined && row.rdata !== rdata),
    );
  }
  const [ttl = '', type = '', rdata = ''] = rest;
  if (list.some((row) => row.owner === owner && (row.type === 'CNAME') !== (type === 'CNAME'))) return [...list];
  const others = list.filter((row) => row.owner !== owner || (row.type === 'A' && row.rdata !== rdata));
  return [...others.map((row) => (row.owner === owner ? { ...row, ttl } : row)), { owner, type, ttl, rdata }];
}

function textOf({ owner, type, ttl, rdata }: Row): string {
  return `${owner}.example.org. ${ttl} IN ${type} ${type === 'CNAME' ? `${rdata}.example.org.` : rdata}`;
}
