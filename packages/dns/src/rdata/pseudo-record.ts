import type { DomainName } from '../domain-name.ts';
import type { Edns } from '../message.ts';
import type { ResourceRecord, TsigRdata } from '../record.ts';
import type { WireReader } from '../wire-reader.ts';

/** What the codec knows of a record before its RDATA. */
export interface PseudoRecordHeader {
  /** Where the record starts. */
  readonly at: number;
  readonly name: DomainName;
  readonly class: number;
  readonly ttl: number;
  readonly inAdditional: boolean;
  /** Nothing follows it in the message. */
  readonly last: boolean;
}

/** What has been lifted out of the records so far. */
export interface Lifted {
  edns: Edns | undefined;
  /** The upper eight bits of the extended response code. */
  extendedRcode: number;
  tsig: ResourceRecord<TsigRdata> | undefined;
  tsigAt: number | undefined;
}

/** A type whose record says something about the message instead of its owner: it is lifted out of its section. */
export interface PseudoRecord {
  /** Reads all of the RDATA. Throws `WireError` when the record may not be where it is. */
  lift(reader: WireReader, header: PseudoRecordHeader, lifted: Lifted): void;
}
