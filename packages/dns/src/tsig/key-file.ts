import { errorAt } from '../text/text-error.ts';
import { parseKeyLines } from './key-lines.ts';
import { parsePrivateKeyFile, parsePublicKeyFile } from './key-pair-file.ts';
import { parseKeyStatements } from './key-statement.ts';
import type { TsigKey } from './key.ts';

const MAX_CHARACTERS = 0x10_0000;

/** How a key file is read. */
export interface KeyFileOptions {
  /** For error messages; of `K*.private` files it is also where the key's name comes from. */
  readonly file?: string;
  /** Accept hmac-sha1 and hmac-md5. False unless given. */
  readonly allowWeak?: boolean;
}

/**
 * Reads the keys of a file, whichever of these it is: `key "x" { algorithm ...; secret "..."; };` as tsig-keygen and named.conf have it,
 * with other statements and comments around; BIND's `Kname.+163+12345.private` or `.key`; lines of `algorithm:name:secret`. As in BIND,
 * `hmac-sha256-128` is hmac-sha256 with MACs cut to 128 bits. Throws `ParseError`; no message holds anything of a secret.
 */
export function parseKeyFile(text: string, options: KeyFileOptions = {}): TsigKey[] {
  const start = { file: options.file, line: 1, column: 1 };
  if (text.length > MAX_CHARACTERS) throw errorAt(start, 'TOO_LARGE', `more than ${MAX_CHARACTERS} characters: this is no key file`);
  const found = formatOf(text)(text.replace(/^\uFEFF/, ''), options);
  if (found.length === 0) throw errorAt(start, 'NO_KEY', `no key is in here: ${FORMATS}`);
  const seen = new Set<string>();
  for (const { key, place } of found) {
    if (seen.has(key.name.key)) throw errorAt(place, 'DUPLICATE_KEY', 'a key of this name is here already: remove one');
    seen.add(key.name.key);
  }
  return found.map(({ key }) => key);
}

const FORMATS = 'write key "name" { algorithm hmac-sha256; secret "..."; }; as tsig-keygen does, or algorithm:name:secret';

function formatOf(text: string): typeof parseKeyStatements {
  if (/^Private-key-format:/m.test(text)) return parsePrivateKeyFile;
  if (/^[^\s;#]\S*[ \t](?:[^\n;]*[ \t])?KEY[ \t]+\d+[ \t]+\d+[ \t]+\d+[ \t]/im.test(text)) return parsePublicKeyFile;
  const firstLine = text.split(/\r?\n/).find((line) => /^\s*[^\s#;]/.test(line) && !/^\s*\/[/*]/.test(line)) ?? '';
  return /^\s*[^\s:{}"]+:[^\s:{}"]+:[^\s:{}"]+\s*$/.test(firstLine) ? parseKeyLines : parseKeyStatements;
}
