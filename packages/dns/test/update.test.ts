import test from 'ava';
import {
  decodeMessage,
  encodeMessage,
  makeUpdate,
  operationRecord,
  parseDomainName,
  parseRecord,
  prerequisiteRecords,
} from '../src/index.ts';
import type { Prerequisite, ResourceRecord, UpdateOperation } from '../src/index.ts';
import { golden } from './golden.ts';

const name = parseDomainName('a.example.org.');
const record = parseRecord('a.example.org. 300 IN A 192.0.2.1');
const other = parseRecord('a.example.org. 300 IN A 192.0.2.2');
const empty = { type: 'EMPTY' } as const;

// RFC 2136 section 2.4, in the order of its summary (section 2.4 of facts, table 3.2.4 of the RFC).
const prerequisites: readonly { readonly of: Prerequisite; readonly want: readonly ResourceRecord[] }[] = [
  { of: { kind: 'nameInUse', name }, want: [{ name, type: 'ANY', class: 'ANY', ttl: 0, rdata: empty }] },
  { of: { kind: 'rrsetExists', name, type: 'SRV' }, want: [{ name, type: 'SRV', class: 'ANY', ttl: 0, rdata: empty }] },
  { of: { kind: 'nameNotInUse', name }, want: [{ name, type: 'ANY', class: 'NONE', ttl: 0, rdata: empty }] },
  { of: { kind: 'rrsetAbsent', name, type: 'SRV' }, want: [{ name, type: 'SRV', class: 'NONE', ttl: 0, rdata: empty }] },
  {
    of: { kind: 'rrsetEquals', records: [record, other] },
    want: [
      { ...record, ttl: 0 },
      { ...other, ttl: 0 },
    ],
  },
];
for (const { of, want } of prerequisites) {
  test(`prerequisite ${of.kind} (RFC 2136 section 2.4)`, (t) => {
    t.deepEqual(prerequisiteRecords(of), [...want]);
  });
}

// RFC 2136 section 2.5.
const operations: readonly { readonly of: UpdateOperation; readonly want: ResourceRecord }[] = [
  { of: { kind: 'add', record }, want: record },
  { of: { kind: 'deleteRRset', name, type: 'SRV' }, want: { name, type: 'SRV', class: 'ANY', ttl: 0, rdata: empty } },
  { of: { kind: 'deleteName', name }, want: { name, type: 'ANY', class: 'ANY', ttl: 0, rdata: empty } },
  { of: { kind: 'deleteRecord', record }, want: { ...record, class: 'NONE', ttl: 0 } },
];
for (const { of, want } of operations) {
  test(`operation ${of.kind} (RFC 2136 section 2.5)`, (t) => {
    t.deepEqual(operationRecord(of), want);
  });
}

test('an RRset to compare with cannot be empty', (t) => {
  t.throws(() => prerequisiteRecords({ kind: 'rrsetEquals', records: [] }), { instanceOf: RangeError, message: /rrsetAbsent/ });
});

test('what we build is what nsupdate builds', (t) => {
  const service = parseDomainName('_vlmcs._tcp.contoso.com.');
  const update = makeUpdate({
    id: 0x5aa7,
    zone: parseDomainName('contoso.com.'),
    prerequisites: [
      { kind: 'nameInUse', name: service },
      { kind: 'nameNotInUse', name: parseDomainName('absent.contoso.com.') },
      { kind: 'rrsetExists', name: service, type: 'SRV' },
      { kind: 'rrsetAbsent', name: service, type: 'CNAME' },
      { kind: 'rrsetEquals', records: [parseRecord('_gone._tcp.contoso.com. 60 IN SRV 0 0 0 .')] },
    ],
    operations: [
      { kind: 'add', record: parseRecord('_vlmcs._tcp.contoso.com. 3600 IN SRV 10 75 51688 kms1.contoso.com.') },
      { kind: 'deleteRRset', name: service, type: 'SRV' },
      { kind: 'deleteName', name: parseDomainName('old.contoso.com.') },
      { kind: 'deleteRecord', record: parseRecord('_vlmcs._tcp.contoso.com. 60 IN SRV 10 50 1688 kms-w1.west.contoso.com.') },
    ],
  });
  t.deepEqual(decodeMessage(encodeMessage(update)), decodeMessage(golden('nsupdate-all.hex')));
});

test('the class of the zone section is that of the zone', (t) => {
  const update = makeUpdate({ id: 1, zone: name, zoneClass: 'CH', operations: [] });
  t.deepEqual(update.question, [{ name, type: 'SOA', class: 'CH' }]);
  t.deepEqual([update.opcode, update.answer, update.authority], ['UPDATE', [], []]);
});
