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
