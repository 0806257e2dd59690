import test from 'ava';
import {
  className,
  classNumber,
  OPCODE,
  opcodeName,
  opcodeNumber,
  RCODE,
  rcodeName,
  rcodeNumber,
  RECORD_CLASS,
  RECORD_TYPE,
  tsigErrorName,
  typeName,
  typeNumber,
} from '../src/index.ts';
import type { RecordType } from '../src/index.ts';

const numbers = (count: number): number[] => Array.from({ length: count }, (_, number) => number);

test('every number has a name, and every name its number', (t) => {
  for (const number of [...numbers(300), 65280, 65535]) {
    t.is(typeNumber(typeName(number)), number);
    t.is(classNumber(className(number)), number);
    t.is(rcodeNumber(rcodeName(number)), number);
    t.is(rcodeNumber(tsigErrorName(number)), number);
  }
  for (const number of numbers(16)) t.is(opcodeNumber(opcodeName(number)), number);
  for (const [name, number] of Object.entries(RECORD_TYPE)) t.is(typeName(number), name as RecordType);
  t.deepEqual(Object.values(RECORD_CLASS).map(className), ['IN', 'CH', 'HS', 'NONE', 'ANY']);
  t.deepEqual(Object.values(OPCODE).map(opcodeName), ['QUERY', 'IQUERY', 'STATUS', 'NOTIFY', 'UPDATE']);
});

test('numbers without a mnemonic are written as RFC 3597 says', (t) => {
  t.is(typeName(65280), 'TYPE65280');
  t.is(className(32), 'CLASS32');
  t.is(rcodeName(3841), 'RCODE3841');
  t.is(opcodeName(7), 'OPCODE7');
  t.is(typeNumber('TYPE33'), RECORD_TYPE.SRV);
});

test('16 is BADVERS in a message and BADSIG in a TSIG record (RFC 8945 section 3)', (t) => {
  t.is(rcodeName(16), 'BADVERS');
  t.is(tsigErrorName(16), 'BADSIG');
  t.is(rcodeNumber('BADSIG'), RCODE.BADVERS);
});

for (const name of ['TYPE', 'TYPE65536', 'TYPE-1', 'TYPE1.5', 'TYPE000033', 'srv', 'constructor', 'CLASS1', ''] as RecordType[]) {
  test(`${JSON.stringify(name)} is no type`, (t) => {
    t.throws(() => typeNumber(name), { instanceOf: RangeError });
  });
}
