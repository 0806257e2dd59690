import { decodeRdata, WireError } from '@srvkit/dns';
import type { Message, Rcode, RecordType, ResourceRecord } from '@srvkit/dns';
import { isMetaType } from './meta-type.ts';
import type { Zone } from './zone.ts';

/** RFC 2136 section 3.4.1: looks through the update section before anything is changed; NOERROR, NOTZONE or FORMERR. */
export function prescan(zone: Zone, update: Message): Rcode {
  // for rr in updates
  //      if (zone_of(rr.name) != ZNAME) return NOTZONE
  for (const record of update.authority) {
    if (!record.name.isWithin(zone.origin)) return 'NOTZONE';
    if (!isWellFormed(zone, record)) return 'FORMERR';
  }
  return 'NOERROR';
}

/** Whether the RDATA is missing where the type must have some. */
export function hasNoRdata(record: ResourceRecord): boolean {
  return record.rdata.type === 'EMPTY' && !mayBeEmpty(record.type);
}

// What must not be empty cannot be read from no octets: names, for example, of types that are otherwise kept as they are.
function mayBeEmpty(type: RecordType): boolean {
  try {
    decodeRdata(type, new Uint8Array());
    return true;
  } catch (error) {
    if (error instanceof WireError) return false;
    throw error;
  }
}

function isWellFormed(zone: Zone, record: ResourceRecord): boolean {
  const isMeta = isMetaType(record.type);
  //   if (rr.class == zclass)
  //        if (rr.type & ANY|AXFR|MAILA|MAILB) return FORMERR
  if (record.class === zone.class) return !isMeta && !hasNoRdata(record);
  //   elsif (rr.class == ANY)
  //        if (rr.ttl != 0 || rr.rdlength != 0 || rr.type & AXFR|MAILA|MAILB) return FORMERR
  if (record.class === 'ANY') return record.ttl === 0 && record.rdata.type === 'EMPTY' && (record.type === 'ANY' || !isMeta);
  //   elsif (rr.class == NONE)
  //        if (rr.ttl != 0 || rr.type & ANY|AXFR|MAILA|MAILB) return FORMERR
  //   else return FORMERR
  return record.class === 'NONE' && record.ttl === 0 && !isMeta && !hasNoRdata(record);
}
