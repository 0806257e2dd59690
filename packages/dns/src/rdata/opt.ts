import { ROOT } from '../domain-name.ts';
import type { Edns } from '../message.ts';
import { RECORD_TYPE } from '../record.ts';
import { WireError } from '../wire-error.ts';
import type { WireWriter } from '../wire-writer.ts';
import type { PseudoRecord } from './pseudo-record.ts';

const DNSSEC_OK = 0x8000;

/** RFC 6891 section 6.1: one record, of the root, in the additional section; CLASS and TTL mean something else here. */
export const optRecord: PseudoRecord = {
  lift(reader, header, lifted) {
    if (!header.inAdditional) throw new WireError('BAD_OPT', header.at, 'an OPT record is outside of the additional section');
    if (!header.name.isRoot)
      throw new WireError('BAD_OPT', header.at, `an OPT record is owned by ${header.name.toString()}, not by the root`);
    if (lifted.edns !== undefined) throw new WireError('BAD_OPT', header.at, 'the message has a second OPT record');
    const options: { code: number; data: Uint8Array }[] = [];
    while (reader.remaining > 0) options.push({ code: reader.uint16(), data: reader.octets(reader.uint16()) });
    lifted.extendedRcode = header.ttl >>> 24;
    lifted.edns = {
      udpPayloadSize: header.class,
      version: (header.ttl >>> 16) & 0xff,
      dnssecOk: (header.ttl & DNSSEC_OK) !== 0,
      options,
    };
  },
};

/** Writes the OPT record with the upper eight bits of the response code (RFC 6891 section 6.1.3). */
export function writeOpt(writer: WireWriter, edns: Edns, extendedRcode: number): void {
  writer.plainName(ROOT);
  writer.uint16(RECORD_TYPE.OPT);
  writer.uint16(edns.udpPayloadSize);
  writer.uint8(extendedRcode);
  writer.uint8(edns.version);
  writer.uint16(edns.dnssecOk ? DNSSEC_OK : 0);
  const length = writer.openLength();
  for (const option of edns.options) {
    writer.uint16(option.code);
    writer.uint16(option.data.length);
    writer.octets(option.data);
  }
  writer.closeLength(length);
}

/** How many octets the OPT record has. */
export function optSize(edns: Edns): number {
  return edns.options.reduce((size, option) => size + 4 + option.data.length, 11);
}
