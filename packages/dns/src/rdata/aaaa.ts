import { formatAddress, parseAddress } from '../address.ts';
import type { AaaaRdata } from '../record.ts';
import type { RdataCodec } from './rdata-codec.ts';

/** RFC 3596 section 2.2. */
export const aaaaCodec: RdataCodec<AaaaRdata> = {
  type: 'AAAA',
  internetOnly: true,
  read: (reader) => ({ type: 'AAAA', address: formatAddress(reader.octets(16)) }),
  write(writer, rdata) {
    const octets = parseAddress(rdata.address);
    if (octets.length !== 16) throw new RangeError(`AAAA RDATA cannot hold ${rdata.address}`);
    writer.octets(octets);
  },
  equals: (a, b) => a.address === b.address || formatAddress(parseAddress(a.address)) === formatAddress(parseAddress(b.address)),
};
