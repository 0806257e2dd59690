import test from 'ava';
import { VERDICT_CODE } from '@srvkit/discovery';
import { RCODE } from '@srvkit/dns';
import { APPLICATIONS, CODES, EVENTS, LICENCE_STATES, lookUpCode } from '../src/index.ts';

test('every code has its hresult as key, in one form, with texts', (t) => {
  for (const [hresult, code] of CODES) {
    t.is(hresult, code.hresult);
    t.regex(hresult, /^0x[0-9A-F]{8}$/);
    for (const text of [code.meaning, code.cause, code.fix]) t.regex(text, /^[\x20-\x7e]{5,}[^.]$/, hresult);
  }
});

test('the codes that a verdict can have are in the table, under the same names', (t) => {
  for (const { hresult, symbol } of Object.values(VERDICT_CODE)) t.is(CODES.get(hresult ?? '')?.symbol, symbol, hresult ?? '');
});

test('the codes of DNS responses are 9000 and the RCODE (kms E-00)', (t) => {
  for (const [rcode, symbol] of [
    ['FORMERR', 'DNS_ERROR_RCODE_FORMAT_ERROR'],
    ['SERVFAIL', 'DNS_ERROR_RCODE_SERVER_FAILURE'],
    ['NXDOMAIN', 'DNS_ERROR_RCODE_NAME_ERROR'],
    ['REFUSED', 'DNS_ERROR_RCODE_REFUSED'],
    ['NOTZONE', 'DNS_ERROR_RCODE_NOTZONE'],
    ['BADSIG', 'DNS_ERROR_RCODE_BADSIG'],
    ['BADTIME', 'DNS_ERROR_RCODE_BADTIME'],
  ] as const) {
    t.is(lookUpCode(0x8007_0000 + 9000 + RCODE[rcode])?.symbol, symbol);
  }
});

for (const [given, hresult] of [
  ['0x8007232b', '0x8007232B'],
  ['C004F074', '0xC004F074'],
  [' 0xC004F038 ', '0xC004F038'],
  [0x8007_251d, '0x8007251D'],
  [-2_147_015_893, '0x8007232B'],
  ['0x80074000', undefined],
  ['0x80074ABC', undefined],
  ['0x0', undefined],
  ['DNS', undefined],
] as const) {
  test(`${given} is looked up`, (t) => {
    t.is(lookUpCode(given)?.hresult, hresult);
  });
}

test('a DNS code without an entry gets a general one', (t) => {
  t.deepEqual([lookUpCode('0x80072554')?.symbol, lookUpCode('0x80072554')?.area], [null, 'dns']);
  t.regex(lookUpCode('0x80072554')?.meaning ?? '', /9556/);
});

test('the tables are what the facts say (kms D-28, T-08, V-07)', (t) => {
  t.is(APPLICATIONS.find(({ name }) => name === 'Windows')?.id, '55c92734-d682-4d71-983e-d6ec3f16059f');
  t.is(new Set(APPLICATIONS.map(({ id }) => id)).size, 4);
  t.deepEqual([LICENCE_STATES.length, LICENCE_STATES[1], LICENCE_STATES[5]], [7, 'licensed', 'notification']);
  t.deepEqual(
    EVENTS.map(({ id }) => id),
    [12288, 12289, 12290, 12291, 12292, 12293, 12294],
  );
});
