import type { Message, Rcode, ResourceRecord } from '@srvkit/dns';
import { isMetaType } from './meta-type.ts';
import { hasNoRdata } from './prescan.ts';
import { sameRecords } from './rrset.ts';
import type { UpdateRules } from './update-rules.ts';
import type { Zone } from './zone.ts';

/**
 * RFC 2136 section 3.2: the prerequisites of an UPDATE, in order; NOERROR when all hold. The value-dependent ones (3.2.3) are gathered
 * and compared at the end, an RRset each.
 *
 *     CLASS   TYPE   RDATA   means                                    if it does not hold
 *     ANY     ANY    empty   name is in use                           NXDOMAIN
 *     ANY     type   empty   RRset exists (value independent)         NXRRSET
 *     NONE    ANY    empty   name is not in use                       YXDOMAIN
 *     NONE    type   empty   RRset does not exist                     YXRRSET
 *     zone    type   rdata   RRset exists (value dependent)           NXRRSET
 */
export function checkPrerequisites(zone: Zone, update: Message, rules: UpdateRules = {}): Rcode {
  const expected = new Map<string, ResourceRecord[]>();
  // for rr in prerequisites
  //      if (rr.ttl != 0) return FORMERR
  //      if (zone_of(rr.name) != ZNAME) return NOTZONE
  for (const record of update.answer) {
    if (record.ttl !== 0) return 'FORMERR';
    if (!record.name.isWithin(zone.origin)) return 'NOTZONE';
    if (record.class === zone.class) {
      //   if (rr.class == zclass) temp<rr.name, rr.type> += rr
      if (isMetaType(record.type) || hasNoRdata(record)) return 'FORMERR';
      const key = `${record.type} ${record.name.key}`;
      expected.set(key, [...(expected.get(key) ?? []), record]);
      continue;
    }
    const rcode = checkExistence(zone, record);
    if (rcode !== 'NOERROR') return rcode;
  }
  // for rrset in temp
  //      if (zone_rrset<rrset.name, rrset.type> != rrset) return NXRRSET
  for (const records of expected.values()) {
    if (!(rules.looseEquality === true ? holdsOne : holdsExactly)(zone, records)) return 'NXRRSET';
  }
  return 'NOERROR';
}

function checkExistence(zone: Zone, record: ResourceRecord): Rcode {
  if (record.class !== 'ANY' && record.class !== 'NONE') return 'FORMERR';
  if (record.rdata.type !== 'EMPTY') return 'FORMERR';
  // An empty non-terminal is not "in use": section 2.4.4.
  const inUse = (zone.nodes.get(record.name.key)?.rrsets.size ?? 0) > 0;
  const exists = record.type === 'ANY' ? inUse : zone.rrset(record.name, record.type) !== undefined;
  //   if (rr.class == ANY)
  //        if (rr.rdlength != 0) return FORMERR
  //        if (rr.type == ANY)  { if (!zone_name<rr.name>) return NXDOMAIN }
  //        else                   if (!zone_rrset<rr.name, rr.type>) return NXRRSET
  if (record.class === 'ANY') return exists ? 'NOERROR' : record.type === 'ANY' ? 'NXDOMAIN' : 'NXRRSET';
  //   if (rr.class == NONE)
  //        if (rr.rdlength != 0) return FORMERR
  //        if (rr.type == ANY)  { if (zone_name<rr.name>) return YXDOMAIN }
  //        else                   if (zone_rrset<rr.name, rr.type>) return YXRRSET
  return !exists ? 'NOERROR' : record.type === 'ANY' ? 'YXDOMAIN' : 'YXRRSET';
}

// The same record named twice counts once.
function holdsExactly(zone: Zone, records: readonly ResourceRecord[]): boolean {
  const [first] = records;
  const set = first === undefined ? undefined : zone.rrset(first.name, first.type);
  if (set === undefined) return false;
  const wanted = records.filter((record, index) => !records.slice(0, index).some((earlier) => sameRecords([earlier], [record])));
  return sameRecords(wanted, set.records);
}

function holdsOne(zone: Zone, records: readonly ResourceRecord[]): boolean {
  return records.some((record) => zone.rrset(record.name, record.type)?.records.some((other) => sameRecords([other], [record])) === true);
}
