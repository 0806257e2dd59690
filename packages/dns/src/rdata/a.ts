import { formatAddress, parseAddress } from '../address.ts';
import type { ARdata } from '../record.ts';
import type { RdataCodec } from './rdata-codec.ts';

/** RFC 1035 section 3.4.1. */
export const aCodec: RdataCodec<ARdata> = {
  type: 'A',
  internetOnly: true,
  read: (reader) => ({ type: 'A', address: formatAddress(reader.octets(4)) }),
  write(writer, rdata) {
    const octets = parseAddress(rdata.address);
    if (octets.length !== 4) throw new RangeError(`A RDATA cannot hold ${rdata.address}`);
    writer.octets(octets);
  },
  equals: (a, b) => a.address === b.address || formatAddress(parseAddress(a.address)) === formatAddress(parseAddress(b.address)),
};
