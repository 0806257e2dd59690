import { RECORD_TYPE } from '@srvkit/dns';
import type { Message, Rcode, ResourceRecord } from '@srvkit/dns';
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
  return record.rdata.type === 'EMPTY' && record.type in RECORD_TYPE;
}

function isWellFormed(zone: Zone, record: ResourceRecord): boolean {
  switch (record.class) {
    //   if (rr.class == zclass)
    //        if (rr.type & ANY|AXFR|MAILA|MAILB) return FORMERR
    case zone.class:
      return !isMetaType(record.type) && !hasNoRdata(record);
    //   elsif (rr.class == ANY)
    //        if (rr.ttl != 0 || rr.rdlength != 0 || rr.type & AXFR|MAILA|MAILB) return FORMERR
    case 'ANY':
      return record.ttl === 0 && record.rdata.type === 'EMPTY' && (record.type === 'ANY' || !isMetaType(record.type));
    //   elsif (rr.class == NONE)
    //        if (rr.ttl != 0 || rr.type & ANY|AXFR|MAILA|MAILB) return FORMERR
    case 'NONE':
      return record.ttl === 0 && !isMetaType(record.type) && !hasNoRdata(record);
    //   else return FORMERR
    default:
      return false;
  }
}
