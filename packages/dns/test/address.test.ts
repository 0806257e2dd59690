import test from 'ava';
import * as fc from 'fast-check';
import { addressFamily, formatAddress, ParseError, parseAddress } from '../src/index.ts';
import { hex, octets } from './golden.ts';

// RFC 5952 sections 4 and 5; RFC 4291 section 2.2 for what is read.
const addresses: readonly { readonly text: string; readonly bytes: string; readonly canonical?: string }[] = [
  { text: '192.0.2.1', bytes: 'c0000201' },
  { text: '0.0.0.0', bytes: '00000000' },
  { text: '255.255.255.255', bytes: 'ffffffff' },
  { text: '::', bytes: '00'.repeat(16) },
  { text: '::1', bytes: `${'00'.repeat(15)}01` },
  { text: '2001:db8::1', bytes: `20010db8 ${'00'.repeat(11)}01` },
  { text: '2001:0DB8:0:0:0:0:0:1', canonical: '2001:db8::1', bytes: `20010db8 ${'00'.repeat(11)}01` },
  { text: '2001:db8:0:1:1:1:1:1', bytes: '20010db8 0000 0001 0001 0001 0001 0001' },
  { text: '2001:db8::1:1:1:1:1', canonical: '2001:db8:0:1:1:1:1:1', bytes: '20010db8 0000 0001 0001 0001 0001 0001' },
  { text: '2001:0:0:1::1', canonical: '2001:0:0:1::1', bytes: '2001 0000 0000 0001 0000 0000 0000 0001' },
  { text: '2001:db8:0:0:1:0:0:1', canonical: '2001:db8::1:0:0:1', bytes: '20010db8 00000000 0001 0000 0000 0001' },
  { text: '::ffff:192.0.2.1', bytes: `${'00'.repeat(10)} ffff c0000201` },
  { text: '::ffff:c000:201', canonical: '::ffff:192.0.2.1', bytes: `${'00'.repeat(10)} ffff c0000201` },
  { text: '64:ff9b::192.0.2.33', canonical: '64:ff9b::c000:221', bytes: '0064ff9b 0000000000000000 c0000221' },
  { text: '1:2:3:4:5:6:7:8', bytes: '0001 0002 0003 0004 0005 0006 0007 0008' },
  { text: '1:2:3:4:5:6:7::', canonical: '1:2:3:4:5:6:7:0', bytes: '0001 0002 0003 0004 0005 0006 0007 0000' },
  { text: 'fe80::', bytes: `fe80 ${'00'.repeat(14)}` },
];

for (const { text, bytes, canonical = text } of addresses) {
  test(`${text} is ${bytes.replaceAll(' ', '')}, written ${canonical}`, (t) => {
    t.is(hex(parseAddress(text)), hex(octets(bytes)));
    t.is(formatAddress(octets(bytes)), canonical);
    t.is(addressFamily(text), text.includes(':') ? 6 : 4);
  });
}

for (const text of [
  '',
  '1.2.3',
  '1.2.3.4.5',
  '1.2.3.256',
  '01.2.3.4',
  '1.2.3.04',
  '1.2.3.',
  '.1.2.3',
  '1..2.3',
  '1.2.3.4 ',
  '0x1.2.3.4',
  '1.2.3.-4',
  '１.2.3.4',

  ':',
  ':::',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  '1::2::3',
  '12345::',
  'g::',
  ':1::2',
  '1::2:',
  '::1%lo',
  '[::1]',
  '1:2:3:4:5:6:7:8::',
  '::192.0.2',
  '::192.0.2.256',
  '1.2.3.4::',
  '1:2:3:4:5:6:7:192.0.2.1',
  '::ffff:1.2.3.4:5',
  'kms1',
]) {
  test(`${JSON.stringify(text)} is no address`, (t) => {
    t.is(addressFamily(text), undefined);
    t.throws(() => parseAddress(text), { instanceOf: ParseError, code: 'BAD_ADDRESS' });
  });
}

test('any address is read from its own text', (t) => {
  const sparse = fc.array(fc.constantFrom(0, 0, 0, 1, 255), { minLength: 16, maxLength: 16 }).map((bytes) => Uint8Array.from(bytes));
  const any = fc.oneof(sparse, fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.uint8Array({ minLength: 4, maxLength: 4 }));
  fc.assert(fc.property(any, (bytes) => hex(parseAddress(formatAddress(bytes))) === hex(bytes)));
  t.throws(() => formatAddress(new Uint8Array(5)), { instanceOf: RangeError });
});

test('no text makes the parser fail otherwise than with a ParseError', (t) => {
  const text = fc.string({ unit: fc.constantFrom('0', '1', '25', '9', 'a', 'f', ':', ':', '.') });
  fc.assert(fc.property(text, (candidate) => (addressFamily(candidate) === undefined) !== parses(candidate)));
  t.pass();
});

function parses(text: string): boolean {
  try {
    return addressFamily(formatAddress(parseAddress(text))) !== undefined;
  } catch (error) {
    if (error instanceof ParseError) return false;
    throw error;
  }
}
