import { rcodeNumber, tsigErrorName } from '../mnemonic.ts';
import { octetsEqual } from '../octets.ts';
import type { TkeyRdata } from '../record.ts';
import type { RdataCodec } from './rdata-codec.ts';

/** RFC 2930 section 2. */
export const tkeyCodec: RdataCodec<TkeyRdata> = {
  type: 'TKEY',
  read: (reader) => ({
    type: 'TKEY',
    algorithm: reader.name(),
    inception: reader.uint32(),
    expiration: reader.uint32(),
    mode: reader.uint16(),
    error: tsigErrorName(reader.uint16()),
    key: reader.octets(reader.uint16()),
    other: reader.octets(reader.uint16()),
  }),
  write(writer, rdata) {
    writer.plainName(rdata.algorithm);
    writer.uint32(rdata.inception);
    writer.uint32(rdata.expiration);
    writer.uint16(rdata.mode);
    writer.uint16(rcodeNumber(rdata.error));
    writer.uint16(rdata.key.length);
    writer.octets(rdata.key);
    writer.uint16(rdata.other.length);
    writer.octets(rdata.other);
  },
  equals: (a, b) =>
    a.algorithm.equals(b.algorithm) &&
    a.inception === b.inception &&
    a.expiration === b.expiration &&
    a.mode === b.mode &&
    rcodeNumber(a.error) === rcodeNumber(b.error) &&
    octetsEqual(a.key, b.key) &&
    octetsEqual(a.other, b.other),
};
