// RFC 2136 section 3.1, "Process Zone Section"
import test from 'ava';
import { makeMessage } from '@srvkit/dns';
import type { Question } from '@srvkit/dns';
import { applyUpdate } from '../../src/zone/index.ts';
import { name, sampleZone } from '../sample-zone.ts';

const RIGHT: Question = { name: name('@'), type: 'SOA', class: 'IN' };

for (const { title, question, rcode } of [
  { title: '3.1.1 exactly one zone of type SOA is right', question: [RIGHT], rcode: 'NOERROR' },
  { title: '3.1.1 letter case does not matter', question: [{ ...RIGHT, name: name('EXAMPLE.Org.') }], rcode: 'NOERROR' },
  { title: '3.1.1 no zone is a FORMERR', question: [], rcode: 'FORMERR' },
  { title: '3.1.1 two zones are a FORMERR', question: [RIGHT, RIGHT], rcode: 'FORMERR' },
  { title: '3.1.1 any type but SOA is a FORMERR', question: [{ ...RIGHT, type: 'ANY' }], rcode: 'FORMERR' },
  { title: '3.1.1 a FORMERR comes before a NOTAUTH', question: [{ ...RIGHT, name: name('example.com.'), type: 'A' }], rcode: 'FORMERR' },
  { title: '3.1.2 another zone is a NOTAUTH', question: [{ ...RIGHT, name: name('example.com.') }], rcode: 'NOTAUTH' },
  { title: '3.1.2 a name inside the zone is no zone', question: [{ ...RIGHT, name: name('a') }], rcode: 'NOTAUTH' },
  { title: '3.1.2 another class is a NOTAUTH', question: [{ ...RIGHT, class: 'CH' }], rcode: 'NOTAUTH' },
] as const) {
  test(title, (t) => {
    const zone = sampleZone('a A 192.0.2.1');
    t.deepEqual(applyUpdate(zone, makeMessage({ id: 1, opcode: 'UPDATE', question })), { rcode, zone, changed: false });
  });
}
