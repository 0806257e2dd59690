import { Buffer } from 'node:buffer';
import { SettingsError } from './settings-error.ts';

/** Value types by their numbers in the registry and in `hex(N):`. Others are kept as `REG_OTHER`. */
const REGISTRY_TYPE = {
  REG_NONE: 0,
  REG_SZ: 1,
  REG_EXPAND_SZ: 2,
  REG_BINARY: 3,
  REG_DWORD: 4,
  REG_MULTI_SZ: 7,
  REG_QWORD: 11,
} as const;
/** The name of a type; `REG_OTHER` is any without a name here. */
export type RegistryType = keyof typeof REGISTRY_TYPE | 'REG_OTHER';

interface StringValue {
  readonly type: 'REG_SZ' | 'REG_EXPAND_SZ';
  readonly value: string;
}
interface MultiStringValue {
  readonly type: 'REG_MULTI_SZ';
  readonly value: readonly string[];
}
interface DwordValue {
  readonly type: 'REG_DWORD';
  readonly value: number;
}
interface QwordValue {
  readonly type: 'REG_QWORD';
  readonly value: bigint;
}
/** Never write to `value`. */
interface BytesValue {
  readonly type: 'REG_BINARY' | 'REG_NONE';
  readonly value: Uint8Array;
}
/** A type without a name here, or bytes that do not fit their type (a REG_DWORD of three bytes): kept by number, so that nothing is lost. */
interface OtherValue {
  readonly type: 'REG_OTHER';
  readonly number: number;
  readonly value: Uint8Array;
}

/** One typed value of the registry. */
export type RegistryValue = StringValue | MultiStringValue | DwordValue | QwordValue | BytesValue | OtherValue;

const MAX_DWORD = 0xffff_ffff;
const MAX_QWORD = 0xffff_ffff_ffff_ffffn;

/**
 * A value as the registry stores it: checked, copied and frozen. Throws `SettingsError` `BAD_VALUE` for a number out of range, text with a
 * NUL, or an empty string in a REG_MULTI_SZ (its end mark).
 */
export function makeValue(value: RegistryValue): RegistryValue {
  switch (value.type) {
    case 'REG_SZ':
    case 'REG_EXPAND_SZ':
      refuseNul(value.value);
      return Object.freeze({ type: value.type, value: value.value });
    case 'REG_MULTI_SZ':
      for (const text of value.value) {
        refuseNul(text);
        if (text === '') throw badValue('a REG_MULTI_SZ cannot hold an empty string: leave it out');
      }
      return Object.freeze({ type: value.type, value: Object.freeze([...value.value]) });
    case 'REG_DWORD':
      if (!isUnsigned32(value.value)) throw badValue(`${value.value} is no REG_DWORD: give a whole number from 0 to ${MAX_DWORD}`);
      return Object.freeze({ type: value.type, value: value.value });
    case 'REG_QWORD':
      if (value.value < 0n || value.value > MAX_QWORD) throw badValue(`${value.value} is no REG_QWORD: give 0 to ${MAX_QWORD}`);
      return Object.freeze({ type: value.type, value: value.value });
    case 'REG_BINARY':
    case 'REG_NONE':
      return Object.freeze({ type: value.type, value: value.value.slice() });
    case 'REG_OTHER':
      if (!isUnsigned32(value.number)) throw badValue(`${value.number} is no value type: give a whole number from 0 to ${MAX_DWORD}`);
      return valueFromBytes(value.number, value.value);
    default:
      return value satisfies never;
  }
}

/**
 * The value that these bytes are. Text is UTF-16LE (or `latin1` in REGEDIT4 files) and ends at its first NUL or with the bytes; a list
 * keeps its strings and loses empty ones. Bytes that do not fit their type come back as `REG_OTHER`.
 */
export function valueFromBytes(number: number, bytes: Uint8Array, encoding: 'utf16le' | 'latin1' = 'utf16le'): RegistryValue {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = encoding === 'latin1' || bytes.length % 2 === 0;
  if (number === REGISTRY_TYPE.REG_SZ && whole) return makeValue({ type: 'REG_SZ', value: untilNul(view.toString(encoding)) });
  if (number === REGISTRY_TYPE.REG_EXPAND_SZ && whole)
    return makeValue({ type: 'REG_EXPAND_SZ', value: untilNul(view.toString(encoding)) });
  if (number === REGISTRY_TYPE.REG_MULTI_SZ && whole) {
    const strings = view.toString(encoding).split('\0');
    return makeValue({ type: 'REG_MULTI_SZ', value: strings.filter((text) => text !== '') });
  }
  if (number === REGISTRY_TYPE.REG_DWORD && bytes.length === 4) return makeValue({ type: 'REG_DWORD', value: view.readUInt32LE() });
  if (number === REGISTRY_TYPE.REG_QWORD && bytes.length === 8) return makeValue({ type: 'REG_QWORD', value: view.readBigUInt64LE() });
  if (number === REGISTRY_TYPE.REG_BINARY) return makeValue({ type: 'REG_BINARY', value: bytes });
  if (number === REGISTRY_TYPE.REG_NONE) return makeValue({ type: 'REG_NONE', value: bytes });
  return Object.freeze({ type: 'REG_OTHER', number, value: bytes.slice() });
}

/** The bytes the registry would hold for this value: text as UTF-16LE with its NULs. */
export function valueToBytes(value: RegistryValue): Uint8Array {
  switch (value.type) {
    case 'REG_SZ':
    case 'REG_EXPAND_SZ':
      return Buffer.from(`${value.value}\0`, 'utf16le');
    case 'REG_MULTI_SZ':
      return Buffer.from(`${value.value.map((text) => `${text}\0`).join('')}\0`, 'utf16le');
    case 'REG_DWORD': {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32LE(value.value);
      return bytes;
    }
    case 'REG_QWORD': {
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64LE(value.value);
      return bytes;
    }
    case 'REG_BINARY':
    case 'REG_NONE':
    case 'REG_OTHER':
      return value.value;
    default:
      return value satisfies never;
  }
}

/** The number of the value's type, as `hex(N):` gives it. */
export function typeNumberOf(value: RegistryValue): number {
  return value.type === 'REG_OTHER' ? value.number : REGISTRY_TYPE[value.type];
}

/** Whether both are the same type with the same data. */
export function valueEquals(a: RegistryValue, b: RegistryValue): boolean {
  return typeNumberOf(a) === typeNumberOf(b) && Buffer.compare(valueToBytes(a), valueToBytes(b)) === 0;
}

function untilNul(text: string): string {
  const end = text.indexOf('\0');
  return end === -1 ? text : text.slice(0, end);
}

function refuseNul(text: string): void {
  if (text.includes('\0')) throw badValue('text in the registry cannot hold a NUL character: remove it');
}

function isUnsigned32(number: number): boolean {
  return Number.isInteger(number) && number >= 0 && number <= MAX_DWORD;
}

function badValue(message: string): SettingsError {
  return new SettingsError('BAD_VALUE', message);
}
