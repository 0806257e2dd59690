import { OPCODE } from './message.ts';
import type { Opcode } from './message.ts';
import { RCODE, RECORD_CLASS, RECORD_TYPE } from './record.ts';
import type { Rcode, RecordClass, RecordType } from './record.ts';

const types = mnemonics(RECORD_TYPE, 'TYPE', 0xffff);
const classes = mnemonics(RECORD_CLASS, 'CLASS', 0xffff);
const rcodes = mnemonics(RCODE, 'RCODE', 0xffff);
const opcodes = mnemonics(OPCODE, 'OPCODE', 0xf);

/** The TYPE number of a mnemonic or of `TYPE65280` (RFC 3597 section 5). Throws `RangeError` for anything else. */
export function typeNumber(type: RecordType): number {
  return types.numberOf(type);
}

/** The mnemonic of a TYPE number, `TYPE65280` when there is none. */
export function typeName(number: number): RecordType {
  return types.nameOf(number);
}

/** The CLASS number of a mnemonic or of `CLASS32` (RFC 3597 section 5). Throws `RangeError` for anything else. */
export function classNumber(recordClass: RecordClass): number {
  return classes.numberOf(recordClass);
}

/** The mnemonic of a CLASS number, `CLASS32` when there is none. */
export function className(number: number): RecordClass {
  return classes.nameOf(number);
}

/** The number of a response code, extended ones and `RCODE3841` included. Throws `RangeError` for anything else. */
export function rcodeNumber(rcode: Rcode): number {
  return rcodes.numberOf(rcode);
}

/** The mnemonic of a message's response code (RFC 6895 section 2.3): 16 is BADVERS here. */
export function rcodeName(number: number): Rcode {
  return rcodes.nameOf(number);
}

/** The mnemonic of the error field of a TSIG or TKEY record (RFC 8945 section 4.2): 16 is BADSIG here. */
export function tsigErrorName(number: number): Rcode {
  return number === RCODE.BADSIG ? 'BADSIG' : rcodes.nameOf(number);
}

/** The number of an opcode, `OPCODE7` included. Throws `RangeError` for anything else. */
export function opcodeNumber(opcode: Opcode): number {
  return opcodes.numberOf(opcode);
}

/** The mnemonic of an opcode, `OPCODE7` when there is none. */
export function opcodeName(number: number): Opcode {
  return opcodes.nameOf(number);
}

interface Mnemonics<Name extends string> {
  numberOf(name: Name): number;
  nameOf(number: number): Name;
}

/** Numbers 0 to `limit` and their names; where two names share a number, the first one stands for it. */
function mnemonics<Known extends string, Prefix extends string>(
  table: Readonly<Record<Known, number>>,
  prefix: Prefix,
  limit: number,
): Mnemonics<Known | `${Prefix}${number}`> {
  const entries = Object.entries(table) as [Known, number][];
  const numbers = new Map<string, number>(entries);
  const names: (Known | undefined)[] = Array.from({ length: 256 });
  for (const [name, number] of entries) names[number] ??= name;
  return {
    numberOf(name) {
      return numbers.get(name) ?? unnamedNumber(name, prefix, limit);
    },
    nameOf(number) {
      return names[number] ?? `${prefix}${number}`;
    },
  };
}

function unnamedNumber(name: string, prefix: string, limit: number): number {
  const digits = name.startsWith(prefix) ? name.slice(prefix.length) : '';
  const number = Number(digits);
  if (!/^\d{1,5}$/.test(digits) || number > limit)
    throw new RangeError(`${JSON.stringify(name)} is neither a known mnemonic nor ${prefix}0 to ${prefix}${limit}`);
  return number;
}
