import test from 'ava';
import { formatRecord, ParseError, parseDomainName, parseMasterFile, parseRecord, readMasterFile } from '@srvkit/dns';
import type { MasterFileOptions } from '@srvkit/dns';

const origin = parseDomainName('example.org');

interface Good {
  readonly title: string;
  readonly text: string;
  readonly options?: MasterFileOptions;
  readonly want: readonly string[];
}

const good: readonly Good[] = [
  {
    title: 'a zone as people write it',
    text: `$ORIGIN example.org.
$TTL 1h ; for all that follow
@         IN SOA ns hostmaster (
                 2026112101 ; serial
                 1h 15m 2w  ; refresh, retry, expire
                 5m )       ; negative answers
          IN NS  ns
ns        IN A   192.0.2.1
          IN AAAA 2001:DB8:0:0::1
_vlmcs._tcp  SRV 0 5 1688 kms1.east
             SRV 10 0 1688 other.example.net.
www       CNAME  ns
1.east    PTR    @
          TXT    "two words" one
          MX     10 mail
`,
    want: [
      'example.org. 3600 IN SOA ns.example.org. hostmaster.example.org. 2026112101 3600 900 1209600 300',
      'example.org. 3600 IN NS ns.example.org.',
      'ns.example.org. 3600 IN A 192.0.2.1',
      'ns.example.org. 3600 IN AAAA 2001:db8::1',
      '_vlmcs._tcp.example.org. 3600 IN SRV 0 5 1688 kms1.east.example.org.',
      '_vlmcs._tcp.example.org. 3600 IN SRV 10 0 1688 other.example.net.',
      'www.example.org. 3600 IN CNAME ns.example.org.',
      '1.east.example.org. 3600 IN PTR example.org.',
      '1.east.example.org. 3600 IN TXT "two words" "one"',
      '1.east.example.org. 3600 IN MX 10 mail.example.org.',
    ],
  },
  { title: 'nothing', text: '', want: [] },
  { title: 'only blanks and comments', text: '\n  \t \n; a comment ( " \n   ; another\n', want: [] },
  { title: 'a last line without its end', text: 'a 1 A 192.0.2.1', want: ['a.example.org. 1 IN A 192.0.2.1'] },
  {
    title: 'Windows line ends and a byte order mark',
    text: '\uFEFFa 1 A 192.0.2.1\r\n 2 A 192.0.2.2 ; x\r\n',
    want: ['a.example.org. 1 IN A 192.0.2.1', 'a.example.org. 2 IN A 192.0.2.2'],
  },
  {
    title: 'TTL and class in either order, letter case aside',
    text: 'a 1 in a 192.0.2.1\na IN 2 A 192.0.2.1\na iN A 192.0.2.1\n$ttl 3\na a 192.0.2.1',
    want: [1, 2, 2, 3].map((ttl) => `a.example.org. ${ttl} IN A 192.0.2.1`),
  },
  {
    title: 'an owner that looks like a TTL, a class or a type',
    text: '10 1 PTR a\nIN 1 IN A 192.0.2.1\nSRV 1 A 192.0.2.1',
    want: ['10.example.org. 1 IN PTR a.example.org.', 'IN.example.org. 1 IN A 192.0.2.1', 'SRV.example.org. 1 IN A 192.0.2.1'],
  },
  {
    title: 'the class of the record before, where none is written',
    text: 'a 1 CH TXT a\nb 1 TXT b\nc 1 IN TXT c\nd 1 TXT d',
    want: ['a.example.org. 1 CH TXT "a"', 'b.example.org. 1 CH TXT "b"', 'c.example.org. 1 IN TXT "c"', 'd.example.org. 1 IN TXT "d"'],
  },
  {
    title: 'the last TTL written, until $TTL sets one (RFC 2308 section 4)',
    text: 'a 7 TXT a\nb TXT b\n$TTL 9\nc TXT c\nd 8 TXT d\ne TXT e\n$TTL 0\nf TXT f',
    want: [7, 7, 9, 8, 9, 0].map((ttl, index) => `${'abcdef'[index]}.example.org. ${ttl} IN TXT "${'abcdef'[index]}"`),
  },
  {
    title: 'the minimum of the SOA, where no other TTL is known',
    text: '@ SOA . . 1 2 3 4 55\na TXT a\nb 6 TXT b\nc TXT c',
    want: [
      'example.org. 55 IN SOA . . 1 2 3 4 55',
      'a.example.org. 55 IN TXT "a"',
      'b.example.org. 6 IN TXT "b"',
      'c.example.org. 55 IN TXT "c"',
    ],
  },
  { title: 'the TTL it is called with', text: 'a TXT a', options: { origin, defaultTtl: 4 }, want: ['a.example.org. 4 IN TXT "a"'] },
  {
    title: 'units of time',
    text: 'a 1h30m TXT a\na 2W TXT a\na 1w1d1h1m1s TXT a\na 2147483647 TXT a',
    want: [5400, 1_209_600, 694_861, 2_147_483_647].map((ttl) => `a.example.org. ${ttl} IN TXT "a"`),
  },
  {
    title: 'an origin relative to the one before, owners kept across it',
    text: 'a 1 TXT a\n$ORIGIN east\n TXT b\nc TXT c\n$ORIGIN .\nd TXT d\n@ TXT e',
    want: [
      'a.example.org. 1 IN TXT "a"',
      'a.example.org. 1 IN TXT "b"',
      'c.east.example.org. 1 IN TXT "c"',
      'd. 1 IN TXT "d"',
      '. 1 IN TXT "e"',
    ],
  },
  {
    title: 'absolute names without any origin',
    text: 'a. 1 NS b.c.',
    options: {},
    want: ['a. 1 IN NS b.c.'],
  },
  {
    title: 'escapes in names',
    text: 'a\\.b 1 TXT x\n\\065\\;\\032\\(\\) 1 TXT x\n\\@ 1 TXT x\n\\$TTL 1 TXT x\n\\\\ 1 TXT x\n\\" 1 TXT x',
    want: ['a\\.b', 'A\\;\\032\\(\\)', '\\@', '\\$TTL', '\\\\', '\\"'].map((name) => `${name}.example.org. 1 IN TXT "x"`),
  },
  {
    title: 'a name that ends in an escaped dot as relative, one that ends in an escaped backslash and a dot as absolute',
    text: 'a\\. 1 TXT x\na\\\\. 1 TXT x',
    want: ['a\\..example.org. 1 IN TXT "x"', 'a\\\\. 1 IN TXT "x"'],
  },
  {
    title: 'quoted text: blanks, comments and parentheses lose their meaning',
    text: 'a 1 TXT "a;b (c" "" "\\"\\\\\\065\\000\\255" "tab\there" "@"',
    want: ['a.example.org. 1 IN TXT "a;b (c" "" "\\"\\\\A\\000\\255" "tab\\009here" "@"'],
  },
  {
    title: 'quoted text right beside other text, as BIND does',
    text: 'a 1 TXT b"c d"e"f""g"',
    want: ['a.example.org. 1 IN TXT "b" "c d" "e" "f" "g"'],
  },
  {
    title: 'unquoted text with escapes',
    text: 'a 1 TXT a\\;b\\ c \\"d',
    want: ['a.example.org. 1 IN TXT "a;b c" "\\"d"'],
  },
  {
    title: 'characters beyond ASCII as UTF-8',
    text: 'a 1 TXT "\u00fc\u{1f600}" \u00fc',
    want: ['a.example.org. 1 IN TXT "\\195\\188\\240\\159\\152\\128" "\\195\\188"'],
  },
  {
    title: 'parentheses over lines, nested and in odd places',
    text: '(a 1 TXT\n  ; comment )\n  ("x"\n(y)) "z")\nb ( 2\nTXT ) w',
    want: ['a.example.org. 1 IN TXT "x" "y" "z"', 'b.example.org. 2 IN TXT "w"'],
  },
  {
    title: 'unknown types, classes and RDATA (RFC 3597 section 5)',
    text: [
      'a 1 TYPE65280 \\# 4 0a0b 0C0D',
      'a 1 type65280 \\# 0',
      'a 1 CLASS32 TYPE1 \\# 2 0102',
      'a 1 CLASS1 TYPE1 192.0.2.1',
      'a 1 IN A \\# ( 4 c0 00\n 02 01 )',
      'a 1 SRV \\# 9 0001 0002 0003 01 61 00',
      'a 1 CAA \\# 8 0005697373756578',
      'a 1 TYPE33 1 2 3 a.',
      'a 1 TYPE15 \\# 3 000a00',
    ].join('\n'),
    want: [
      'TYPE65280 \\# 4 0a0b0c0d',
      'TYPE65280 \\# 0',
      'CLASS32',
      'A 192.0.2.1',
      'A 192.0.2.1',
      'SRV 1 2 3 a.',
      'TYPE257 \\# 8 0005697373756578',
      'SRV 1 2 3 a.',
      'MX 10 .',
    ].map((rest) => (rest === 'CLASS32' ? 'a.example.org. 1 CLASS32 A \\# 2 0102' : `a.example.org. 1 IN ${rest}`)),
  },
];

for (const { title, text, options = { origin }, want } of good) {
  test(`reads ${title}`, (t) => {
    t.deepEqual(parseMasterFile(text, options).map(formatRecord), want);
  });
}

interface Bad {
  readonly text: string;
  readonly code: string;
  readonly at: readonly [line: number, column: number];
  /** Part of the message: the thing concerned, and the remedy. */
  readonly says: string;
  readonly options?: MasterFileOptions;
}

const bad: readonly Bad[] = [
  // The text
  { text: 'a 1 TXT (\n"b"\n\n', code: 'UNCLOSED_PARENTHESIS', at: [1, 9], says: 'add the missing )' },
  { text: 'a 1 TXT b )', code: 'UNOPENED_PARENTHESIS', at: [1, 11], says: 'never opened: remove it' },
  { text: 'a 1 TXT "b\n" 1 TXT c', code: 'UNCLOSED_QUOTE', at: [1, 9], says: 'add the missing "' },
  { text: 'a 1 TXT b\\', code: 'BAD_ESCAPE', at: [1, 10], says: 'remove it' },
  { text: 'a 1 TXT b\\\n', code: 'BAD_ESCAPE', at: [1, 10], says: 'parentheses' },
  { text: 'a 1 TXT "b\\', code: 'BAD_ESCAPE', at: [1, 11], says: 'remove it' },
  { text: 'a 1 TXT "b\\25x"', code: 'BAD_ESCAPE', at: [1, 11], says: '\\DDD with DDD from 000 to 255' },
  { text: 'a 1 TXT b\\256', code: 'BAD_ESCAPE', at: [1, 10], says: '\\DDD with DDD from 000 to 255' },
  { text: 'a 1 TXT b\rc', code: 'BAD_CHARACTER', at: [1, 10], says: 'LF or CRLF' },
  { text: 'a 1 A 192.0.2.1\r', code: 'BAD_CHARACTER', at: [1, 16], says: 'LF or CRLF' },
  { text: 'a\u0000 1 TXT b', code: 'BAD_CHARACTER', at: [1, 2], says: 'UTF-8' },
  { text: 'a 1 TXT "b\u001b[31m"', code: 'BAD_CHARACTER', at: [1, 11], says: '"\\u001b"' },
  { text: 'a 1 TXT "gr\uFFFDn"', code: 'BAD_CHARACTER', at: [1, 12], says: 'save the file as UTF-8' },
  // Directives
  {
    text: '\n$INCLUDE other.zone',
    code: 'UNSUPPORTED_DIRECTIVE',
    at: [2, 1],
    says: '$INCLUDE is not supported: have BIND write it out: named-compilezone',
  },
  { text: '$generate 1-9 a$ A 192.0.2.$', code: 'UNSUPPORTED_DIRECTIVE', at: [1, 1], says: 'named-compilezone' },
  { text: '$OROGIN example.org.', code: 'UNKNOWN_DIRECTIVE', at: [1, 1], says: '"$OROGIN" is no directive: use $ORIGIN or $TTL' },
  { text: '$ORIGIN', code: 'MISSING_FIELD', at: [1, 8], says: 'the origin is missing' },
  { text: '$ORIGIN a. b.', code: 'EXTRA_FIELD', at: [1, 12], says: '"b." is one field too many' },
  { text: '$ORIGIN a', options: {}, code: 'NO_ORIGIN', at: [1, 9], says: '"a" is relative' },
  { text: '$TTL x', code: 'BAD_TTL', at: [1, 6], says: 'write 3600 or 1h30m' },
  { text: '$TTL', code: 'MISSING_FIELD', at: [1, 5], says: 'the TTL is missing' },
  // Owner, TTL, class, type
  { text: '\n a 1 TXT b', code: 'NO_OWNER', at: [2, 2], says: 'write its name, or @' },
  { text: 'a 1 TXT b', options: {}, code: 'NO_ORIGIN', at: [1, 1], says: 'end it with a dot, or set $ORIGIN' },
  { text: 'a\\. 1 TXT b', options: {}, code: 'NO_ORIGIN', at: [1, 1], says: 'relative' },
  { text: '@ 1 TXT b', options: {}, code: 'NO_ORIGIN', at: [1, 1], says: '"@" is relative' },
  { text: '"a" 1 TXT b', code: 'QUOTED_FIELD', at: [1, 1], says: 'the owner name must not be in quotes' },
  { text: 'a..b 1 TXT b', code: 'EMPTY_LABEL', at: [1, 3], says: 'remove the extra dot' },
  { text: `x${'a'.repeat(63)} 1 TXT b`, code: 'LABEL_TOO_LONG', at: [1, 64], says: '63 are allowed' },
  { text: `${'a.'.repeat(125)} 1 NS ${'a.'.repeat(122)}b`, code: 'NAME_TOO_LONG', at: [1, 257], says: '255 are allowed' },
  { text: 'b\u00fccher 1 TXT b', code: 'BAD_CHARACTER', at: [1, 2], says: 'A-label' },
  { text: 'a TXT b\nb 1 TXT b', code: 'NO_TTL', at: [1, 1], says: 'put a $TTL line before it' },
  { text: '@ SOA . . 1 2 3 4 2147483648', code: 'NO_TTL', at: [1, 1], says: 'no TTL is known' },
  { text: 'a 2147483648 TXT b', code: 'OUT_OF_RANGE', at: [1, 3], says: 'more than 2147483647 seconds' },
  { text: 'a 1h2 TXT b', code: 'BAD_TTL', at: [1, 3], says: '1h30m' },
  { text: 'a -1 TXT b', code: 'UNKNOWN_TYPE', at: [1, 3], says: '"-1" is no record type' },
  { text: 'a 1 ANY A 192.0.2.1', code: 'META_CLASS', at: [1, 5], says: 'class ANY cannot stand in a zone: write IN' },
  { text: 'a 1 CLASS254 A \\# 0', code: 'META_CLASS', at: [1, 5], says: 'write IN' },
  { text: 'a 1 CLASS65536 A \\# 0', code: 'OUT_OF_RANGE', at: [1, 5], says: 'CLASS0 to CLASS65535' },
  { text: 'a 1', code: 'MISSING_FIELD', at: [1, 4], says: 'the record type is missing' },
  { text: 'a', code: 'MISSING_FIELD', at: [1, 2], says: 'the record type is missing' },
  { text: 'a 1 "TXT" b', code: 'QUOTED_FIELD', at: [1, 5], says: 'the record type must not be in quotes' },
  { text: 'a 1 IN IN A 192.0.2.1', code: 'UNKNOWN_TYPE', at: [1, 8], says: '"IN" is no record type' },
  { text: 'a 1 SRC 0 0 1 b', code: 'UNKNOWN_TYPE', at: [1, 5], says: '"SRC" is no record type: correct it, or write the type as TYPE123' },
  { text: 'a 1 TYPE65536 \\# 0', code: 'OUT_OF_RANGE', at: [1, 5], says: 'TYPE0 to TYPE65535' },
  { text: 'a 1 TSIG \\# 0', code: 'META_TYPE', at: [1, 5], says: 'a record of type TSIG cannot stand in a zone' },
  { text: 'a 1 TYPE41 \\# 0', code: 'META_TYPE', at: [1, 5], says: 'remove it' },
  { text: 'a 1 AXFR b', code: 'META_TYPE', at: [1, 5], says: 'remove it' },
  // RDATA
  {
    text: 'a 1 CAA 0 issue "ca.example.net"',
    code: 'UNSUPPORTED_TYPE',
    at: [1, 9],
    says: 'type CAA in class IN is not read in this form: write it as \\# LENGTH HEX',
  },
  { text: 'a 1 CH A b 1', code: 'UNSUPPORTED_TYPE', at: [1, 10], says: 'type A in class CH' },
  { text: 'a 1 TYPE65280 ab', code: 'UNSUPPORTED_TYPE', at: [1, 15], says: 'named-rrchecker -u' },
  { text: 'a 1 TYPE65280', code: 'UNSUPPORTED_TYPE', at: [1, 14], says: '\\# LENGTH HEX' },
  { text: 'a 1 A', code: 'MISSING_FIELD', at: [1, 6], says: 'the address is missing: add it' },
  { text: 'a 1 A 192.0.2.256', code: 'BAD_ADDRESS', at: [1, 7], says: '"192.0.2.256" is not an IPv4 address: write one such as 192.0.2.1' },
  { text: 'a 1 A 2001:db8::1', code: 'BAD_ADDRESS', at: [1, 7], says: 'not an IPv4 address' },
  { text: 'a 1 AAAA 192.0.2.1', code: 'BAD_ADDRESS', at: [1, 10], says: 'not an IPv6 address: write one such as 2001:db8::1' },
  { text: 'a 1 A 192.0.2.1 192.0.2.2', code: 'EXTRA_FIELD', at: [1, 17], says: 'put a ; before a comment' },
  { text: 'a 1 NS', code: 'MISSING_FIELD', at: [1, 7], says: 'the name server is missing' },
  { text: 'a 1 CNAME b..c', code: 'EMPTY_LABEL', at: [1, 13], says: 'extra dot' },
  { text: 'a 1 MX mail', code: 'BAD_NUMBER', at: [1, 8], says: 'the preference must be a decimal number, not "mail"' },
  { text: 'a 1 MX 10', code: 'MISSING_FIELD', at: [1, 10], says: 'the mail exchange is missing' },
  { text: 'a 1 SRV 0 0 1688', code: 'MISSING_FIELD', at: [1, 17], says: 'the target is missing' },
  { text: 'a 1 SRV 0 0 65536 b', code: 'OUT_OF_RANGE', at: [1, 13], says: 'the port must be from 0 to 65535, not "65536"' },
  { text: 'a 1 SRV 0 -1 1 b', code: 'BAD_NUMBER', at: [1, 11], says: 'the weight must be a decimal number' },
  { text: 'a 1 SRV 0x1 1 1 b', code: 'BAD_NUMBER', at: [1, 9], says: 'the priority' },
  { text: 'a 1 SRV 1 1 1 192.0.2.1 x', code: 'EXTRA_FIELD', at: [1, 25], says: 'one field too many' },
  { text: 'a 1 SOA . . 4294967296 1 1 1 1', code: 'OUT_OF_RANGE', at: [1, 13], says: 'the serial must be from 0 to 4294967295' },
  { text: 'a 1 SOA . . (1 1 1\n x ; expire\n 1)', code: 'BAD_TTL', at: [2, 2], says: '1h30m' },
  { text: 'a 1 SOA . . 1 1 1 1', code: 'MISSING_FIELD', at: [1, 20], says: 'the negative TTL is missing' },
  { text: 'a 1 SOA . . (1 1 1\n 1 )', code: 'MISSING_FIELD', at: [2, 3], says: 'the negative TTL is missing' },
  { text: 'a 1 TXT', code: 'MISSING_FIELD', at: [1, 8], says: 'the text is missing' },
  { text: `a 1 TXT b "${'c'.repeat(256)}"`, code: 'STRING_TOO_LONG', at: [1, 12], says: 'split it into several of at most 255' },
  { text: `a 1 TXT ${`"${'c'.repeat(255)}" `.repeat(256)}`, code: 'OUT_OF_RANGE', at: [1, 66_056], says: '65535 are allowed' },
  { text: 'a 1 TYPE65280 \\#', code: 'MISSING_FIELD', at: [1, 17], says: 'the length after \\# is missing' },
  { text: 'a 1 TYPE65280 \\# 65536 00', code: 'OUT_OF_RANGE', at: [1, 18], says: 'from 0 to 65535' },
  { text: 'a 1 TYPE65280 \\# 2 0a', code: 'BAD_RDATA', at: [1, 20], says: '2 hexadecimal digits do not make 2 octets' },
  { text: 'a 1 TYPE65280 \\# 2', code: 'BAD_RDATA', at: [1, 19], says: '0 hexadecimal digits do not make 2 octets' },
  { text: 'a 1 TYPE65280 \\# 2 0a 0g', code: 'BAD_HEX', at: [1, 23], says: '"0g" is not hexadecimal' },
  { text: 'a 1 A \\# 3 c00002', code: 'BAD_RDATA', at: [1, 7], says: 'these octets are no A RDATA' },
  { text: 'a 1 NS \\# 2 c00c', code: 'BAD_RDATA', at: [1, 8], says: 'these octets are no NS RDATA' },
  { text: 'a 1 SRV "0" 0 1 b', code: 'QUOTED_FIELD', at: [1, 9], says: 'the priority must not be in quotes' },
  { text: `a 1 SRV ${'9'.repeat(400)} 0 1 b`, code: 'OUT_OF_RANGE', at: [1, 9], says: '...' },
  { text: ' '.repeat(0x400_0001), code: 'TOO_LARGE', at: [1, 1], says: 'split the zone' },
];

for (const { text, options = { origin }, code, at, says } of bad) {
  const shown = JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text);
  test(`refuses ${shown} with ${code} at ${at.join(':')}`, (t) => {
    const error = t.throws(() => parseMasterFile(text, { ...options, file: 'my.zone' }), { instanceOf: ParseError, code });
    t.deepEqual([error.line, error.column], at);
    t.true(error.message.startsWith(`my.zone:${at.join(':')}: `), error.message);
    t.true(error.message.includes(says), error.message);
    t.true(error.message.length < 250, error.message);
  });
}

test('an error without a file names line and column, and shows nothing of the text that a terminal would obey', (t) => {
  const error = t.throws(() => parseMasterFile('a. 1 SRV 1 \u009b31m\u202e 1 b.'), { code: 'BAD_NUMBER' });
  t.is(error.message, 'line 1, column 12: the weight must be a decimal number, not "\\u{9b}31m\\u{202e}"');
});

test('a name that is far too long is refused in linear time, however it is escaped', (t) => {
  t.throws(() => parseMasterFile(`a. 1 NS ${'\\'.repeat(400_000)}`), { code: 'NO_ORIGIN' }); // minutes, if every backslash were counted anew
  t.throws(() => parseMasterFile(`a. 1 NS ${'\\'.repeat(400_000)}.`), { code: 'LABEL_TOO_LONG' });
});

test('records may be read one by one, each with its place', (t) => {
  const placed = [...readMasterFile('$TTL 1\na A 192.0.2.1\n\n  A (192.0.2.2\n) ; c\nb A 192.0.2.3', { origin })];
  t.deepEqual(
    placed.map(({ record, line, column }) => [record.name.toString(), line, column]),
    [
      ['a.example.org.', 2, 1],
      ['a.example.org.', 4, 3],
      ['b.example.org.', 6, 1],
    ],
  );
});

test('one record is read from one record only', (t) => {
  const record = parseRecord('_vlmcs._tcp.example.org. 60 IN SRV 0 5 80 a.example.org.');
  t.is(record.ttl, 60);
  t.like(record.rdata, { type: 'SRV', priority: 0, weight: 5, port: 80 });
  t.is(formatRecord(parseRecord('a 1 NS b', origin)), 'a.example.org. 1 IN NS b.example.org.');
  t.throws(() => parseRecord(''), { instanceOf: ParseError, code: 'NOT_ONE_RECORD', message: /0 records/ });
  t.throws(() => parseRecord('a. 1 NS b.\n 1 NS c.'), { code: 'NOT_ONE_RECORD', message: /2 records/ });
  t.throws(() => parseRecord('a. NS b.'), { code: 'NO_TTL' });
  t.throws(() => parseRecord('a 1 NS b.'), { code: 'NO_ORIGIN' });
});
