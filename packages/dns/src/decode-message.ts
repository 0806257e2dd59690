import { HEADER_OCTETS, readHeader } from './header.ts';
import type { Message, Question } from './message.ts';
import { className, rcodeName, rcodeNumber, typeName } from './mnemonic.ts';
import type { Lifted, PseudoRecordHeader } from './rdata/pseudo-record.ts';
import { codecForNumber, pseudoRecordFor } from './rdata/registry.ts';
import { EMPTY } from './rdata/unknown.ts';
import { RECORD_CLASS } from './record.ts';
import type { Rdata, ResourceRecord } from './record.ts';
import { WireError } from './wire-error.ts';
import { WireReader } from './wire-reader.ts';

const MIN_QUESTION_OCTETS = 5;
const MIN_RECORD_OCTETS = 11;
const MAX_TTL = 0x7fff_ffff;

/**
 * Reads one whole message (RFC 1035 section 4): OPT into `edns`, TSIG into `tsig`. Throws `WireError` and nothing else. The work is
 * bounded by the length: counts are held against the octets there are, compression pointers lead strictly backwards.
 */
export function decodeMessage(bytes: Uint8Array): Message {
  return decodeSigned(bytes).message;
}

/** A message with the place of its TSIG record, which is where the octets that were signed end. */
export interface SignedMessage {
  readonly message: Message;
  readonly tsigAt: number | undefined;
}

/** `decodeMessage`, for whoever verifies signatures. */
export function decodeSigned(bytes: Uint8Array): SignedMessage {
  const header = readHeader(bytes);
  if (header === undefined) throw new WireError('TRUNCATED_INPUT', bytes.length, `a message has at least ${HEADER_OCTETS} octets`);
  const reader = new WireReader(bytes);
  reader.at = 4;
  const questions = reader.uint16();
  const answers = reader.uint16();
  const authorities = reader.uint16();
  const additionals = reader.uint16();
  if (questions * MIN_QUESTION_OCTETS + (answers + authorities + additionals) * MIN_RECORD_OCTETS > reader.remaining)
    throw new WireError('TRUNCATED_INPUT', bytes.length, 'the header announces more questions and records than the message can hold');
  const lifted: Lifted = { edns: undefined, extendedRcode: 0, tsig: undefined, tsigAt: undefined };
  const update = header.opcode === 'UPDATE';
  const question = readQuestions(reader, questions);
  const answer = readRecords(reader, { count: answers, update, inAdditional: false }, lifted);
  const authority = readRecords(reader, { count: authorities, update, inAdditional: false }, lifted);
  const additional = readRecords(reader, { count: additionals, update, inAdditional: true }, lifted);
  if (reader.remaining > 0) throw new WireError('TRAILING_BYTES', reader.at, `${reader.remaining} octets follow the message`);
  const rcode = lifted.extendedRcode === 0 ? header.rcode : rcodeName((lifted.extendedRcode << 4) | rcodeNumber(header.rcode));
  return {
    message: { ...header, rcode, question, answer, authority, additional, edns: lifted.edns, tsig: lifted.tsig },
    tsigAt: lifted.tsigAt,
  };
}

function readQuestions(reader: WireReader, count: number): Question[] {
  const questions: Question[] = [];
  for (let index = 0; index < count; index += 1) {
    questions.push({ name: reader.name(), type: typeName(reader.uint16()), class: className(reader.uint16()) });
  }
  return questions;
}

interface Section {
  readonly count: number;
  readonly update: boolean;
  readonly inAdditional: boolean;
}

function readRecords(reader: WireReader, section: Section, lifted: Lifted): ResourceRecord[] {
  const records: ResourceRecord[] = [];
  for (let index = 0; index < section.count; index += 1) {
    const at = reader.at;
    const name = reader.name();
    const type = reader.uint16();
    const recordClass = reader.uint16();
    const ttl = reader.uint32();
    reader.enterRdata(reader.uint16());
    const pseudo = pseudoRecordFor(type);
    if (pseudo === undefined) {
      records.push({
        name,
        type: typeName(type),
        class: className(recordClass),
        ttl: ttl > MAX_TTL ? 0 : ttl, // RFC 2181 section 8
        rdata: readRdata(reader, type, recordClass, section.update),
      });
    } else {
      const { inAdditional } = section;
      const header: PseudoRecordHeader = { at, name, class: recordClass, ttl, inAdditional, last: index === section.count - 1 };
      pseudo.lift(reader, header, lifted);
    }
    reader.leaveRdata();
  }
  return records;
}

function readRdata(reader: WireReader, type: number, recordClass: number, update: boolean): Rdata {
  const special = recordClass === RECORD_CLASS.ANY || recordClass === RECORD_CLASS.NONE;
  if (reader.remaining === 0 && (update || special)) return EMPTY;
  const codec = codecForNumber(type);
  if (codec.internetOnly && recordClass !== RECORD_CLASS.IN && !special) return codecForNumber(-1).read(reader);
  return codec.read(reader);
}
