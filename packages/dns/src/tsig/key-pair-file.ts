import { readEntries } from '../text/entries.ts';
import { errorAt } from '../text/text-error.ts';
import type { Place } from '../text/text-error.ts';
import { makeReadKey, readAlgorithm } from './read-key.ts';
import type { ChosenAlgorithm, FoundKey, KeyWord } from './read-key.ts';

// The numbers BIND gave to its HMAC keys (lib/dns/include/dst/dst.h); IANA has none for them.
const ALGORITHM_NUMBERS: ReadonlyMap<string, string> = new Map([
  ['157', 'hmac-md5'],
  ['161', 'hmac-sha1'],
  ['162', 'hmac-sha224'],
  ['163', 'hmac-sha256'],
  ['164', 'hmac-sha384'],
  ['165', 'hmac-sha512'],
]);

interface Options {
  readonly file?: string;
  readonly allowWeak?: boolean;
}

/** BIND's `Kname.+163+12345.private`: one `Field: value` a line. The name of the key is in the name of the file only. */
export function parsePrivateKeyFile(text: string, options: Options): FoundKey[] {
  const fields = readPrivateFields(text, options.file);
  const start = { file: options.file, line: 1, column: 1 };
  const number = fields.get('algorithm') ?? missing(start, 'Algorithm');
  const secret = fields.get('key') ?? missing(start, 'Key');
  const chosen = numberedAlgorithm({ ...number, text: number.text.split(' ')[0] ?? '' }, truncationBits(fields.get('bits')));
  const escaped = /(?:^|[\\/])K([^\\/]+)\+\d{3}\+\d{5}\.private$/.exec(options.file ?? '')?.[1];
  if (escaped === undefined) {
    const remedy = 'call it Kname.+163+12345.private again, or write algorithm:name:secret into a file';
    throw errorAt(start, 'NO_KEY_NAME', `the name of this key is in the name of its file, which is lost: ${remedy}`);
  }
  const name = escaped.replaceAll(/%([0-9a-f]{2})/gi, (_, octet: string) => `\\${String(Number.parseInt(octet, 16)).padStart(3, '0')}`);
  return [makeReadKey({ name: { ...start, text: name }, chosen, secret }, options)];
}

/** BIND's `Kname.+163+12345.key`: the same secret as a KEY record. */
export function parsePublicKeyFile(text: string, options: Options): FoundKey[] {
  const keys: FoundKey[] = [];
  for (const { tokens } of readEntries(text, options.file)) {
    const [name, ...words] = tokens;
    const [, , , number, first, ...rest] = words.slice(words.findIndex((word) => word.text.toUpperCase() === 'KEY'));
    if (number === undefined || first === undefined)
      throw errorAt(name, 'BAD_KEY_RECORD', 'this is not NAME IN KEY FLAGS PROTOCOL ALGORITHM SECRET: use the .private file instead');
    const secret = { ...first, text: [first, ...rest].map((word) => word.text).join('') };
    keys.push(makeReadKey({ name, chosen: numberedAlgorithm(number), secret }, options));
  }
  return keys;
}

function readPrivateFields(text: string, file: string | undefined): ReadonlyMap<string, KeyWord> {
  const fields = new Map<string, KeyWord>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const [, field, blanks, value] = /^([\w-]+):([ \t]*)(.*)$/.exec(line) ?? [];
    if (field === undefined || blanks === undefined || value === undefined) continue;
    fields.set(field.toLowerCase(), { file, line: index + 1, column: field.length + 2 + blanks.length, text: value.trim() });
  }
  return fields;
}

function numberedAlgorithm(number: KeyWord, bits?: number): ChosenAlgorithm {
  const name = ALGORITHM_NUMBERS.get(number.text);
  if (name === undefined)
    throw errorAt(
      number,
      'UNKNOWN_ALGORITHM',
      'this algorithm is not HMAC (157, 161 to 165), so the key is not for TSIG: use one that tsig-keygen makes',
    );
  return readAlgorithm({ ...number, text: bits === undefined ? name : `${name}-${bits}` });
}

// `Bits:` is 16 bits in base64, 0 for MACs that are not cut.
function truncationBits(word: KeyWord | undefined): number | undefined {
  const octets = Buffer.from(word?.text ?? '', 'base64');
  const bits = octets.length === 2 ? octets.readUInt16BE() : 0;
  return bits === 0 ? undefined : bits;
}

function missing(place: Place, field: string): never {
  throw errorAt(place, 'MISSING_FIELD', `the line "${field}:" is missing: use the file as BIND wrote it`);
}
