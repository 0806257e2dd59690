import test from 'ava';
import * as fc from 'fast-check';
import { DomainName, ParseError, parseDomainName, ROOT } from '../src/index.ts';
import { domainName } from './arbitrary-message.ts';
import { hex, octets } from './golden.ts';

const readable: readonly { readonly text: string; readonly wire: string; readonly presented?: string }[] = [
  { text: '.', wire: '00' },
  { text: 'example.org.', wire: '07 6578616d706c65 03 6f7267 00' },
  { text: 'example.org', presented: 'example.org.', wire: '07 6578616d706c65 03 6f7267 00' },
  { text: '_vlmcs._tcp.Contoso.COM.', wire: '06 5f766c6d6373 04 5f746370 07 436f6e746f736f 03 434f4d 00' },
  // Labels that are no host names (RFC 2181 section 11).
  { text: '-a-.1.a_b.', wire: '03 2d612d 01 31 03 615f62 00' },
  { text: '*.a/b.', wire: '01 2a 03 612f62 00' },
  { text: 'xn--bcher-kva.example.', wire: '0d 786e2d2d62636865722d6b7661 07 6578616d706c65 00' },
  { text: '192.0.2.1.', wire: '03 313932 01 30 01 32 01 31 00' },
  // Escapes (RFC 1035 section 5.1, RFC 4343 section 2.1).
  { text: 'a\\.b.c.', wire: '03 612e62 01 63 00' },
  { text: 'a\\\\b.', wire: '03 615c62 00' },
  { text: 'a\\032b.', wire: '03 612062 00' },
  { text: '\\000\\255.', wire: '02 00ff 00' },
  { text: '\\065\\a.', presented: 'Aa.', wire: '02 4161 00' },
  { text: '\\046.', presented: '\\..', wire: '01 2e 00' },
  { text: '\\"\\;\\@\\$\\(\\).', wire: '06 223b40242829 00' },
  { text: 'a;b@c.', presented: 'a\\;b\\@c.', wire: '05 613b624063 00' },
];
for (const { text, wire, presented = text } of readable) {
  test(`${text} is ${wire.replaceAll(' ', '')}, presented as ${presented}`, (t) => {
    const name = parseDomainName(text);
    t.is(hex(name.wire), hex(octets(wire)));
    t.is(name.toString(), presented);
    t.is(JSON.stringify({ name }), JSON.stringify({ name: presented }));
    t.is(hex(parseDomainName(presented).wire), hex(octets(wire)));
  });
}

const l63 = 'x'.repeat(63);
const unreadable: readonly { readonly text: string; readonly code: string; readonly column?: number }[] = [
  { text: '', code: 'EMPTY_NAME' },
  { text: '..', code: 'EMPTY_LABEL', column: 1 },
  { text: '.a', code: 'EMPTY_LABEL', column: 1 },
  { text: 'a..b', code: 'EMPTY_LABEL', column: 3 },
  { text: 'a.b..', code: 'EMPTY_LABEL', column: 5 },
  { text: 'a b', code: 'BAD_CHARACTER', column: 2 },
  { text: 'a\tb', code: 'BAD_CHARACTER', column: 2 },
  { text: 'bücher.example', code: 'BAD_CHARACTER', column: 2 },
  { text: 'a\u0000', code: 'BAD_CHARACTER', column: 2 },
  { text: 'a\\', code: 'BAD_ESCAPE', column: 2 },
  { text: 'a\\25', code: 'BAD_ESCAPE', column: 2 },
  { text: 'a\\256', code: 'BAD_ESCAPE', column: 2 },
  { text: 'a\\2x5', code: 'BAD_ESCAPE', column: 2 },
  { text: 'a\\ü', code: 'BAD_ESCAPE', column: 2 },
  { text: `a.${l63}x`, code: 'LABEL_TOO_LONG', column: 66 },
];
for (const { text, code, column } of unreadable) {
  test(`${JSON.stringify(text.slice(0, 20))} is refused: ${code}${column === undefined ? '' : ` in column ${column}`}`, (t) => {
    const error = t.throws(() => parseDomainName(text), { instanceOf: ParseError, code });
    t.is(error?.column, column);
  });
}

// The limit is 255 octets on the wire (RFC 1035 section 2.3.4): 253 characters without the final dot.
for (const { octetsOnTheWire, last, allowed } of [
  { octetsOnTheWire: 253, last: 59, allowed: true },
  { octetsOnTheWire: 254, last: 60, allowed: true },
  { octetsOnTheWire: 255, last: 61, allowed: true },
  { octetsOnTheWire: 256, last: 62, allowed: false },
  { octetsOnTheWire: 257, last: 63, allowed: false },
]) {
  const text = `${l63}.${l63}.${l63}.${'y'.repeat(last)}`;
  test(`a name of ${octetsOnTheWire} octets is ${allowed ? 'allowed' : 'refused'} however it is made`, (t) => {
    const labels = text.split('.').map((label) => Uint8Array.from(Buffer.from(label)));
    const parent = parseDomainName(text.slice(64));
    const makers = [
      () => parseDomainName(text),
      () => parseDomainName(`${text}.`),
      () => parseDomainName(text.slice(0, 63), parent),
      () => parseDomainName(l63).under(parent),
      () => DomainName.fromLabels(labels),
    ];
    for (const make of makers) {
      if (allowed) t.is(make().wire.length, octetsOnTheWire);
      else t.throws(make, { instanceOf: ParseError, code: 'NAME_TOO_LONG' });
    }
  });
}

test('the most labels are 127', (t) => {
  const name = parseDomainName('a.'.repeat(127));
  t.is(name.labelCount, 127);
  t.is(name.wire.length, 255);
  t.throws(() => parseDomainName('a.'.repeat(128)), { code: 'NAME_TOO_LONG' });
  t.throws(() => parseDomainName('a').under(name), { code: 'NAME_TOO_LONG' });
});

test('a label has 63 octets at most, escapes counted once', (t) => {
  t.is(parseDomainName(`${'\\120'.repeat(63)}.`).wire[0], 63);
  t.throws(() => parseDomainName(`${'\\120'.repeat(64)}.`), { code: 'LABEL_TOO_LONG' });
  t.throws(() => DomainName.fromLabels([new Uint8Array(64)]), { code: 'LABEL_TOO_LONG' });
  t.throws(() => DomainName.fromLabels([new Uint8Array()]), { code: 'EMPTY_LABEL' });
});

test('text without a final dot is relative to the origin, when there is one', (t) => {
  const origin = parseDomainName('Example.org.');
  t.is(parseDomainName('a', origin).toString(), 'a.Example.org.');
  t.is(parseDomainName('a.', origin).toString(), 'a.');
  t.is(parseDomainName('a\\.', origin).toString(), 'a\\..Example.org.');
  t.is(parseDomainName('@', origin), origin);
  t.is(parseDomainName('.', origin), ROOT);
  t.is(parseDomainName('@').toString(), '\\@.');
});

test('ASCII letters are the only ones without case (RFC 4343)', (t) => {
  const pairs: readonly (readonly [string, string, boolean])[] = [
    ['A.Z.', 'a.z.', true],
    ['@[`{.', '@[`{.', true],
    ['@.', '\\`.', false],
    ['[.', '{.', false],
    ['\\193.', '\\225.', false],
    ['a.b.', 'a\\.b.', false],
    ['a.', 'a.a.', false],
  ];
  for (const [a, b, equal] of pairs) {
    t.is(parseDomainName(a).equals(parseDomainName(b)), equal, `${a} ${b}`);
    t.is(parseDomainName(a).key === parseDomainName(b).key, equal, `keys of ${a} ${b}`);
  }
});

test('isWithin goes by whole labels', (t) => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ['a.contoso.com.', 'CONTOSO.com.', true],
    ['contoso.com.', 'contoso.com.', true],
    ['xcontoso.com.', 'contoso.com.', false],
    ['com.', 'contoso.com.', false],
    ['a\\.com.', 'com.', false],
    ['\\003com.', 'com.', false],
    ['a.', '.', true],
    ['.', '.', true],
    ['.', 'a.', false],
  ];
  for (const [name, ancestor, within] of cases)
    t.is(parseDomainName(name).isWithin(parseDomainName(ancestor)), within, `${name} in ${ancestor}`);
});

test('a name is taken apart from the left', (t) => {
  const name = parseDomainName('_vlmcs._tcp.contoso.com.');
  t.is(name.parent()?.toString(), '_tcp.contoso.com.');
  t.is(ROOT.parent(), undefined);
  t.deepEqual(
    name.labels().map((label) => Buffer.from(label).toString()),
    ['_vlmcs', '_tcp', 'contoso', 'com'],
  );
  t.true(ROOT.isRoot);
  t.false(name.isRoot);
  t.is(ROOT.labelCount, 0);
});

test('any name is read from its own presentation', (t) => {
  fc.assert(
    fc.property(domainName, (name) => {
      const copy = parseDomainName(name.toString());
      return hex(copy.wire) === hex(name.wire) && copy.equals(name) && /^[\x21-\x7e]+$/.test(name.toString());
    }),
  );
  t.pass();
});

test('equal keys and equal names are the same thing', (t) => {
  fc.assert(fc.property(domainName, domainName, (a, b) => a.equals(b) === (a.key === b.key)));
  fc.assert(fc.property(domainName, (a) => parseDomainName(a.key).equals(a)));
  t.pass();
});

test('any name is made of its labels, and lies within its parents', (t) => {
  fc.assert(
    fc.property(domainName, (name) => {
      for (let ancestor = name.parent(); ancestor !== undefined; ancestor = ancestor.parent()) {
        if (!name.isWithin(ancestor) || ancestor.isWithin(name)) return false;
      }
      return DomainName.fromLabels(name.labels()).equals(name) && name.labels().length === name.labelCount;
    }),
  );
  t.pass();
});

test('no text makes the parser fail otherwise than with a ParseError', (t) => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('.', '\\', '0', '2', '5', 'a', '@', 'ü') })), (text) => {
      try {
        return parseDomainName(text).wire.length > 0;
      } catch (error) {
        return error instanceof ParseError && (error.column ?? 1) <= text.length + 1;
      }
    }),
  );
  t.pass();
});
