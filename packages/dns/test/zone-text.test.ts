import test from 'ava';
import * as fc from 'fast-check';
import {
  DomainName,
  formatAddress,
  formatRdata,
  formatRecord,
  formatZone,
  parseDomainName,
  ParseError,
  parseMasterFile,
  parseRecord,
} from '@srvkit/dns';
import type { Rdata, RecordType, ResourceRecord } from '@srvkit/dns';

const ZONE = `$ORIGIN example.org.
$TTL 3600
www CNAME ns
_vlmcs._tcp 60 SRV 10 0 1688 b
NS A 192.0.2.1
_vlmcs._tcp 60 SRV 0 100 1688 a
_vlmcs._tcp 60 SRV 0 9 1688 a
a.east A 192.0.2.3
@ NS ns
@ SOA ns hostmaster 1 900 600 86400 60
east 600000 TXT "say \\"no\\"" \\027[31m
`;

const PRINTED = `example.org.             3600   IN SOA   ns.example.org. hostmaster.example.org. 1 900 600 86400 60
example.org.             3600   IN NS    ns.example.org.
_vlmcs._tcp.example.org. 60     IN SRV   0 9 1688 a.example.org.
_vlmcs._tcp.example.org. 60     IN SRV   0 100 1688 a.example.org.
_vlmcs._tcp.example.org. 60     IN SRV   10 0 1688 b.example.org.
east.example.org.        600000 IN TXT   "say \\"no\\"" "\\027[31m"
a.east.example.org.      3600   IN A     192.0.2.3
NS.example.org.          3600   IN A     192.0.2.1
www.example.org.         3600   IN CNAME ns.example.org.
`;

test('a zone is printed in columns, the SOA first, names in canonical order, then type and RDATA', (t) => {
  t.is(formatZone(parseMasterFile(ZONE)), PRINTED);
});

test('the order of the records given does not matter, and they are left as they were', (t) => {
  const records = Object.freeze(parseMasterFile(ZONE).toReversed());
  t.is(formatZone(records), PRINTED);
});

test('the SOA comes first even when other names sort before its own', (t) => {
  const zone = formatZone(parseMasterFile('z. 1 SOA . . 1 2 3 4 5\na. 1 NS b.'));
  t.regex(zone, /^z\. 1 IN SOA/);
});

test('one long owner name does not push all others aside', (t) => {
  const zone = formatZone(parseMasterFile(`${'x'.repeat(60)}.a. 1 NS b.\na. 1 NS b.`));
  t.is(zone, `a.${' '.repeat(38)} 1 IN NS b.\n${'x'.repeat(60)}.a. 1 IN NS b.\n`);
});

test('no records are no text', (t) => {
  t.is(formatZone([]), '');
});

const rdata: readonly (readonly [RecordType, Rdata, string])[] = [
  ['A', { type: 'A', address: '192.0.2.1' }, '192.0.2.1'],
  ['AAAA', { type: 'AAAA', address: '2001:DB8:0:0:0:0:0:1' }, '2001:db8::1'],
  ['TXT', { type: 'TXT', strings: [new Uint8Array(), Uint8Array.of(0, 34, 92, 127, 255, 65)] }, '"" "\\000\\"\\\\\\127\\255A"'],
  ['MX', { type: 'UNKNOWN', bytes: Uint8Array.of(0, 10, 1, 97, 0) }, '10 a.'],
  ['MX', { type: 'UNKNOWN', bytes: Uint8Array.of(0, 10, 1, 97, 0, 0) }, '\\# 6 000a01610000'],
  ['MX', { type: 'UNKNOWN', bytes: Uint8Array.of(0, 10, 0xc0, 0) }, '\\# 4 000ac000'],
  ['TYPE65280', { type: 'UNKNOWN', bytes: Uint8Array.of(1, 171) }, '\\# 2 01ab'],
  ['TYPE65280', { type: 'UNKNOWN', bytes: new Uint8Array() }, '\\# 0'],
  ['SRV', { type: 'EMPTY' }, '\\# 0'],
  [
    'TSIG',
    {
      type: 'TSIG',
      algorithm: parseDomainName('hmac-sha256'),
      timeSigned: 5,
      fudge: 300,
      mac: Uint8Array.of(1, 2, 3),
      originalId: 7,
      error: 'BADVERS',
      other: new Uint8Array(),
    },
    'hmac-sha256. 5 300 3 AQID 7 BADSIG 0',
  ],
  [
    'TKEY',
    {
      type: 'TKEY',
      algorithm: parseDomainName('gss-tsig'),
      inception: 1,
      expiration: 2,
      mode: 3,
      error: 'NOERROR',
      key: Uint8Array.of(255),
      other: new Uint8Array(),
    },
    'gss-tsig. 1 2 3 NOERROR 1 /w== 0',
  ],
];

for (const [type, value, want] of rdata) {
  test(`${type} RDATA is written ${want}`, (t) => {
    t.is(formatRdata(value, type), want);
  });
}

const WORDS = [
  ...'a @ . $TTL $ORIGIN 1 1h IN TYPE1 A SRV TXT SOA MX \\# 4 0 c0000201 192.0.2.1 ::1 "b" \\065 \\2 \\ " ( ) ; \u00fc'.split(' '),
  '"b c"',
  '\n',
  '\r\n',
  '\r',
  '\t',
  ' ',
  '\u0000',
];

const octet = fc.integer({ min: 0, max: 255 });
const octets = (maxLength: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ maxLength });
const name: fc.Arbitrary<DomainName> = fc
  .array(fc.uint8Array({ minLength: 1, maxLength: 63 }), { maxLength: 5 })
  .filter((labels) => labels.reduce((sum, label) => sum + label.length + 1, 1) <= 255)
  .map((labels) => DomainName.fromLabels(labels));
const uint16 = fc.integer({ min: 0, max: 0xffff });
const uint32 = fc.integer({ min: 0, max: 0xffff_ffff });
const address = (length: number): fc.Arbitrary<string> =>
  fc.array(fc.oneof(octet, fc.constant(0)), { minLength: length, maxLength: length }).map((parts) => formatAddress(Uint8Array.from(parts)));

const typed: fc.Arbitrary<{ type: RecordType; rdata: Rdata }> = fc.oneof(
  of('A', fc.record({ type: fc.constant('A' as const), address: address(4) })),
  of('AAAA', fc.record({ type: fc.constant('AAAA' as const), address: address(16) })),
  of('NS', fc.record({ type: fc.constant('NS' as const), target: name })),
  of('CNAME', fc.record({ type: fc.constant('CNAME' as const), target: name })),
  of('PTR', fc.record({ type: fc.constant('PTR' as const), target: name })),
  of('TXT', fc.record({ type: fc.constant('TXT' as const), strings: fc.array(octets(255), { minLength: 1, maxLength: 3 }) })),
  of('SRV', fc.record({ type: fc.constant('SRV' as const), priority: uint16, weight: uint16, port: uint16, target: name })),
  of(
    'SOA',
    fc.record({
      type: fc.constant('SOA' as const),
      mname: name,
      rname: name,
      serial: uint32,
      refresh: uint32,
      retry: uint32,
      expire: uint32,
      minimum: uint32,
    }),
  ),
  of(
    'MX',
    fc
      .tuple(octet, octet, name)
      .map(([high, low, exchange]) => ({ type: 'UNKNOWN' as const, bytes: Uint8Array.from([high, low, ...exchange.wire]) })),
  ),
  of('TYPE65280', fc.record({ type: fc.constant('UNKNOWN' as const), bytes: octets(20) })),
);
const record: fc.Arbitrary<ResourceRecord> = fc
  .record({
    name,
    ttl: fc.integer({ min: 0, max: 0x7fff_ffff }),
    class: fc.constantFrom('IN' as const, 'CH' as const, 'CLASS32' as const),
    typed,
  })
  .filter((parts) => parts.class === 'IN' || !['A', 'AAAA', 'SRV'].includes(parts.typed.type))
  .map((parts) => ({ name: parts.name, type: parts.typed.type, class: parts.class, ttl: parts.ttl, rdata: parts.typed.rdata }));

test('what is printed is read back as it was', (t) => {
  fc.assert(
    fc.property(record, (value) => {
      t.deepEqual(parseRecord(formatRecord(value)), value);
    }),
    { numRuns: 200 },
  );
});

test('what is printed has nothing in it that a terminal would obey', (t) => {
  fc.assert(
    fc.property(record, (value) => /^[\x20-\x7e]*$/.test(formatRecord(value))),
    { numRuns: 200 },
  );
  t.pass();
});

test('a zone is read back with all its records, and printed the same again', (t) => {
  fc.assert(
    fc.property(fc.array(record, { maxLength: 8 }), (records) => {
      const text = formatZone(records);
      const read = parseMasterFile(text);
      t.is(formatZone(read), text);
      t.deepEqual(read.map(formatRecord).sort(), records.map(formatRecord).sort());
    }),
    { numRuns: 50 },
  );
});

test('any text is read, or refused by a ParseError that has its place', (t) => {
  const word = fc.constantFrom(...WORDS);
  const text = fc.oneof(
    fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 60 }).map((units) => String.fromCharCode(...units)),
    fc.array(fc.tuple(word, fc.constantFrom(' ', '', '\n'))).map((words) => words.flat().join('')),
  );
  fc.assert(
    fc.property(text, (input) => {
      try {
        for (const value of parseMasterFile(input, { origin: parseDomainName('example.org'), defaultTtl: 1 })) formatRecord(value);
      } catch (error) {
        if (!(error instanceof ParseError) || error.line === undefined || error.column === undefined) throw error;
      }
    }),
    { numRuns: 1000 },
  );
  t.pass();
});

test('a text of one kind of character is read in linear time', (t) => {
  for (const piece of ['(', ')', '"', '\\', ';', 'a', ' ', '\n', '(a', '" ', '\\#', '0 ', '\\0', 'a 1 TXT ((((']) {
    try {
      parseMasterFile(piece.repeat(30_000), { origin: parseDomainName('example.org') });
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
    }
  }
  t.timeout(2000);
  t.pass();
});

function of(type: RecordType, values: fc.Arbitrary<Rdata>): fc.Arbitrary<{ type: RecordType; rdata: Rdata }> {
  return values.map((rdata) => ({ type, rdata }));
}
