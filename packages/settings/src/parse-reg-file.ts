import { checked, decodeRegText } from './reg-encoding.ts';
import { RegCursor } from './reg-cursor.ts';
import { RegParseError } from './reg-parse-error.ts';
import { valueFromBytes } from './registry-value.ts';
import type { RegistryValue } from './registry-value.ts';
import { Settings } from './settings.ts';
import type { SettingsDraft } from './settings-draft.ts';
import { SettingsError } from './settings-error.ts';

const MAX_SIZE = 4 * 1024 * 1024; // bytes, or characters of a string
const MAX_KEY_LINES = 10_000;
const VERSION_5 = 'Windows Registry Editor Version 5.00';
const VERSION_4 = 'REGEDIT4';

/** How the bytes of text values are to be read: UTF-16LE in version 5.00, 8-bit in REGEDIT4. */
type TextEncoding = 'utf16le' | 'latin1';

/**
 * Reads a `.reg` file as regedit, reg.exe, Wine and hivexregedit write it, and REGEDIT4: wrapped lines, comments, escapes, default values,
 * and the deletions `"X"=-` and `[-KEY]`. The file is imported into `base` (none: empty settings), later lines over earlier ones.
 * At most 4 MiB and 10,000 key lines. Throws `RegParseError` with line and column; `file` is only for its message.
 */
export function parseRegFile(input: Uint8Array | string, options: { readonly base?: Settings; readonly file?: string } = {}): Settings {
  const start = { line: 1, column: 1, file: options.file };
  if (input.length > MAX_SIZE) {
    throw new RegParseError('TOO_LARGE', `more than ${MAX_SIZE} bytes: export only the key that is needed`, start);
  }
  const decoded = typeof input === 'string' ? checked(input) : decodeRegText(input);
  if (decoded.kind === 'unreadable') throw new RegParseError('BAD_ENCODING', decoded.why, start);
  const cursor = new RegCursor(decoded.text, options.file);
  const encoding = readHeader(cursor);
  return (options.base ?? Settings.empty()).change((draft) => readBody(cursor, encoding, draft));
}

function readHeader(cursor: RegCursor): TextEncoding {
  const line = cursor.takeLine().trimEnd();
  if (line === VERSION_5) return 'utf16le';
  if (line === VERSION_4) return 'latin1';
  throw cursor.errorAt(0, 'NO_HEADER', `the first line must be "${VERSION_5}" or "${VERSION_4}"`);
}

function readBody(cursor: RegCursor, encoding: TextEncoding, draft: SettingsDraft): void {
  let keyPath: string | undefined;
  let keyLines = 0;
  for (cursor.skipEmptyLines(); !cursor.atEnd; cursor.skipEmptyLines()) {
    const start = cursor.at;
    const first = cursor.peek();
    if (first === '[') {
      keyLines += 1;
      if (keyLines > MAX_KEY_LINES) {
        throw cursor.error('TOO_LARGE', `more than ${MAX_KEY_LINES} keys: export only the key that is needed`);
      }
      keyPath = readKeyLine(cursor, draft);
    } else if (first === '"' || first === '@') {
      if (keyPath === undefined) throw cursor.error('NO_KEY', 'this value is in no key: put a [HKEY_LOCAL_MACHINE\\...] line above it');
      const path = keyPath;
      inPlace(cursor, start, 'BAD_NAME', () => readValueLine(cursor, path, encoding, draft));
    } else {
      throw cursor.error('BAD_LINE', 'expected a [key], a "name"=value, or a comment that begins with a semicolon');
    }
  }
}

/** `[KEY]` makes and enters a key, `[-KEY]` deletes it with all below; values after a deletion are refused. */
function readKeyLine(cursor: RegCursor, draft: SettingsDraft): string | undefined {
  const start = cursor.at;
  const line = cursor.takeLine();
  const end = line.lastIndexOf(']'); // a key may have brackets of its own
  if (end === -1 || !isEmptyRest(line.slice(end + 1))) throw cursor.errorAt(start, 'BAD_KEY', 'the key line must end in "]"');
  const deletes = line.startsWith('[-');
  const path = line.slice(deletes ? 2 : 1, end).replace(/\\$/, ''); // hivexregedit ends a hive's own key in a backslash
  inPlace(cursor, start, 'BAD_KEY', () => (deletes ? draft.deleteKey(path) : draft.addKey(path)));
  return deletes ? undefined : path;
}

function readValueLine(cursor: RegCursor, keyPath: string, encoding: TextEncoding, draft: SettingsDraft): void {
  const name = cursor.take('@') ? '' : cursor.takeQuoted();
  cursor.skipBlanks();
  if (!cursor.take('=')) throw cursor.error('BAD_LINE', 'expected "=" after the value name');
  cursor.skipBlanks();
  if (cursor.take('-')) draft.delete(keyPath, name);
  else draft.set(keyPath, name, readData(cursor, encoding));
  const rest = cursor.at;
  if (!isEmptyRest(cursor.takeLine())) throw cursor.errorAt(rest, 'BAD_LINE', 'there is more after the value: remove it');
}

function readData(cursor: RegCursor, encoding: TextEncoding): RegistryValue {
  if (cursor.peek() === '"') return { type: 'REG_SZ', value: cursor.takeQuoted() };
  const start = cursor.at;
  const marker = cursor.takeMarker();
  if (marker === 'dword') return { type: 'REG_DWORD', value: cursor.takeDword() };
  if (marker === 'hex') return valueFromBytes(3, cursor.takeBytes(), encoding);
  const number = /^hex\(([0-9a-f]{1,8})\)$/.exec(marker)?.[1];
  if (number !== undefined) return valueFromBytes(Number.parseInt(number, 16), cursor.takeBytes(), encoding);
  throw cursor.errorAt(start, 'BAD_TYPE', 'expected "text", dword:, hex:, hex(N): or -');
}

/** What the draft refuses is the file's fault: same words, with the place. */
function inPlace(cursor: RegCursor, start: number, code: 'BAD_KEY' | 'BAD_NAME', write: () => void): void {
  try {
    write();
  } catch (error) {
    if (error instanceof SettingsError) throw cursor.errorAt(start, code, error.message);
    throw error;
  }
}

function isEmptyRest(text: string): boolean {
  const rest = text.trimStart();
  return rest === '' || rest.startsWith(';');
}
