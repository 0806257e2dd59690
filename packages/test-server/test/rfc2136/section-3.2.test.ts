// RFC 2136 section 3.2, "Process Prerequisite Section"
import test from 'ava';
import { parseRecord } from '@srvkit/dns';
import type { ResourceRecord } from '@srvkit/dns';
import { applyUpdate } from '../../src/zone/index.ts';
import { name, sampleZone } from '../sample-zone.ts';
import { checkFixture, readFixtures, updateOf } from '../update-fixture.ts';

for (const fixture of readFixtures('prerequisites')) {
  test(fixture.title, (t) => {
    checkFixture(t, fixture);
  });
}

const EMPTY: ResourceRecord = { name: name('a'), type: 'A', class: 'ANY', ttl: 0, rdata: { type: 'EMPTY' } };
const FULL: ResourceRecord = parseRecord('a.example.org. 0 IN A 192.0.2.1');

for (const { title, record, rcode } of [
  { title: '3.2.1 a TTL that is not zero', record: { ...EMPTY, ttl: 1 }, rcode: 'FORMERR' },
  { title: '3.2.3 a TTL that is not zero, with RDATA', record: { ...FULL, ttl: 300 }, rcode: 'FORMERR' },
  { title: '3.2.1 class ANY with RDATA', record: { ...FULL, class: 'ANY' }, rcode: 'FORMERR' },
  { title: '3.2.2 class NONE with RDATA', record: { ...FULL, class: 'NONE' }, rcode: 'FORMERR' },
  { title: '3.2.3 the zone’s class without RDATA', record: { ...EMPTY, class: 'IN' }, rcode: 'FORMERR' },
  { title: '3.2.3 the zone’s class with type ANY', record: { ...FULL, type: 'ANY' }, rcode: 'FORMERR' },
  { title: '3.2 another class', record: { ...EMPTY, class: 'CH' }, rcode: 'FORMERR' },
  { title: '3.2 a name outside of the zone', record: { ...EMPTY, name: name('a.example.com.') }, rcode: 'NOTZONE' },
  { title: '3.2 a name that only ends like the zone', record: { ...EMPTY, name: name('notexample.org.') }, rcode: 'NOTZONE' },
  { title: '3.2 the TTL is looked at before the name', record: { ...EMPTY, ttl: 1, name: name('a.example.com.') }, rcode: 'FORMERR' },
] as const) {
  test(`${title} is a ${rcode}`, (t) => {
    const zone = sampleZone('a A 192.0.2.1');
    const update = { ...updateOf(['update add new 300 A 192.0.2.9']), answer: [record] };
    t.deepEqual(applyUpdate(zone, update), { rcode, zone, changed: false });
  });
}

test('3.2 a prerequisite that fails comes before a malformed one behind it', (t) => {
  const zone = sampleZone();
  const update = { ...updateOf([]), answer: [EMPTY, { ...EMPTY, class: 'CH' as const }] };
  t.is(applyUpdate(zone, update).rcode, 'NXRRSET');
});

test('3.2 a failing prerequisite comes before a malformed update', (t) => {
  const zone = sampleZone();
  t.is(applyUpdate(zone, { ...updateOf(['prereq yxdomain a']), authority: [{ ...EMPTY, class: 'CH' }] }).rcode, 'NXDOMAIN');
});
