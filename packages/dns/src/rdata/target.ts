import type { CnameRdata, NsRdata, PtrRdata } from '../record.ts';
import type { RdataCodec } from './rdata-codec.ts';

type TargetRdata = NsRdata | CnameRdata | PtrRdata;

/** The row of a type whose RDATA is one domain name that may be compressed (RFC 1035 section 3.3). */
export function targetCodec<R extends TargetRdata>(make: (target: R['target']) => R, type: R['type']): RdataCodec<R> {
  return {
    type,
    read: (reader) => make(reader.name()),
    write: (writer, rdata) => writer.name(rdata.target),
    equals: (a, b) => a.target.equals(b.target),
  };
}
