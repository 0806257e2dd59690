import { flagBits } from './header.ts';
import type { Message, Question } from './message.ts';
import { classNumber, opcodeNumber, rcodeNumber, typeNumber } from './mnemonic.ts';
import { optSize, writeOpt } from './rdata/opt.ts';
import { codecFor, codecForNumber, pseudoRecordFor } from './rdata/registry.ts';
import { tsigSize } from './rdata/tsig.ts';
import type { ResourceRecord } from './record.ts';
import { WireWriter } from './wire-writer.ts';

const MAX_MESSAGE_OCTETS = 0xffff; // RFC 7766 section 8: the length prefix has 16 bits
const MAX_TTL = 0x7fff_ffff;
const FLAGS_AT = 2;
const COUNTS_AT = 4;

/** How large an encoded message may be, in octets. */
export interface EncodeOptions {
  /** Octets the message may have: the UDP limit of whoever asked. 65535 unless given. */
  readonly maxSize?: number;
  /** Octets of `maxSize` to leave free for a TSIG record that is added later (see `tsigSize`). 0 unless given. */
  readonly reserve?: number;
}

/**
 * Writes a message (RFC 1035 section 4) with owner names compressed, and SRV targets and TSIG names not.
 *
 * A response that is larger than `maxSize` loses RRsets from the end of `additional` first, always whole ones, which needs no mark
 * (RFC 2181 section 9). If it still does not fit, TC is set and nothing but the question, `edns` and `tsig` is left: there are no
 * partial RRsets (srv T2, M4). Throws `RangeError` when even that is too large, when a request does not fit, and for values out of range.
 */
export function encodeMessage(message: Message, options: EncodeOptions = {}): Uint8Array {
  const maxSize = options.maxSize ?? MAX_MESSAGE_OCTETS;
  const limit = maxSize - (options.reserve ?? 0) - trailerSize(message);
  const opcode = opcodeNumber(message.opcode);
  const rcode = rcodeNumber(message.rcode);
  if (rcode > 0xf && message.edns === undefined) throw new RangeError(`${message.rcode} needs EDNS (RFC 6891 section 6.1.3)`);
  if (rcode > 0xfff) throw new RangeError(`${message.rcode} has more than 12 bits`);

  const writer = idle ?? new WireWriter();
  idle = undefined;
  writer.uint16(message.id);
  writer.uint16(flagBits(message, opcode, rcode));
  writer.uint16(message.question.length);
  writer.uint16(0);
  writer.uint16(0);
  writer.uint16(0);
  for (const question of message.question) writeQuestion(writer, question);
  const questionEnd = writer.at;

  let additional = 0;
  if (writeSection(writer, message.answer, limit) && writeSection(writer, message.authority, limit)) {
    writer.patch16(COUNTS_AT + 2, message.answer.length);
    writer.patch16(COUNTS_AT + 4, message.authority.length);
    additional = writeAdditional(writer, message.additional, limit);
    if (additional < message.additional.length && !message.response) throw tooLarge(maxSize);
  } else {
    if (!message.response || questionEnd > limit) throw tooLarge(maxSize);
    writer.rewind(questionEnd);
    writer.patch16(FLAGS_AT, flagBits({ ...message, truncated: true }, opcode, rcode));
  }
  if (message.edns !== undefined) writeOpt(writer, message.edns, rcode >> 4);
  if (message.tsig !== undefined) writeRecord(writer, message.tsig, typeNumber(message.tsig.type));
  writer.patch16(COUNTS_AT + 6, additional + (message.edns === undefined ? 0 : 1) + (message.tsig === undefined ? 0 : 1));
  const octets = writer.finish();
  idle = writer;
  return octets;
}

// One writer waits for the next message, because its buffers cost more than the writing. It is taken while in use, and not put back after
// an exception.
let idle: WireWriter | undefined;

/** Writes all records; false as soon as they exceed `limit`. */
function writeSection(writer: WireWriter, records: readonly ResourceRecord[], limit: number): boolean {
  for (const record of records) {
    writeSectionRecord(writer, record);
    if (writer.at > limit) return false;
  }
  return writer.at <= limit;
}

/** Writes whole RRsets as long as they fit; returns how many records that were. */
function writeAdditional(writer: WireWriter, records: readonly ResourceRecord[], limit: number): number {
  let written = 0;
  let end = writer.at;
  let previous: ResourceRecord | undefined;
  for (const [index, record] of records.entries()) {
    if (previous === undefined || record.type !== previous.type || !record.name.equals(previous.name)) {
      written = index;
      end = writer.at;
    }
    previous = record;
    writeSectionRecord(writer, record);
    if (writer.at > limit) {
      writer.rewind(end);
      return written;
    }
  }
  return records.length;
}

function writeQuestion(writer: WireWriter, question: Question): void {
  writer.name(question.name);
  writer.uint16(typeNumber(question.type));
  writer.uint16(classNumber(question.class));
}

function writeSectionRecord(writer: WireWriter, record: ResourceRecord): void {
  const type = typeNumber(record.type);
  if (pseudoRecordFor(type) !== undefined)
    throw new TypeError(`A ${record.type} record is no member of a section: it belongs into the message's own field`);
  writeRecord(writer, record, type);
}

function writeRecord(writer: WireWriter, record: ResourceRecord, type: number): void {
  const codec = codecFor(record.rdata.type);
  if (codec.type !== 'UNKNOWN' && codec.type !== 'EMPTY' && codecForNumber(type) !== codec)
    throw new TypeError(`A ${record.type} record cannot hold ${codec.type} RDATA`);
  if (record.ttl > MAX_TTL) throw new RangeError(`A TTL of ${record.ttl} exceeds ${MAX_TTL} (RFC 2181 section 8)`);
  if (codec.plainOwner) writer.plainName(record.name);
  else writer.name(record.name);
  writer.uint16(type);
  writer.uint16(classNumber(record.class));
  writer.uint32(record.ttl);
  const length = writer.openLength();
  codec.write(writer, record.rdata);
  writer.closeLength(length);
}

/** Octets of what comes after the sections whatever else is dropped. */
function trailerSize(message: Message): number {
  const { edns, tsig } = message;
  return (
    (edns === undefined ? 0 : optSize(edns)) +
    (tsig === undefined ? 0 : tsigSize(tsig.name, tsig.rdata.algorithm, tsig.rdata.mac.length, tsig.rdata.other.length))
  );
}

function tooLarge(maxSize: number): RangeError {
  return new RangeError(`The message does not fit into ${maxSize} octets`);
}
