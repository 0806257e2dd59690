import { octetsEqual } from '../octets.ts';
import type { EmptyRdata, UnknownRdata } from '../record.ts';
import type { RdataCodec } from './rdata-codec.ts';

/** RDATA of a type we do not interpret, kept as it is (RFC 3597 section 3). */
export const unknownCodec: RdataCodec<UnknownRdata> = {
  type: 'UNKNOWN',
  read: (reader) => ({ type: 'UNKNOWN', bytes: reader.octets(reader.remaining) }),
  write: (writer, rdata) => writer.octets(rdata.bytes),
  equals: (a, b) => octetsEqual(a.bytes, b.bytes),
};

/** The RDATA of length 0 in deletes and prerequisites (RFC 2136 sections 2.4 and 2.5). */
export const EMPTY: EmptyRdata = { type: 'EMPTY' };

/** RDLENGTH 0, of whatever type. */
export const emptyCodec: RdataCodec<EmptyRdata> = { type: 'EMPTY', read: () => EMPTY, write: () => {}, equals: () => true };
