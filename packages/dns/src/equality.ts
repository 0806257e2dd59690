import { octetsEqual } from './octets.ts';
import { encodeRdata } from './rdata-octets.ts';
import { codecFor } from './rdata/registry.ts';
import type { Rdata, ResourceRecord } from './record.ts';

/**
 * Whether two RDATA mean the same: names inside are compared without regard to case (RFC 4343), everything else octet by octet.
 * RDATA kept as `UNKNOWN` octets equals interpreted RDATA with the same uncompressed octets.
 */
export function rdataEquals(a: Rdata, b: Rdata): boolean {
  if (a.type === b.type) return codecFor(a.type).equals(a, b);
  return (a.type === 'UNKNOWN' || b.type === 'UNKNOWN') && octetsEqual(encodeRdata(a), encodeRdata(b));
}

/** Same owner, type, class and RDATA; the TTL does not matter (RFC 2136 section 1.1.1). */
export function recordEquals(a: ResourceRecord, b: ResourceRecord): boolean {
  return a.type === b.type && a.class === b.class && a.name.equals(b.name) && rdataEquals(a.rdata, b.rdata);
}
