import type { DomainName } from '../domain-name.ts';
import { decodeRdata } from '../rdata-octets.ts';
import type { Rdata, RecordClass, RecordType, ResourceRecord } from '../record.ts';
import { WireError } from '../wire-error.ts';
import { readEntries } from './entries.ts';
import type { Entry } from './entries.ts';
import { Fields } from './fields.ts';
import { parseUnknownOctets, RDATA_TEXT } from './rdata-text.ts';
import { parseClass, parseType } from './record-type.ts';
import { errorAt, locating, quoted } from './text-error.ts';
import { looksLikeTtl, MAX_TTL, parseTtl } from './ttl.ts';

const MAX_CHARACTERS = 0x400_0000;

/** What the text alone does not say. */
export interface MasterFileOptions {
  /** What relative names are relative to before the first `$ORIGIN`. Without it they are an error. */
  readonly origin?: DomainName;
  /** In seconds, as if the file began with `$TTL`. */
  readonly defaultTtl?: number;
  /** Only for error messages. */
  readonly file?: string;
}

/**
 * Reads master-file text (RFC 1035 section 5, `$TTL` of RFC 2308 section 4, unknown types and classes of RFC 3597 section 5) into records,
 * in the order of the text. A record without TTL gets that of `$TTL`, else the last one written, else the minimum of its own SOA, as BIND
 * does; one without class the last one written, else IN. `$INCLUDE` and `$GENERATE` are refused. MX becomes octets, as it does from the
 * wire. Throws `ParseError` with line and column, and a message that names both and the remedy.
 */
export function parseMasterFile(text: string, options: MasterFileOptions = {}): ResourceRecord[] {
  return Array.from(readMasterFile(text, options), ({ record }) => record);
}

/** A record, and where in the text it begins: lines and columns count from 1. */
export interface PlacedRecord {
  readonly record: ResourceRecord;
  readonly line: number;
  readonly column: number;
}

/** The same one by one, each with its place, for whoever finds fault with a record beside the others. */
export function* readMasterFile(text: string, options: MasterFileOptions = {}): Generator<PlacedRecord, void> {
  if (text.length > MAX_CHARACTERS)
    throw errorAt({ file: options.file, line: 1, column: 1 }, 'TOO_LARGE', `more than ${MAX_CHARACTERS} characters: split the zone`);
  const reader = new RecordReader(options);
  for (const entry of readEntries(text, options.file)) {
    const record = reader.read(entry);
    const [{ line, column }] = entry.tokens;
    if (record !== undefined) yield { record, line, column };
  }
}

/**
 * Reads exactly one record: `parseRecord('_vlmcs._tcp.example.org. 60 IN SRV 0 5 80 a.example.org.')`. Owner and TTL must be written,
 * relative names need the `origin`. Throws `ParseError`.
 */
export function parseRecord(text: string, origin?: DomainName): ResourceRecord {
  const [record, ...others] = parseMasterFile(text, origin === undefined ? {} : { origin });
  if (record === undefined || others.length > 0) {
    const place = { file: undefined, line: 1, column: 1 };
    throw errorAt(place, 'NOT_ONE_RECORD', `${others.length + (record === undefined ? 0 : 1)} records where one is expected: write one`);
  }
  return record;
}

// What one entry hands on to the next.
class RecordReader {
  #origin: DomainName | undefined;
  #owner: DomainName | undefined;
  #class: RecordClass = 'IN';
  #defaultTtl: number | undefined;
  #lastTtl: number | undefined;

  constructor(options: MasterFileOptions) {
    this.#origin = options.origin;
    this.#defaultTtl = options.defaultTtl;
  }

  read(entry: Entry): ResourceRecord | undefined {
    const fields = new Fields(entry.tokens, this.#origin);
    const [first] = entry.tokens;
    if (first.text.startsWith('$') && !first.isQuoted) {
      this.#obey(fields);
      return undefined;
    }
    const name = this.#readOwner(entry, fields);
    const ttl = this.#readTtlAndClass(fields);
    const written = fields.word('the record type');
    const type = parseType(written);
    const rdata = readRdata(fields, { type, recordClass: this.#class, written: written.text });
    return { name, type, class: this.#class, ttl: ttl ?? this.#inheritedTtl(entry, rdata), rdata };
  }

  #obey(fields: Fields): void {
    const directive = fields.take('the directive');
    switch (directive.text.toUpperCase()) {
      case '$ORIGIN':
        this.#origin = fields.name('the origin');
        break;
      case '$TTL':
        this.#defaultTtl = readTtl(fields);
        break;
      case '$INCLUDE':
      case '$GENERATE': {
        const remedy = 'have BIND write it out: named-compilezone -o OUTPUT ZONE FILE';
        throw errorAt(directive, 'UNSUPPORTED_DIRECTIVE', `${directive.text} is not supported: ${remedy}`);
      }
      default:
        throw errorAt(
          directive,
          'UNKNOWN_DIRECTIVE',
          `${quoted(directive.text)} is no directive: use $ORIGIN or $TTL, or write \\$ in a name`,
        );
    }
    fields.end();
  }

  #readOwner(entry: Entry, fields: Fields): DomainName {
    if (!entry.startsBlank) this.#owner = fields.name('the owner name');
    if (this.#owner !== undefined) return this.#owner;
    throw errorAt(
      entry.tokens[0],
      'NO_OWNER',
      'the first record begins with a blank, so it has no owner: write its name, or @ for the origin',
    );
  }

  // In either order, both optional (RFC 1035 section 5.1).
  #readTtlAndClass(fields: Fields): number | undefined {
    let ttl: number | undefined;
    let recordClass: RecordClass | undefined;
    for (;;) {
      const token = fields.peek();
      if (token === undefined || token.isQuoted) break;
      if (ttl === undefined && looksLikeTtl(token.text)) {
        ttl = readTtl(fields);
        continue;
      }
      const named = recordClass === undefined ? parseClass(token) : undefined;
      if (named === undefined) break;
      fields.skip();
      recordClass = named;
    }
    this.#class = recordClass ?? this.#class;
    this.#lastTtl = ttl ?? this.#lastTtl;
    return ttl;
  }

  #inheritedTtl(entry: Entry, rdata: Rdata): number {
    if (this.#defaultTtl === undefined && this.#lastTtl === undefined && rdata.type === 'SOA' && rdata.minimum <= MAX_TTL)
      this.#defaultTtl = rdata.minimum;
    const ttl = this.#defaultTtl ?? this.#lastTtl;
    if (ttl === undefined)
      throw errorAt(entry.tokens[0], 'NO_TTL', 'no TTL is known for this record: write one, or put a $TTL line before it');
    return ttl;
  }
}

function readTtl(fields: Fields): number {
  const token = fields.word('the TTL');
  return locating(token, () => parseTtl(token.text));
}

interface ExpectedRdata {
  readonly type: RecordType;
  readonly recordClass: RecordClass;
  /** The type as the file has it. */
  readonly written: string;
}

function readRdata(fields: Fields, { type, recordClass, written }: ExpectedRdata): Rdata {
  const first = fields.peek();
  if (first?.text === '\\#' && !first.isQuoted) {
    fields.skip();
    const octets = parseUnknownOctets(fields);
    if (RDATA_TEXT.get(type)?.internetOnly && recordClass !== 'IN') return { type: 'UNKNOWN', bytes: octets };
    try {
      return decodeRdata(type, octets);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      throw errorAt(first, 'BAD_RDATA', `these octets are no ${type} RDATA: correct them (${error.message})`, error);
    }
  }
  const row = RDATA_TEXT.get(type);
  if (row === undefined || (row.internetOnly && recordClass !== 'IN')) {
    const remedy = 'write it as \\# LENGTH HEX (RFC 3597), which named-rrchecker -u prints';
    throw fields.error('UNSUPPORTED_TYPE', `RDATA of type ${written} in class ${recordClass} is not read in this form: ${remedy}`);
  }
  const rdata = row.parse(fields);
  fields.end();
  return rdata;
}
