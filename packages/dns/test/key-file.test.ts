import { inspect } from 'node:util';
import test from 'ava';
import * as fc from 'fast-check';
import { ParseError, parseKeyFile } from '@srvkit/dns';
import type { KeyFileOptions, TsigKey } from '@srvkit/dns';

const SECRET = 'YWRtaW4tdGVzdC1zZWNyZXQtMzItYnl0ZXMtbG9uZyE=';
const SECRET_TEXT = 'admin-test-secret-32-bytes-long!';

interface Good {
  readonly title: string;
  readonly text: string;
  readonly options?: KeyFileOptions;
  readonly want: readonly string[];
}

const good: readonly Good[] = [
  {
    title: 'a file of tsig-keygen',
    text: `key "east-key" {\n\talgorithm hmac-sha256;\n\tsecret "${SECRET}";\n};\n`,
    want: ['east-key. hmac-sha256 32'],
  },
  {
    title: 'several keys, comments of all kinds, other statements around, no quotes',
    text: `// first
      options { directory "/var/x"; }; /* key "no" { nothing }
      */ include "/etc/rndc.key"; # key "neither" {
      key a { secret ${SECRET}; algorithm HMAC-SHA512.; };
      server 192.0.2.1 { keys { "a"; }; };
      controls { inet * allow { any; } keys { a; }; };
      zone "example.org" { update-policy { grant a zonesub any; }; key "a"; };
      key "B.Example.Org" { algorithm "hmac-sha224"; secret "${SECRET}"; }`,
    want: ['a. hmac-sha512 64', 'B.Example.Org. hmac-sha224 28'],
  },
  {
    title: 'Windows line ends and a byte order mark',
    text: `\uFEFFkey "a" {\r\n  algorithm hmac-sha384;\r\n  secret "${SECRET}";\r\n};\r\n`,
    want: ['a. hmac-sha384 48'],
  },
  {
    title: 'an algorithm with a number of bits, as BIND reads it',
    text: `key "a" { algorithm hmac-sha256-128; secret "${SECRET}"; };`,
    want: ['a. hmac-sha256 16'],
  },
  {
    title: 'weak algorithms where they are allowed',
    text: `key "a" { algorithm hmac-md5; secret "${SECRET}"; }; key "b" { algorithm hmac-md5.sig-alg.reg.int; secret "${SECRET}"; };
           key "c" { algorithm hmac-sha1-80; secret "${SECRET}"; };`,
    options: { allowWeak: true },
    want: ['a. hmac-md5 16', 'b. hmac-md5 16', 'c. hmac-sha1 10'],
  },
  {
    title: 'lines of algorithm:name:secret',
    text: `# a comment\n\nhmac-sha256:east-key:${SECRET}\n; another\n  hmac-sha512-256:west.example.org.:${SECRET}  \r\n`,
    want: ['east-key. hmac-sha256 32', 'west.example.org. hmac-sha512 32'],
  },
  {
    title: 'a .private file of BIND',
    text: `Private-key-format: v1.3\nAlgorithm: 163 (HMAC_SHA256)\nKey: ${SECRET}\nBits: AAA=\nCreated: 20261121000000\n`,
    options: { file: '/etc/keys/Keast-key.example.org.+163+12345.private' },
    want: ['east-key.example.org. hmac-sha256 32'],
  },
  {
    title: 'a .private file with an escaped name and cut MACs',
    text: `Private-key-format: v1.3\nAlgorithm: 165 (HMAC_SHA512)\nKey: ${SECRET}\nBits: AQA=\n`,
    options: { file: 'Ka%2Fb.+165+00001.private' },
    want: ['a/b. hmac-sha512 32'],
  },
  {
    title: 'a .key file of BIND',
    text: `; made by dnssec-keygen\neast-key. IN KEY 512 3 163 ${SECRET.slice(0, 20)} ${SECRET.slice(20)}\n`,
    want: ['east-key. hmac-sha256 32'],
  },
];

for (const { title, text, options, want } of good) {
  test(`reads ${title}`, (t) => {
    const keys = parseKeyFile(text, options);
    t.deepEqual(keys.map(describe), want);
    for (const key of keys) t.is(Buffer.from(key.secret).toString(), SECRET_TEXT);
  });
}

interface Bad {
  readonly title: string;
  readonly text: string;
  readonly file?: string;
  readonly code: string;
  readonly at: readonly [line: number, column: number];
  readonly says: RegExp;
}

const bad: readonly Bad[] = [
  { title: 'nothing', text: '', code: 'NO_KEY', at: [1, 1], says: /tsig-keygen/ },
  { title: 'a configuration without a key', text: 'options { };', code: 'NO_KEY', at: [1, 1], says: /no key is in here/ },
  { title: 'name:secret without an algorithm', text: `east-key:${SECRET}`, code: 'NO_KEY', at: [1, 1], says: /algorithm:name:secret/ },
  { title: 'an unclosed key', text: `\nkey "a" { algorithm hmac-sha256;`, code: 'UNCLOSED_BRACE', at: [2, 5], says: /};/ },
  { title: 'an unclosed quote', text: `key "a" {\n secret "${SECRET};\n};`, code: 'UNCLOSED_QUOTE', at: [2, 9], says: /missing "/ },
  { title: 'an unclosed comment', text: `key /* "a" { secret "${SECRET}"; };`, code: 'UNCLOSED_COMMENT', at: [1, 5], says: /\*\// },
  {
    title: 'a key without a secret',
    text: 'key "a" { algorithm hmac-sha256; };',
    code: 'MISSING_FIELD',
    at: [1, 5],
    says: /lacks its secret/,
  },
  {
    title: 'a key without an algorithm',
    text: `key "a" { secret "${SECRET}"; };`,
    code: 'MISSING_FIELD',
    at: [1, 5],
    says: /algorithm hmac-sha256;/,
  },
  { title: 'a secret without a value', text: 'key "a" { secret ; };', code: 'MISSING_FIELD', at: [1, 11], says: /no value/ },
  {
    title: 'two secrets',
    text: `key "a" { secret "${SECRET}"; secret "${SECRET}"; };`,
    code: 'REPEATED_FIELD',
    at: [1, 66],
    says: /twice/,
  },
  { title: 'no semicolon', text: `key "a" {\n  secret "${SECRET}"\n};`, code: 'MISSING_SEMICOLON', at: [2, 3], says: /semicolon/ },
  {
    title: 'a stray word',
    text: `key "a" {\n  ${SECRET} b;\n};`,
    code: 'UNKNOWN_STATEMENT',
    at: [2, 3],
    says: /only algorithm and secret/,
  },
  {
    title: 'an unknown algorithm',
    text: `key "a" { algorithm ${SECRET}; secret "x"; };`,
    code: 'UNKNOWN_ALGORITHM',
    at: [1, 21],
    says: /hmac-sha256/,
  },
  { title: 'too much truncation', text: `hmac-sha256-64:a:${SECRET}`, code: 'BAD_TRUNCATION', at: [1, 1], says: /128 to 256 bits/ },
  { title: 'truncation inside an octet', text: `hmac-sha256-129:a:${SECRET}`, code: 'BAD_TRUNCATION', at: [1, 1], says: /multiple of 8/ },
  { title: 'a secret that is not base64', text: `hmac-sha256:a:${SECRET.slice(1)}`, code: 'BAD_SECRET', at: [1, 15], says: /base64/ },
  {
    title: 'a secret with a strange character',
    text: `key "a" { algorithm hmac-sha256; secret "${SECRET.slice(4)}!!!!"; };`,
    code: 'BAD_SECRET',
    at: [1, 41],
    says: /base64/,
  },
  { title: 'an empty secret', text: 'key "a" { algorithm hmac-sha256; secret ""; };', code: 'BAD_SECRET', at: [1, 41], says: /empty/ },
  {
    title: 'a bad key name',
    text: `key "a..b" { algorithm hmac-sha256; secret "${SECRET}"; };`,
    code: 'BAD_KEY_NAME',
    at: [1, 5],
    says: /no domain name/,
  },
  {
    title: 'a broken line',
    text: `hmac-sha256:a:${SECRET}\nhmac-sha256 a ${SECRET}`,
    code: 'BAD_KEY_LINE',
    at: [2, 1],
    says: /algorithm:name:secret/,
  },
  { title: 'secret and algorithm exchanged', text: `${SECRET}:a:hmac-sha256`, code: 'UNKNOWN_ALGORITHM', at: [1, 1], says: /correct it/ },
  {
    title: 'the same key twice',
    text: `hmac-sha256:a:${SECRET}\nhmac-sha256:A:${SECRET}`,
    code: 'DUPLICATE_KEY',
    at: [2, 13],
    says: /already/,
  },
  {
    title: 'a weak algorithm',
    text: `key "a" { algorithm hmac-md5; secret "${SECRET}"; };`,
    code: 'WEAK_ALGORITHM',
    at: [1, 5],
    says: /hmac-md5, which is weak.*tsig-keygen/,
  },
  { title: 'another weak algorithm', text: `hmac-sha1:a:${SECRET}`, code: 'WEAK_ALGORITHM', at: [1, 11], says: /hmac-sha1/ },
  { title: 'name and secret exchanged, weakly', text: `hmac-md5:${SECRET}:a`, code: 'WEAK_ALGORITHM', at: [1, 10], says: /weak/ },
  { title: 'name and secret exchanged', text: `hmac-sha256:${SECRET}:a`, code: 'BAD_SECRET', at: [1, 58], says: /base64/ },
  {
    title: 'a secret in the place of a name',
    text: `key "${SECRET}\u00e9" { algorithm hmac-sha256; secret "a"; };`,
    code: 'BAD_KEY_NAME',
    at: [1, 5],
    says: /no domain name/,
  },
  {
    title: 'a .private file under another name',
    text: `Private-key-format: v1.3\nAlgorithm: 163 (HMAC_SHA256)\nKey: ${SECRET}\n`,
    file: 'key.private',
    code: 'NO_KEY_NAME',
    at: [1, 1],
    says: /name of its file/,
  },
  {
    title: 'a .private file of a DNSSEC key',
    text: `Private-key-format: v1.3\nAlgorithm: 13 (ECDSAP256SHA256)\nPrivateKey: ${SECRET}\nKey: ${SECRET}\n`,
    file: 'Ka.+013+00001.private',
    code: 'UNKNOWN_ALGORITHM',
    at: [2, 12],
    says: /not for TSIG/,
  },
  {
    title: 'a .private file without a secret',
    text: `Private-key-format: v1.3\nAlgorithm: 163 (HMAC_SHA256)\n`,
    file: 'Ka.+163+00001.private',
    code: 'MISSING_FIELD',
    at: [1, 1],
    says: /"Key:" is missing/,
  },
  {
    title: 'a .key file of a DNSSEC key',
    text: `a. IN KEY 257 3 13 ${SECRET}`,
    code: 'UNKNOWN_ALGORITHM',
    at: [1, 17],
    says: /not for TSIG/,
  },
  { title: 'a file that is no key file', text: 'x'.repeat(0x10_0001), code: 'TOO_LARGE', at: [1, 1], says: /no key file/ },
];

for (const { title, text, file, code, at, says } of bad) {
  test(`refuses ${title}, with its place and remedy and nothing of the secret`, (t) => {
    const error = t.throws(() => parseKeyFile(text, file === undefined ? {} : { file }), { instanceOf: ParseError, code });
    t.deepEqual([error.line, error.column], at);
    t.regex(error.message, says);
    t.true(error.message.startsWith(file === undefined ? `line ${at[0]}, column ${at[1]}: ` : `${file}:${at[0]}:${at[1]}: `));
    const shown = inspect(error, { depth: 9, showHidden: true });
    t.false(shown.includes(SECRET.slice(4, 12)));
  });
}

test('any text gives keys, or a ParseError with its place that shows nothing of a secret', (t) => {
  const words = [
    'key',
    '"a"',
    'a',
    '{',
    '}',
    ';',
    ':',
    '\n',
    ' ',
    '"',
    '/*',
    '*/',
    '//',
    '#',
    'algorithm',
    'secret',
    'hmac-sha256',
    'hmac-md5',
  ];
  const more = [
    SECRET,
    `"${SECRET}"`,
    'Private-key-format: v1.3\n',
    'Algorithm: 163\n',
    `Key: ${SECRET}\n`,
    'Bits: AIA=\n',
    ' IN KEY 512 3 163 ',
  ];
  const text = fc.oneof(
    fc.array(fc.constantFrom(...words, ...more), { maxLength: 20 }).map((parts) => parts.join('')),
    fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 }).map((units) => String.fromCharCode(...units)),
  );
  fc.assert(
    fc.property(text, (input) => {
      try {
        return parseKeyFile(input, { file: 'Ka.+163+00001.private' }).length > 0;
      } catch (error) {
        return error instanceof ParseError && error.line !== undefined && error.column !== undefined && !error.message.includes(SECRET);
      }
    }),
    { numRuns: 1000 },
  );
  t.pass();
});

test('a key file of one kind of character is read in linear time', (t) => {
  t.timeout(2000);
  for (const piece of ['"', '/*', '/* */', '{', 'key a {', ':', 'a:b:c\n', ' ', '\n', 'a', 'a KEY ', 'a KEY 1 ', 'KEY 1 1 1 ', '\t/']) {
    t.throws(() => parseKeyFile(piece.repeat(30_000 / piece.length)), { instanceOf: ParseError });
  }
});

function describe(key: TsigKey): string {
  return `${key.name.toString()} ${key.algorithm} ${key.macOctets}`;
}
