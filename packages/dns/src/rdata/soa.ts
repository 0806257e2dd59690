import type { SoaRdata } from '../record.ts';
import type { RdataCodec } from './rdata-codec.ts';

/** RFC 1035 section 3.3.13. */
export const soaCodec: RdataCodec<SoaRdata> = {
  type: 'SOA',
  read: (reader) => ({
    type: 'SOA',
    mname: reader.name(),
    rname: reader.name(),
    serial: reader.uint32(),
    refresh: reader.uint32(),
    retry: reader.uint32(),
    expire: reader.uint32(),
    minimum: reader.uint32(),
  }),
  write(writer, rdata) {
    writer.name(rdata.mname);
    writer.name(rdata.rname);
    writer.uint32(rdata.serial);
    writer.uint32(rdata.refresh);
    writer.uint32(rdata.retry);
    writer.uint32(rdata.expire);
    writer.uint32(rdata.minimum);
  },
  equals: (a, b) =>
    a.serial === b.serial &&
    a.refresh === b.refresh &&
    a.retry === b.retry &&
    a.expire === b.expire &&
    a.minimum === b.minimum &&
    a.mname.equals(b.mname) &&
    a.rname.equals(b.rname),
};
