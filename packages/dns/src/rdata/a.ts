import { formatIpv4, parseIpv4 } from '../address.ts';
import type { ARdata } from '../record.ts';
import type { RdataCodec } from './rdata-codec.ts';

/** RFC 1035 section 3.4.1. */
export const aCodec: RdataCodec<ARdata> = {
  type: 'A',
  internetOnly: true,
  read: (reader) => ({ type: 'A', address: formatIpv4(reader.uint32()) }),
  write(writer, rdata) {
    const address = parseIpv4(rdata.address);
    if (address === undefined) throw new RangeError(`A RDATA cannot hold ${JSON.stringify(rdata.address)}`);
    writer.uint32(address);
  },
  equals: (a, b) => a.address === b.address,
};
