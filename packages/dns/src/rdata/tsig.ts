import type { DomainName } from '../domain-name.ts';
import { rcodeNumber, tsigErrorName } from '../mnemonic.ts';
import { octetsEqual } from '../octets.ts';
import { RECORD_CLASS } from '../record.ts';
import type { TsigRdata } from '../record.ts';
import { WireError } from '../wire-error.ts';
import type { PseudoRecord } from './pseudo-record.ts';
import type { RdataCodec } from './rdata-codec.ts';

/** RFC 8945 section 4.2. Neither the owner (the key name) nor the algorithm name is ever compressed. */
export const tsigCodec: RdataCodec<TsigRdata> = {
  type: 'TSIG',
  plainOwner: true,
  read: (reader) => ({
    type: 'TSIG',
    algorithm: reader.name(),
    timeSigned: reader.uint48(),
    fudge: reader.uint16(),
    mac: reader.octets(reader.uint16()),
    originalId: reader.uint16(),
    error: tsigErrorName(reader.uint16()),
    other: reader.octets(reader.uint16()),
  }),
  write(writer, rdata) {
    writer.plainName(rdata.algorithm);
    writer.uint48(rdata.timeSigned);
    writer.uint16(rdata.fudge);
    writer.uint16(rdata.mac.length);
    writer.octets(rdata.mac);
    writer.uint16(rdata.originalId);
    writer.uint16(rcodeNumber(rdata.error));
    writer.uint16(rdata.other.length);
    writer.octets(rdata.other);
  },
  equals: (a, b) =>
    a.algorithm.equals(b.algorithm) &&
    a.timeSigned === b.timeSigned &&
    a.fudge === b.fudge &&
    a.originalId === b.originalId &&
    rcodeNumber(a.error) === rcodeNumber(b.error) &&
    octetsEqual(a.mac, b.mac) &&
    octetsEqual(a.other, b.other),
};

/** RFC 8945 section 5.1: the last record of the additional section, the only one, class ANY, TTL 0. */
export const tsigRecord: PseudoRecord = {
  lift(reader, header, lifted) {
    if (!header.inAdditional || !header.last)
      throw new WireError('BAD_TSIG', header.at, 'a TSIG record is not the last record of the message');
    if (header.class !== RECORD_CLASS.ANY) throw new WireError('BAD_TSIG', header.at, 'the class of the TSIG record is not ANY');
    if (header.ttl !== 0) throw new WireError('BAD_TSIG', header.at, 'the TTL of the TSIG record is not 0');
    lifted.tsig = { name: header.name, type: 'TSIG', class: 'ANY', ttl: 0, rdata: tsigCodec.read(reader) };
    lifted.tsigAt = header.at;
  },
};

/** How many octets a TSIG record adds to a message: what `encodeMessage` must leave free (`reserve`) for a signature made later. */
export function tsigSize(keyName: DomainName, algorithm: DomainName, macOctets: number, otherOctets = 0): number {
  return keyName.wire.length + 10 + algorithm.wire.length + 16 + macOctets + otherOctets;
}
