import { Buffer } from 'node:buffer';
import { typeNumberOf, valueToBytes } from './registry-value.ts';
import type { RegistryValue } from './registry-value.ts';
import type { NamedValue, Settings } from './settings.ts';

const WRAP_AT = 77; // a line of bytes that has reached this column goes on in the next, as regedit does it
const CRLF = '\r\n';

/** The lines of one key in a `.reg` file: `[KEY]` or `[-KEY]`, then its values. */
export type KeyLines = readonly [keyLine: string, ...valueLines: readonly string[]];

/**
 * Settings as regedit exports them: UTF-16LE with a byte order mark, CRLF, `Windows Registry Editor Version 5.00`, keys and values sorted,
 * bytes wrapped to 80 columns. `parseRegFile` reads the same settings back.
 */
export function formatRegFile(settings: Settings): Uint8Array {
  return encodeRegFile(settings.keys().map((keyPath) => [`[${keyPath}]`, ...settings.values(keyPath).map(formatValue)]));
}

/** The bytes of a `.reg` file with these keys. */
export function encodeRegFile(keys: readonly KeyLines[]): Uint8Array {
  let text = `\uFEFFWindows Registry Editor Version 5.00${CRLF}${CRLF}`;
  for (const lines of keys) text += `${lines.join(CRLF)}${CRLF}${CRLF}`;
  return new Uint8Array(Buffer.from(text, 'utf16le'));
}

/** `"NAME"=DATA`, wrapped where regedit does it. */
export function formatValue({ name, value }: NamedValue): string {
  const start = formatName(name);
  if (value.type === 'REG_SZ') return start + quote(value.value);
  if (value.type === 'REG_DWORD') return `${start}dword:${value.value.toString(16).padStart(8, '0')}`;
  return formatBytes(`${start}${hexMarker(value)}`, valueToBytes(value));
}

/** `"NAME"=`, or `@=` for the default value. */
export function formatName(name: string): string {
  return name === '' ? '@=' : `${quote(name)}=`;
}

function hexMarker(value: RegistryValue): string {
  return value.type === 'REG_BINARY' ? 'hex:' : `hex(${typeNumberOf(value).toString(16)}):`;
}

function formatBytes(start: string, bytes: Uint8Array): string {
  let text = '';
  let line = start;
  for (const [at, byte] of bytes.entries()) {
    line += byte.toString(16).padStart(2, '0');
    if (at === bytes.length - 1) break;
    line += ',';
    if (line.length < WRAP_AT) continue;
    text += `${line}\\${CRLF}`;
    line = '  ';
  }
  return text + line;
}

function quote(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}
