import type { DomainName } from './domain-name.ts';
import type { Rcode, RecordClass, RecordType, ResourceRecord, TsigRdata } from './record.ts';

/** Opcodes by name (RFC 1035 section 4.1.1, RFC 1996, RFC 2136). */
export const OPCODE = { QUERY: 0, IQUERY: 1, STATUS: 2, NOTIFY: 4, UPDATE: 5 } as const;
/** An opcode by name; those without one by number. */
export type Opcode = keyof typeof OPCODE | `OPCODE${number}`;

/** One entry of the question section; in an UPDATE, the zone section (RFC 2136 section 2.3). */
export interface Question {
  readonly name: DomainName;
  readonly type: RecordType;
  readonly class: RecordClass;
}

/** The OPT pseudo-record (RFC 6891 section 6.1), lifted out of the additional section. */
export interface Edns {
  readonly udpPayloadSize: number;
  readonly version: number;
  readonly dnssecOk: boolean;
  readonly options: readonly { readonly code: number; readonly data: Uint8Array }[];
}

/**
 * A DNS message as a value. OPT and TSIG are lifted out of `additional` into `edns` and `tsig`; `rcode` is the extended one when there
 * is EDNS. In an UPDATE (RFC 2136 section 2) `question` is the zone section, `answer` the prerequisites, `authority` the updates.
 */
export interface Message {
  readonly id: number;
  readonly response: boolean;
  readonly opcode: Opcode;
  readonly authoritative: boolean;
  readonly truncated: boolean;
  readonly recursionDesired: boolean;
  readonly recursionAvailable: boolean;
  readonly authenticData: boolean;
  readonly checkingDisabled: boolean;
  readonly rcode: Rcode;
  readonly question: readonly Question[];
  readonly answer: readonly ResourceRecord[];
  readonly authority: readonly ResourceRecord[];
  readonly additional: readonly ResourceRecord[];
  readonly edns: Edns | undefined;
  /** The TSIG record, which was the last one (RFC 8945 section 5.1). Whether it verifies is another matter. */
  readonly tsig: ResourceRecord<TsigRdata> | undefined;
}

/** Fills in what a message does not say: a query with nothing set. */
export function makeMessage(parts: Partial<Message> & { readonly id: number }): Message {
  return {
    response: false,
    opcode: 'QUERY',
    authoritative: false,
    truncated: false,
    recursionDesired: false,
    recursionAvailable: false,
    authenticData: false,
    checkingDisabled: false,
    rcode: 'NOERROR',
    question: [],
    answer: [],
    authority: [],
    additional: [],
    edns: undefined,
    tsig: undefined,
    ...parts,
  };
}
