import { octetsEqual } from '../octets.ts';
import type { TxtRdata } from '../record.ts';
import { WireError } from '../wire-error.ts';
import type { RdataCodec } from './rdata-codec.ts';

/** RFC 1035 section 3.3.14: one or more character strings. */
export const txtCodec: RdataCodec<TxtRdata> = {
  type: 'TXT',
  read(reader) {
    if (reader.remaining === 0) throw new WireError('BAD_RDLENGTH', reader.at, 'TXT RDATA needs at least one character string');
    const strings: Uint8Array[] = [];
    while (reader.remaining > 0) strings.push(reader.octets(reader.uint8()));
    return { type: 'TXT', strings };
  },
  write(writer, rdata) {
    if (rdata.strings.length === 0) throw new RangeError('TXT RDATA needs at least one character string');
    for (const string of rdata.strings) {
      if (string.length > 255) throw new RangeError(`A character string of TXT RDATA has ${string.length} octets: 255 are allowed`);
      writer.uint8(string.length);
      writer.octets(string);
    }
  },
  equals: (a, b) =>
    a.strings.length === b.strings.length && a.strings.every((string, at) => octetsEqual(string, b.strings[at] ?? new Uint8Array())),
};
