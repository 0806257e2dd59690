import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import test from 'ava';
import * as fc from 'fast-check';
import { parseRegFile, RegParseError, Settings } from '../src/index.ts';
import type { RegistryValue, RegParseErrorCode } from '../src/index.ts';

const SPP = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SoftwareProtectionPlatform';
const KEY = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Test';
const HEADER = 'Windows Registry Editor Version 5.00\r\n\r\n';
const wine = fixture('wine-export.reg');
const hivex = fixture('hivexregedit-export.reg');

test("Wine's export gives every type", (t) => {
  const settings = parseRegFile(wine);
  t.deepEqual(settings.keys(), [SPP]);
  t.deepEqual(settings.values(SPP), [
    { name: '', value: { type: 'REG_SZ', value: 'default' } },
    { name: 'BinTest', value: { type: 'REG_BINARY', value: Uint8Array.of(0, 0xff, 0x10) } },
    { name: 'DisableDnsPublishing', value: { type: 'REG_DWORD', value: 1 } },
    { name: 'DnsDomainPublishList', value: { type: 'REG_MULTI_SZ', value: ['east.contoso.com,10,75', 'west.contoso.com,90,75'] } },
    { name: 'ExpTest', value: { type: 'REG_EXPAND_SZ', value: '%SystemRoot%\\x' } },
    { name: 'KeyManagementServiceName', value: { type: 'REG_SZ', value: 'kms1.contoso.com' } },
    { name: 'KeyManagementServicePort', value: { type: 'REG_SZ', value: '1688' } },
    { name: 'MultiSep', value: { type: 'REG_MULTI_SZ', value: ['a', 'b', 'c'] } },
    { name: 'Quote"Test', value: { type: 'REG_SZ', value: 'a\\b"c' } },
    { name: 'QwTest', value: { type: 'REG_QWORD', value: 0x11_2233_4455n } },
    { name: 'Uni', value: { type: 'REG_SZ', value: 'münchen-日本' } },
  ]);
});

test("hivexregedit's export says the same about what both hold", (t) => {
  const theirs = parseRegFile(wine);
  const settings = parseRegFile(hivex);
  t.deepEqual(settings.keys(), [SPP]);
  t.is(settings.values(SPP).length, 4);
  for (const { name, value } of settings.values(SPP)) t.deepEqual(value, theirs.get(SPP, name), name);
});

test('REGEDIT4 has 8-bit text, in quotes and in bytes', (t) => {
  const settings = parseRegFile(
    Buffer.from(
      `REGEDIT4\n\n[${KEY}]\n"s"="m\xfcnchen"\n"m"=hex(7):61,00,fc,62,00,00\n"e"=hex(2):25,78,25,00\n"d"=dword:000000ff\n`,
      'latin1',
    ),
  );
  t.deepEqual(settings.get(KEY, 's'), { type: 'REG_SZ', value: 'münchen' });
  t.deepEqual(settings.get(KEY, 'm'), { type: 'REG_MULTI_SZ', value: ['a', 'üb'] });
  t.deepEqual(settings.get(KEY, 'e'), { type: 'REG_EXPAND_SZ', value: '%x%' });
  t.deepEqual(settings.get(KEY, 'd'), { type: 'REG_DWORD', value: 255 });
});

const VALUES: readonly { title: string; text: string; want: RegistryValue | undefined; name?: string }[] = [
  { title: 'the default value', text: '@="x"', want: { type: 'REG_SZ', value: 'x' }, name: '' },
  { title: 'escapes in name and text', text: '"a\\"b\\\\"="c\\\\d\\"e"', want: { type: 'REG_SZ', value: 'c\\d"e' }, name: 'a"b\\' },
  { title: 'blanks around the sign and a comment after', text: '"v" = "x" ; why', want: { type: 'REG_SZ', value: 'x' } },
  { title: 'a semicolon in text is no comment', text: '"v"="a;b"', want: { type: 'REG_SZ', value: 'a;b' } },
  { title: 'text over two lines', text: '"v"="a\r\nb"', want: { type: 'REG_SZ', value: 'a\r\nb' } },
  { title: 'upper case markers and digits', text: '"v"=DWORD:ABCDEF01', want: { type: 'REG_DWORD', value: 0xabcdef01 } },
  { title: 'a short dword', text: '"v"=dword:10', want: { type: 'REG_DWORD', value: 16 } },
  { title: 'no bytes', text: '"v"=hex:', want: { type: 'REG_BINARY', value: new Uint8Array() } },
  {
    title: 'bytes that start on the next line',
    text: '"v"=hex:\\\r\n  01,\\ ; half\r\n  02',
    want: { type: 'REG_BINARY', value: Uint8Array.of(1, 2) },
  },
  { title: 'REG_NONE', text: '"v"=hex(0):01', want: { type: 'REG_NONE', value: Uint8Array.of(1) } },
  { title: 'a dword as bytes', text: '"v"=hex(4):01,02,00,00', want: { type: 'REG_DWORD', value: 0x201 } },
  { title: 'a dword of three bytes', text: '"v"=hex(4):01,02,00', want: { type: 'REG_OTHER', number: 4, value: Uint8Array.of(1, 2, 0) } },
  { title: 'a string of odd length', text: '"v"=hex(1):61', want: { type: 'REG_OTHER', number: 1, value: Uint8Array.of(0x61) } },
  { title: 'a string without its NUL', text: '"v"=hex(1):61,00', want: { type: 'REG_SZ', value: 'a' } },
  { title: 'a string that goes on after its NUL', text: '"v"=hex(1):61,00,00,00,62,00', want: { type: 'REG_SZ', value: 'a' } },
  { title: 'a list without its end', text: '"v"=hex(7):61,00', want: { type: 'REG_MULTI_SZ', value: ['a'] } },
  { title: 'an empty list', text: '"v"=hex(7):00,00', want: { type: 'REG_MULTI_SZ', value: [] } },
  {
    title: 'a type nobody has named',
    text: '"v"=hex(80000001):ff',
    want: { type: 'REG_OTHER', number: 0x8000_0001, value: Uint8Array.of(255) },
  },
  { title: 'the last of two', text: '"v"="a"\r\n"V"="b"', want: { type: 'REG_SZ', value: 'b' } },
  { title: 'a deletion', text: '"v"="a"\r\n"V"=-', want: undefined },
  { title: 'no end of line at the end', text: '; comment\r\n\t"v"="x"', want: { type: 'REG_SZ', value: 'x' } },
];

for (const { title, text, want, name = 'v' } of VALUES) {
  test(`a value: ${title}`, (t) => {
    t.deepEqual(parseRegFile(`${HEADER}[${KEY}]\r\n${text}`).get(KEY, name), want);
  });
}

test('a key deletion takes all keys below it, and no other', (t) => {
  const text = `${HEADER}[${KEY}]\n"v"="x"\n[${KEY}\\A]\n[${KEY}\\A\\B]\n[${KEY}\\AB]\n[-${KEY.toLowerCase()}\\a]\n`;
  t.deepEqual(parseRegFile(text).keys(), [KEY, `${KEY}\\AB`]);
});

test('a file is imported into the settings it is given', (t) => {
  const base = Settings.empty().set(KEY, 'kept', { type: 'REG_SZ', value: '1' }).set(KEY, 'gone', { type: 'REG_SZ', value: '2' });
  const settings = parseRegFile(`${HEADER}[HKLM\\software\\test]\n"GONE"=-\n"new"="3"`, { base });
  t.deepEqual(
    settings.values(KEY).map(({ name }) => name),
    ['kept', 'new'],
  );
  t.deepEqual(base.get(KEY, 'gone'), { type: 'REG_SZ', value: '2' });
});

test("a hive's own key may end in a backslash, as hivexregedit exports it", (t) => {
  t.deepEqual(parseRegFile(`${HEADER}[HKEY_LOCAL_MACHINE\\SOFTWARE\\]\r\n`).keys(), ['HKEY_LOCAL_MACHINE\\SOFTWARE']);
  t.throws(() => parseRegFile(`${HEADER}[HKEY_LOCAL_MACHINE\\SOFTWARE\\\\]\r\n`), { instanceOf: RegParseError, code: 'BAD_KEY' });
});

test('a key may have brackets, and names mean nothing to JavaScript', (t) => {
  const settings = parseRegFile(`${HEADER}[${KEY}\\a[1]]\n"__proto__"="x"\n"constructor"=dword:1\n[${KEY}\\__proto__]\n`);
  t.deepEqual(settings.keys(), [`${KEY}\\a[1]`, `${KEY}\\__proto__`]);
  t.deepEqual(settings.get(`${KEY}\\a[1]`, '__proto__'), { type: 'REG_SZ', value: 'x' });
  t.is(settings.get(`${KEY}\\a[1]`, 'toString'), undefined);
});

const BAD: readonly { title: string; text: string | Uint8Array; code: RegParseErrorCode; at: string; remedy: RegExp }[] = [
  { title: 'an empty file', text: '', code: 'NO_HEADER', at: '1:1', remedy: /first line must be/ },
  { title: 'another format', text: '{"v":1}', code: 'NO_HEADER', at: '1:1', remedy: /first line must be/ },
  { title: 'a value before any key', text: `${HEADER}"v"="x"`, code: 'NO_KEY', at: '3:1', remedy: /put a \[HKEY/ },
  { title: 'a value below a deleted key', text: `${HEADER}[-${KEY}]\n"v"="x"`, code: 'NO_KEY', at: '4:1', remedy: /put a \[HKEY/ },
  { title: 'a key without its end', text: `${HEADER}[${KEY}`, code: 'BAD_KEY', at: '3:1', remedy: /must end in "\]"/ },
  {
    title: 'an unknown root key',
    text: `${HEADER}[HKEY_LOCAL\\A]`,
    code: 'BAD_KEY',
    at: '3:1',
    remedy: /must begin with one of HKEY_LOCAL_MACHINE/,
  },
  { title: 'a hivex export without prefix', text: `${HEADER}[\\Microsoft]`, code: 'BAD_KEY', at: '3:1', remedy: /--prefix/ },
  { title: 'an empty key part', text: `${HEADER}[HKLM\\A\\\\B]`, code: 'BAD_KEY', at: '3:1', remedy: /remove the extra backslash/ },
  { title: 'a single backslash in text', text: `${HEADER}[${KEY}]\n"v"="C:\\temp"`, code: 'BAD_STRING', at: '4:8', remedy: /twice/ },
  { title: 'text without an end', text: `${HEADER}[${KEY}]\n  "v"="x\n\n`, code: 'BAD_STRING', at: '4:7', remedy: /closing quote/ },
  { title: 'an unquoted value', text: `${HEADER}[${KEY}]\n"v"=x`, code: 'BAD_TYPE', at: '4:5', remedy: /expected "text", dword:/ },
  { title: 'no equals sign', text: `${HEADER}[${KEY}]\n"v" "x"`, code: 'BAD_LINE', at: '4:5', remedy: /"="/ },
  { title: 'a loose word', text: `${HEADER}[${KEY}]\nv="x"`, code: 'BAD_LINE', at: '4:1', remedy: /semicolon/ },
  { title: 'a dword of nine digits', text: `${HEADER}[${KEY}]\n"v"=dword:123456789`, code: 'BAD_NUMBER', at: '4:20', remedy: /1 to 8/ },
  {
    title: 'a byte of three digits',
    text: `${HEADER}[${KEY}]\n"v"=hex:01,\\\n  002`,
    code: 'BAD_HEX',
    at: '5:6',
    remedy: /two hexadecimal/,
  },
  { title: 'bytes that end in a comma', text: `${HEADER}[${KEY}]\n"v"=hex:01,`, code: 'BAD_HEX', at: '4:12', remedy: /two hexadecimal/ },
  { title: 'a wrap at the end of the file', text: `${HEADER}[${KEY}]\n"v"=hex:01,\\`, code: 'BAD_HEX', at: '4:12', remedy: /must follow/ },
  { title: 'something after the value', text: `${HEADER}[${KEY}]\n"v"="x" y`, code: 'BAD_LINE', at: '4:8', remedy: /remove it/ },
  {
    title: 'a name that is too long',
    text: `${HEADER}[${KEY}]\n"${'n'.repeat(16_384)}"="x"`,
    code: 'BAD_NAME',
    at: '4:1',
    remedy: /16383 are allowed/,
  },
  { title: 'a NUL in the text', text: `${HEADER}\0`, code: 'BAD_ENCODING', at: '1:1', remedy: /byte order mark/ },
  { title: 'UTF-16 without its mark', text: Buffer.from(HEADER, 'utf16le'), code: 'BAD_ENCODING', at: '1:1', remedy: /byte order mark/ },
  {
    title: 'UTF-16 the other way round',
    text: Uint8Array.of(0xfe, 0xff, 0, 0x57),
    code: 'BAD_ENCODING',
    at: '1:1',
    remedy: /little-endian/,
  },
  { title: 'half a character', text: wine.subarray(0, 101), code: 'BAD_ENCODING', at: '1:1', remedy: /export it again/ },
  {
    title: 'version 5.00 in an 8-bit code page',
    text: Buffer.from(`${HEADER}; \xfc`, 'latin1'),
    code: 'BAD_ENCODING',
    at: '1:1',
    remedy: /export/,
  },
  { title: 'a file too large', text: new Uint8Array(4 * 1024 * 1024 + 1), code: 'TOO_LARGE', at: '1:1', remedy: /only the key/ },
  { title: 'too many keys', text: `${HEADER}${`[${KEY}]\n`.repeat(10_001)}`, code: 'TOO_LARGE', at: '10003:1', remedy: /only the key/ },
];

for (const { title, text, code, at, remedy } of BAD) {
  test(`refused with its place and the remedy: ${title}`, (t) => {
    const error = t.throws(() => parseRegFile(text, { file: 'a.reg' }), { instanceOf: RegParseError });
    t.is(error?.code, code);
    t.is(`${error?.line}:${error?.column}`, at);
    t.true(error?.message.startsWith(`a.reg:${at}: `));
    t.regex(error?.message ?? '', remedy);
    t.notRegex(error?.message ?? '', /[^\x20-\x7e]/);
  });
}

test('any bytes are settings or give a RegParseError', (t) => {
  const prefixes = [new Uint8Array(), Uint8Array.of(0xff, 0xfe), Buffer.from('REGEDIT4\n'), Buffer.from(`${HEADER}[${KEY}]\n`)];
  fc.assert(
    fc.property(fc.constantFrom(...prefixes), fc.uint8Array({ maxLength: 200 }), (prefix, bytes) => {
      t.true(parsesOrRefuses(Buffer.concat([prefix, bytes])));
    }),
    { numRuns: 500 },
  );
});

test('damaged exports are settings or give a RegParseError', (t) => {
  const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(fc.constantFrom(wine, hivex), damage, fc.nat(), (original, changes, cut) => {
      const bytes = original.slice(0, 1 + (cut % (2 * original.length)));
      for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
      t.true(parsesOrRefuses(bytes));
    }),
    { numRuns: 500 },
  );
});

test('a long run of empty and comment lines is no work', (t) => {
  t.deepEqual(parseRegFile(`${HEADER}${';\n\n'.repeat(500_000)}`).keys(), []);
});

function parsesOrRefuses(bytes: Uint8Array): boolean {
  try {
    return parseRegFile(bytes) instanceof Settings;
  } catch (error) {
    return error instanceof RegParseError && error.line >= 1 && error.column >= 1;
  }
}

function fixture(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`../../../fixtures/reg/${name}`, import.meta.url)));
}
