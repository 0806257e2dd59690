import test from 'ava';
import { decodeRdata, encodeRdata, parseDomainName, parseRecord, rdataEquals, recordEquals, WireError } from '../src/index.ts';
import type { Rdata, RecordType, TkeyRdata, TsigRdata } from '../src/index.ts';
import { hex, octets } from './golden.ts';

// Octets from named-rrchecker (BIND 9.18.49): `named-rrchecker -u <<< 'IN SRV 10 75 1688 kms1.contoso.com.'`.
const rrchecked: readonly { readonly text: string; readonly bytes: string }[] = [
  { text: 'A 192.0.2.1', bytes: 'c0000201' },
  { text: 'AAAA 2001:db8::1', bytes: '20010db8000000000000000000000001' },
  { text: 'NS ns1.contoso.com.', bytes: '036e733107636f6e746f736f03636f6d00' },
  { text: 'CNAME a.b.', bytes: '0161016200' },
  { text: 'PTR .', bytes: '00' },
  {
    text: 'SOA ns1.contoso.com. hostmaster.contoso.com. 4294967295 900 600 86400 300',
    bytes: '036e733107636f6e746f736f03636f6d000a686f73746d617374657207636f6e746f736f03636f6d00ffffffff0000038400000258000151800000012c',
  },
  { text: 'SRV 10 75 1688 kms1.contoso.com.', bytes: '000a004b0698046b6d733107636f6e746f736f03636f6d00' },
  { text: 'SRV 65535 65535 65535 .', bytes: 'ffffffffffff00' },
  { text: 'TXT "v=spf1 -all" "" "second \\"string\\""', bytes: '0b763d73706631202d616c6c000f7365636f6e642022737472696e6722' },
  { text: 'TXT \\000\\255a', bytes: '0300ff61' },
  { text: 'MX 10 mail.contoso.com.', bytes: '000a046d61696c07636f6e746f736f03636f6d00' },
  { text: 'TYPE65280 \\# 3 abcdef', bytes: 'abcdef' },
  { text: 'NS we\\.ird\\032na\\"me.A-Z.', bytes: '0c77652e697264206e61226d6503412d5a00' },
];
for (const { text, bytes } of rrchecked) {
  test(`${text} has the octets that BIND gives it`, (t) => {
    const { type, rdata } = parseRecord(`a. 60 IN ${text}`);
    t.is(hex(encodeRdata(rdata)), bytes);
    t.deepEqual(decodeRdata(type, octets(bytes)), rdata);
  });
}

test('TKEY stands alone as well', (t) => {
  const bytes = '03677373 00 00000001 00000002 0003 0011 0002 aabb 0001 cc'.replaceAll(' ', '');
  const rdata = decodeRdata('TKEY', octets(bytes));
  t.like(rdata, { type: 'TKEY', inception: 1, expiration: 2, mode: 3, error: 'BADKEY', key: octets('aabb'), other: octets('cc') });
  t.is(hex(encodeRdata(rdata)), bytes);
});

test('RDATA that stands alone has no compression pointers', (t) => {
  for (const pointer of ['c000', '0161c000', 'c0ff'])
    t.throws(() => decodeRdata('NS', octets(pointer)), { instanceOf: WireError, code: 'BAD_POINTER' });
});

const malformed: readonly { readonly type: RecordType; readonly bytes: string }[] = [
  { type: 'A', bytes: '' },
  { type: 'A', bytes: 'c00002' },
  { type: 'A', bytes: 'c000020101' },
  { type: 'AAAA', bytes: '00'.repeat(15) },
  { type: 'AAAA', bytes: '00'.repeat(17) },
  { type: 'NS', bytes: '' },
  { type: 'NS', bytes: '0161' },
  { type: 'SOA', bytes: `0000${'00'.repeat(19)}` },
  { type: 'SRV', bytes: '000000000050' },
  { type: 'SRV', bytes: '0000000000500000' },
  { type: 'TXT', bytes: '' },
  { type: 'TXT', bytes: '0261' },
  { type: 'TSIG', bytes: '000000000000010001ffff' },
  { type: 'TKEY', bytes: '00' },
  { type: 'MX', bytes: '00' },
  { type: 'MX', bytes: '000a00ff' },
];
for (const { type, bytes } of malformed) {
  test(`${type} RDATA cannot be "${bytes}"`, (t) => {
    t.throws(() => decodeRdata(type, octets(bytes)), { instanceOf: WireError, code: 'BAD_RDLENGTH' });
  });
}

const rdata = (text: string): Rdata => parseRecord(`a. 60 IN ${text}`).rdata;
for (const { a, b, equal } of [
  { a: 'SRV 1 2 3 A.org.', b: 'SRV 1 2 3 a.ORG.', equal: true },
  { a: 'SRV 1 2 3 a.org.', b: 'SRV 1 2 4 a.org.', equal: false },
  { a: 'SRV 1 2 3 a.org.', b: 'SRV 1 3 3 a.org.', equal: false },
  { a: 'SRV 1 2 3 a.org.', b: 'SRV 2 2 3 a.org.', equal: false },
  { a: 'SRV 1 2 3 a.org.', b: 'SRV 1 2 3 b.org.', equal: false },
  { a: 'NS a.', b: 'NS A.', equal: true },
  { a: 'NS a.', b: 'NS b.', equal: false },
  { a: 'CNAME a.', b: 'NS a.', equal: false },
  { a: 'PTR a.', b: 'PTR A.', equal: true },
  { a: 'A 192.0.2.1', b: 'A 192.0.2.1', equal: true },
  { a: 'A 192.0.2.1', b: 'A 192.0.2.2', equal: false },
  { a: 'AAAA 2001:db8::1', b: 'AAAA 2001:DB8:0::1', equal: true },
  { a: 'AAAA 2001:db8::1', b: 'AAAA 2001:db8::2', equal: false },
  { a: 'SOA a. b. 1 2 3 4 5', b: 'SOA A. B. 1 2 3 4 5', equal: true },
  { a: 'SOA a. b. 1 2 3 4 5', b: 'SOA a. b. 1 2 3 4 6', equal: false },
  { a: 'SOA a. b. 1 2 3 4 5', b: 'SOA a. c. 1 2 3 4 5', equal: false },
  { a: 'SOA a. b. 1 2 3 4 5', b: 'SOA a. b. 2 2 3 4 5', equal: false },
  { a: 'TXT "a" "b"', b: 'TXT "a" "b"', equal: true },
  { a: 'TXT "a" "b"', b: 'TXT "ab"', equal: false },
  { a: 'TXT "a"', b: 'TXT "A"', equal: false },
  { a: 'TXT "a"', b: 'TXT "a" ""', equal: false },
  { a: 'TYPE65280 \\# 2 0001', b: 'TYPE65280 \\# 2 0001', equal: true },
  { a: 'TYPE65280 \\# 2 0001', b: 'TYPE65280 \\# 2 0002', equal: false },
]) {
  test(`${a} ${equal ? 'equals' : 'differs from'} ${b}`, (t) => {
    t.is(rdataEquals(rdata(a), rdata(b)), equal);
    t.is(rdataEquals(rdata(b), rdata(a)), equal);
  });
}

const algorithm = parseDomainName('gss-tsig.');
const keyed: readonly (TsigRdata | TkeyRdata)[] = [
  { type: 'TSIG', algorithm, timeSigned: 1, fudge: 2, mac: octets('01'), originalId: 3, error: 'BADSIG', other: octets('02') },
  { type: 'TKEY', algorithm, inception: 1, expiration: 2, mode: 3, error: 'NOERROR', key: octets('01'), other: octets('02') },
];
for (const original of keyed) {
  test(`${original.type} RDATA is equal when every field is`, (t) => {
    t.true(rdataEquals(original, { ...original, algorithm: parseDomainName('GSS-tsig.') }));
    const others: Readonly<Record<string, unknown>> = { algorithm: parseDomainName('a.'), error: 'BADKEY' };
    for (const [field, value] of Object.entries(original)) {
      if (field === 'type') continue;
      const changed = others[field] ?? (typeof value === 'number' ? value + 1 : octets('ff'));
      t.false(rdataEquals(original, { ...original, [field]: changed }), field);
    }
  });
}

test('octets of a known type equal what they mean', (t) => {
  t.true(rdataEquals({ type: 'UNKNOWN', bytes: octets('c0000201') }, rdata('A 192.0.2.1')));
  t.false(rdataEquals({ type: 'UNKNOWN', bytes: octets('c0000202') }, rdata('A 192.0.2.1')));
  t.true(rdataEquals({ type: 'EMPTY' }, { type: 'EMPTY' }));
  t.false(rdataEquals({ type: 'EMPTY' }, rdata('A 192.0.2.1')));
});

test('records are equal whatever their TTL (RFC 2136 section 1.1.1)', (t) => {
  const a = parseRecord('a.org. 60 IN SRV 1 2 3 b.org.');
  t.true(recordEquals(a, parseRecord('A.org. 3600 IN SRV 1 2 3 B.org.')));
  t.false(recordEquals(a, parseRecord('b.org. 60 IN SRV 1 2 3 b.org.')));
  t.false(recordEquals(a, { ...a, class: 'NONE' }));
  t.false(recordEquals(a, { ...a, type: 'TYPE65280' }));
});
