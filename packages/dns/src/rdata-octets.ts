import { typeNumber } from './mnemonic.ts';
import { codecFor, codecForNumber } from './rdata/registry.ts';
import type { Rdata, RecordType } from './record.ts';
import { WireReader } from './wire-reader.ts';
import { WireWriter } from './wire-writer.ts';

/** RDATA alone, names spelled out: for comparing octets (RFC 2136 section 1.1.1) and for the text form of unknown types (RFC 3597). */
export function encodeRdata(rdata: Rdata): Uint8Array {
  const writer = new WireWriter({ compression: false });
  codecFor(rdata.type).write(writer, rdata);
  return writer.finish();
}

/** Reads RDATA that stands alone: no compression pointers (RFC 3597 section 4). Types we do not interpret become `UNKNOWN`. Throws `WireError`. */
export function decodeRdata(type: RecordType, bytes: Uint8Array): Rdata {
  const reader = new WireReader(bytes, { compression: false });
  reader.enterRdata(bytes.length);
  const rdata = codecForNumber(typeNumber(type)).read(reader);
  reader.leaveRdata();
  return rdata;
}
