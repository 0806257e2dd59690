// RFC 2136 section 3.4.1, "Prescan"
import test from 'ava';
import { parseRecord } from '@srvkit/dns';
import type { RecordType, ResourceRecord } from '@srvkit/dns';
import { applyUpdate } from '../../src/zone/index.ts';
import { name, sampleZone } from '../sample-zone.ts';
import { updateOf } from '../update-fixture.ts';

const EMPTY: ResourceRecord = { name: name('a'), type: 'A', class: 'ANY', ttl: 0, rdata: { type: 'EMPTY' } };
const FULL: ResourceRecord = parseRecord('a.example.org. 300 IN A 192.0.2.1');
const GONE: ResourceRecord = { ...FULL, class: 'NONE', ttl: 0 };
const METAS: readonly RecordType[] = ['AXFR', 'IXFR', 'MAILA', 'MAILB', 'OPT', 'TSIG', 'TKEY', 'TYPE128'];

interface Case {
  readonly title: string;
  readonly record: ResourceRecord;
  readonly rcode: 'FORMERR' | 'NOTZONE';
}

const CASES: Case[] = [
  { title: '3.4.1.1 a name outside of the zone', record: { ...FULL, name: name('a.example.com.') }, rcode: 'NOTZONE' },
  { title: '3.4.1.1 a name above the zone', record: { ...FULL, name: name('org.') }, rcode: 'NOTZONE' },
  { title: '3.4.1.1 a name that only ends like the zone', record: { ...EMPTY, name: name('notexample.org.') }, rcode: 'NOTZONE' },
  { title: '3.4.1.2 another class', record: { ...FULL, class: 'CH' }, rcode: 'FORMERR' },
  { title: '3.4.1.2 an unassigned class', record: { ...FULL, class: 'CLASS4711' }, rcode: 'FORMERR' },
  { title: '3.4.1.2 adding without RDATA', record: { ...EMPTY, class: 'IN', ttl: 300 }, rcode: 'FORMERR' },
  { title: '3.4.1.2 adding MX without RDATA', record: { ...EMPTY, type: 'MX', class: 'IN' }, rcode: 'FORMERR' },
  { title: '3.4.1.2 adding RP without RDATA', record: { ...EMPTY, type: 'TYPE17', class: 'IN' }, rcode: 'FORMERR' },
  { title: '3.4.1.2 class NONE with DNAME without RDATA', record: { ...EMPTY, type: 'TYPE39', class: 'NONE' }, rcode: 'FORMERR' },
  { title: '3.4.1.2 adding type ANY', record: { ...FULL, type: 'ANY' }, rcode: 'FORMERR' },
  { title: '3.4.1.2 class ANY with a TTL', record: { ...EMPTY, ttl: 1 }, rcode: 'FORMERR' },
  { title: '3.4.1.2 class ANY with RDATA', record: { ...FULL, class: 'ANY', ttl: 0 }, rcode: 'FORMERR' },
  { title: '3.4.1.2 class NONE with a TTL', record: { ...GONE, ttl: 300 }, rcode: 'FORMERR' },
  { title: '3.4.1.2 class NONE with type ANY', record: { ...EMPTY, class: 'NONE', type: 'ANY' }, rcode: 'FORMERR' },
  { title: '3.4.1.2 class NONE without RDATA', record: { ...EMPTY, class: 'NONE' }, rcode: 'FORMERR' },
  ...METAS.flatMap((type): Case[] => [
    { title: `3.4.1.2 adding type ${type}`, record: { ...FULL, type }, rcode: 'FORMERR' },
    { title: `3.4.1.2 class ANY with type ${type}`, record: { ...EMPTY, type }, rcode: 'FORMERR' },
    { title: `3.4.1.2 class NONE with type ${type}`, record: { ...GONE, type }, rcode: 'FORMERR' },
  ]),
];

for (const { title, record, rcode } of CASES) {
  test(`${title} is a ${rcode}, and nothing else of the message is done`, (t) => {
    const zone = sampleZone('a A 192.0.2.1');
    const good = updateOf(['update add new 300 A 192.0.2.9', 'update delete a']);
    for (const authority of [
      [record, ...good.authority],
      [...good.authority, record],
    ]) {
      t.deepEqual(applyUpdate(zone, { ...good, authority }), { rcode, zone, changed: false });
    }
  });
}

test('a type with empty RDATA that we do not know may be added', (t) => {
  const update = { ...updateOf([]), authority: [{ ...EMPTY, type: 'TYPE65280' as const, class: 'IN' as const, ttl: 300 }] };
  const { rcode, zone } = applyUpdate(sampleZone(), update);
  t.is(rcode, 'NOERROR');
  t.is(zone.rrset(name('a'), 'TYPE65280')?.records.length, 1);
});
