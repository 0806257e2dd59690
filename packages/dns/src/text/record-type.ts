import { className, typeName } from '../mnemonic.ts';
import { RECORD_CLASS, RECORD_TYPE } from '../record.ts';
import type { RecordClass, RecordType } from '../record.ts';
import type { Token } from './entries.ts';
import { errorAt, quoted } from './text-error.ts';
import { UNINTERPRETED_TYPES } from './uninterpreted-types.ts';

const META_TYPES: ReadonlySet<number> = new Set([
  RECORD_TYPE.OPT,
  RECORD_TYPE.TKEY,
  RECORD_TYPE.TSIG,
  RECORD_TYPE.IXFR,
  RECORD_TYPE.AXFR,
  RECORD_TYPE.MAILB,
  RECORD_TYPE.MAILA,
  RECORD_TYPE.ANY,
]);
const CLASSES: ReadonlyMap<string, number> = new Map(Object.entries(RECORD_CLASS));
const TYPES: ReadonlyMap<string, number> = new Map([...UNINTERPRETED_TYPES, ...Object.entries(RECORD_TYPE)]);
const META_CLASSES: ReadonlySet<number> = new Set([RECORD_CLASS.NONE, RECORD_CLASS.ANY]);

/** The class a word of a master file names, `CLASS32` included (RFC 3597 section 5); undefined when it names none. */
export function parseClass(token: Token): RecordClass | undefined {
  const text = token.text.toUpperCase();
  const number = CLASSES.get(text) ?? numbered(text, 'CLASS', token);
  if (number === undefined || token.isQuoted) return undefined;
  if (META_CLASSES.has(number)) throw errorAt(token, 'META_CLASS', `class ${text} cannot stand in a zone: write IN`);
  return className(number);
}

/** The type a word of a master file names, `TYPE65280` included. Throws `UNKNOWN_TYPE`, or `META_TYPE` for what no zone holds. */
export function parseType(token: Token): RecordType {
  const text = token.text.toUpperCase();
  const number = TYPES.get(text) ?? numbered(text, 'TYPE', token);
  if (number === undefined) {
    const remedy = 'correct it, or write the type as TYPE123 and its RDATA as \\# LENGTH HEX (RFC 3597)';
    throw errorAt(token, 'UNKNOWN_TYPE', `${quoted(token.text)} is no record type: ${remedy}`);
  }
  if (META_TYPES.has(number)) throw errorAt(token, 'META_TYPE', `a record of type ${text} cannot stand in a zone: remove it`);
  return typeName(number);
}

function numbered(text: string, prefix: string, token: Token): number | undefined {
  const digits = text.startsWith(prefix) ? text.slice(prefix.length) : '';
  if (!/^\d+$/.test(digits)) return undefined;
  if (Number(digits) > 0xffff) throw errorAt(token, 'OUT_OF_RANGE', `${quoted(token.text)} is out of range: ${prefix}0 to ${prefix}65535`);
  return Number(digits);
}
