import type { UnknownRdata } from '../record.ts';
import type { RdataCodec } from './rdata-codec.ts';
import { unknownCodec } from './unknown.ts';

/**
 * Types we do not interpret whose RDATA may nevertheless hold compressed names: `[number, octets before the names, names]`. Their octets
 * are kept with the names spelled out, since a pointer means nothing outside of its message (RFC 3597 section 4).
 */
const LAYOUTS: readonly (readonly [number, number, number])[] = [
  [3, 0, 1], // MD, RFC 1035
  [4, 0, 1], // MF
  [7, 0, 1], // MB
  [8, 0, 1], // MG
  [9, 0, 1], // MR
  [14, 0, 2], // MINFO
  [15, 2, 1], // MX
  [17, 0, 2], // RP, RFC 1183
  [18, 2, 1], // AFSDB
  [21, 2, 1], // RT
  [26, 2, 2], // PX, RFC 2163
  [39, 0, 1], // DNAME, RFC 6672
];

/** The rows of those types, by TYPE number. */
export const expandedCodecs: ReadonlyMap<number, RdataCodec<UnknownRdata>> = new Map(
  LAYOUTS.map(([number, leading, names]) => [number, expandedCodec(leading, names)]),
);

function expandedCodec(leading: number, names: number): RdataCodec<UnknownRdata> {
  return {
    ...unknownCodec,
    read(reader) {
      const parts = [reader.octets(leading)];
      for (let index = 0; index < names; index += 1) parts.push(reader.name().wire);
      return { type: 'UNKNOWN', bytes: joined(parts) };
    },
  };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const octets = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    octets.set(part, at);
    at += part.length;
  }
  return octets;
}
