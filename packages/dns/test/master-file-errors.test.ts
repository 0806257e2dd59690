import test from 'ava';
import { ParseError, parseDomainName, parseMasterFile } from '@srvkit/dns';
import type { MasterFileOptions } from '@srvkit/dns';

const origin = parseDomainName('example.org');

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
