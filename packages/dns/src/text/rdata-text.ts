import { addressFamily, formatAddress, parseAddress } from '../address.ts';
import { rcodeNumber, tsigErrorName } from '../mnemonic.ts';
import type { Rdata, RecordType, SoaRdata, TkeyRdata, TsigRdata, UnknownRdata } from '../record.ts';
import { WireError } from '../wire-error.ts';
import { WireReader } from '../wire-reader.ts';
import { WireWriter } from '../wire-writer.ts';
import { formatCharacterString, parseCharacterString } from './character-string.ts';
import type { Fields } from './fields.ts';
import { errorAt, locating, quoted } from './text-error.ts';
import { parseTtl } from './ttl.ts';

const MAX_UINT16 = 0xffff;
const MAX_UINT32 = 0xffff_ffff;
const MAX_RDATA_OCTETS = 0xffff;

/** How one type's RDATA is read from a master file. */
interface RdataText {
  readonly parse: (fields: Fields) => Rdata;
  /** The format is defined for class IN only (RFC 3597 section 4). */
  readonly internetOnly?: true;
}

/** The types whose RDATA has a presentation here; all others are written `\# LENGTH HEX` (RFC 3597 section 5). */
export const RDATA_TEXT: ReadonlyMap<RecordType, RdataText> = new Map<RecordType, RdataText>([
  ['A', { internetOnly: true, parse: (fields) => ({ type: 'A', address: parseAddressField(fields, 4) }) }],
  ['AAAA', { internetOnly: true, parse: (fields) => ({ type: 'AAAA', address: parseAddressField(fields, 6) }) }],
  ['NS', { parse: (fields) => ({ type: 'NS', target: fields.name('the name server') }) }],
  ['CNAME', { parse: (fields) => ({ type: 'CNAME', target: fields.name('the canonical name') }) }],
  ['PTR', { parse: (fields) => ({ type: 'PTR', target: fields.name('the target') }) }],
  ['SOA', { parse: parseSoa }],
  ['MX', { parse: parseMx }],
  ['TXT', { parse: parseTxt }],
  ['SRV', { internetOnly: true, parse: parseSrv }],
]);

/**
 * RDATA as a master file has it, names absolute (RFC 1035 section 5.1), for `type` MX too; what has no presentation of its own as
 * `\# LENGTH HEX` (RFC 3597 section 5). Safe to print. TSIG and TKEY, which no master file holds, are written as dig does.
 */
export function formatRdata(rdata: Rdata, type: RecordType): string {
  switch (rdata.type) {
    case 'A':
    case 'AAAA':
      return formatAddress(parseAddress(rdata.address));
    case 'NS':
    case 'CNAME':
    case 'PTR':
      return rdata.target.toString();
    case 'SOA':
      return formatSoa(rdata);
    case 'TXT':
      return rdata.strings.map(formatCharacterString).join(' ');
    case 'SRV':
      return `${rdata.priority} ${rdata.weight} ${rdata.port} ${rdata.target.toString()}`;
    case 'TSIG':
      return formatTsig(rdata);
    case 'TKEY':
      return formatTkey(rdata);
    case 'UNKNOWN':
      return (type === 'MX' ? formatMx(rdata) : undefined) ?? `\\# ${rdata.bytes.length} ${hex(rdata.bytes)}`.trimEnd();
    case 'EMPTY':
      return '\\# 0';
  }
}

/** The octets of `\# LENGTH HEX`, the `\#` already taken (RFC 3597 section 5). */
export function parseUnknownOctets(fields: Fields): Uint8Array {
  const length = fields.integer('the length after \\#', MAX_RDATA_OCTETS);
  const first = fields.peek();
  const words = fields.rest();
  for (const word of words) {
    if (word.isQuoted || !/^[0-9a-f]*$/i.test(word.text))
      throw errorAt(word, 'BAD_HEX', `${quoted(word.text)} is not hexadecimal: write two digits for each octet`);
  }
  const digits = words.map((word) => word.text).join('');
  if (digits.length === 2 * length) return Uint8Array.from(Buffer.from(digits, 'hex'));
  const message = `${digits.length} hexadecimal digits do not make ${length} octets: correct the length or the digits`;
  throw first === undefined ? fields.error('BAD_RDATA', message) : errorAt(first, 'BAD_RDATA', message);
}

function parseAddressField(fields: Fields, family: 4 | 6): string {
  const token = fields.word('the address');
  if (addressFamily(token.text) === family) return formatAddress(parseAddress(token.text));
  const example = family === 4 ? '192.0.2.1' : '2001:db8::1';
  throw errorAt(token, 'BAD_ADDRESS', `${quoted(token.text)} is not an IPv${family} address: write one such as ${example}`);
}

function parseSrv(fields: Fields): Rdata {
  return {
    type: 'SRV',
    priority: fields.integer('the priority', MAX_UINT16),
    weight: fields.integer('the weight', MAX_UINT16),
    port: fields.integer('the port', MAX_UINT16),
    target: fields.name('the target'),
  };
}

function parseSoa(fields: Fields): Rdata {
  return {
    type: 'SOA',
    mname: fields.name('the primary name server'),
    rname: fields.name("the responsible person's mailbox"),
    serial: fields.integer('the serial', MAX_UINT32),
    refresh: parseTime(fields, 'the refresh interval'),
    retry: parseTime(fields, 'the retry interval'),
    expire: parseTime(fields, 'the expire interval'),
    minimum: parseTime(fields, 'the negative TTL'),
  };
}

function parseTime(fields: Fields, what: string): number {
  const token = fields.word(what);
  return locating(token, () => parseTtl(token.text, MAX_UINT32));
}

function formatSoa(rdata: SoaRdata): string {
  const { mname, rname, serial, refresh, retry, expire, minimum } = rdata;
  return `${mname.toString()} ${rname.toString()} ${serial} ${refresh} ${retry} ${expire} ${minimum}`;
}

function parseTxt(fields: Fields): Rdata {
  const words = [fields.take('the text'), ...fields.rest()];
  const strings = words.map((word) => {
    const place = word.isQuoted ? { ...word, column: word.column + 1 } : word;
    return locating(place, () => parseCharacterString(word.text));
  });
  const octets = strings.reduce((sum, string) => sum + string.length + 1, 0);
  if (octets > MAX_RDATA_OCTETS) throw fields.error('OUT_OF_RANGE', `the text has ${octets} octets: ${MAX_RDATA_OCTETS} are allowed`);
  return { type: 'TXT', strings };
}

// RFC 1035 section 3.3.9. MX is not interpreted otherwise: its RDATA is kept as octets.
function parseMx(fields: Fields): Rdata {
  const writer = new WireWriter({ compression: false });
  writer.uint16(fields.integer('the preference', MAX_UINT16));
  writer.plainName(fields.name('the mail exchange'));
  return { type: 'UNKNOWN', bytes: writer.finish() };
}

function formatMx(rdata: UnknownRdata): string | undefined {
  const reader = new WireReader(rdata.bytes, { compression: false });
  try {
    const text = `${reader.uint16()} ${reader.name().toString()}`;
    return reader.remaining === 0 ? text : undefined;
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}

function formatTsig(rdata: TsigRdata): string {
  const { algorithm, timeSigned, fudge, mac, originalId, error, other } = rdata;
  return `${algorithm.toString()} ${timeSigned} ${fudge} ${sized(mac)} ${originalId} ${tsigErrorName(rcodeNumber(error))} ${sized(other)}`;
}

function formatTkey(rdata: TkeyRdata): string {
  const { algorithm, inception, expiration, mode, error, key, other } = rdata;
  return `${algorithm.toString()} ${inception} ${expiration} ${mode} ${tsigErrorName(rcodeNumber(error))} ${sized(key)} ${sized(other)}`;
}

function sized(octets: Uint8Array): string {
  return `${octets.length} ${Buffer.from(octets).toString('base64')}`.trimEnd();
}

function hex(octets: Uint8Array): string {
  return Buffer.from(octets).toString('hex');
}
