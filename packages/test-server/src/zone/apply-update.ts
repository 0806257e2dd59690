import { encodeRdata, rdataEquals } from '@srvkit/dns';
import type { Message, Rcode, Rdata, ResourceRecord, SoaRdata } from '@srvkit/dns';
import { checkPrerequisites } from './prerequisites.ts';
import { prescan } from './prescan.ts';
import { makeRRset, withoutRecords } from './rrset.ts';
import { isNewerSerial, nextSerial } from './serial.ts';
import type { UpdateRules } from './update-rules.ts';
import { ZoneDraft } from './zone-draft.ts';
import type { Zone } from './zone.ts';

/** What became of an UPDATE. `zone` is the very same value unless `changed`; then its serial has gone up. */
export interface UpdateOutcome {
  readonly rcode: Rcode;
  readonly zone: Zone;
  readonly changed: boolean;
}

/**
 * Applies an UPDATE message to a zone as RFC 2136 section 3 says: zone section (3.1), prerequisites (3.2), prescan (3.4.1), update (3.4.2).
 * All or nothing; permission (3.3) is the caller's business. Where the RFC's pseudocode and prose differ, the prose holds (section 1).
 * `rules`: as some real server does it instead.
 */
export function applyUpdate(zone: Zone, update: Message, rules: UpdateRules = {}): UpdateOutcome {
  const rcode = firstProblem([checkZoneSection, (...given) => checkPrerequisites(...given, rules), prescan], zone, update);
  if (rcode !== 'NOERROR') return { rcode, zone, changed: false };
  const draft = new ZoneDraft(zone.origin, zone);
  for (const record of update.authority) {
    if (rules.refuseAtAlias === true && isBesideAlias(draft, zone, record)) return { rcode: 'REFUSED', zone, changed: false };
    applyRecord(draft, zone, record, rules);
    if (isTooMany(draft, zone, record, rules)) return { rcode: 'SERVFAIL', zone, changed: false };
  }
  if (!draft.changed) return { rcode, zone, changed: false };
  return { rcode, zone: draft.finish(settleSoa(draft, zone)), changed: true };
}

// Section 3.1: exactly one zone, asked for by its SOA (else FORMERR), and ours (else NOTAUTH).
function checkZoneSection(zone: Zone, update: Message): Rcode {
  const [section, another] = update.question;
  if (section === undefined || another !== undefined || section.type !== 'SOA') return 'FORMERR';
  return section.name.equals(zone.origin) && section.class === zone.class ? 'NOERROR' : 'NOTAUTH';
}

function firstProblem(checks: readonly ((zone: Zone, update: Message) => Rcode)[], zone: Zone, update: Message): Rcode {
  for (const check of checks) {
    const rcode = check(zone, update);
    if (rcode !== 'NOERROR') return rcode;
  }
  return 'NOERROR';
}

/*
 * Section 3.4.2, after the prescan:
 *
 *     CLASS   TYPE   RDATA   means
 *     zone    type   rdata   add to an RRset
 *     ANY     type   empty   delete an RRset
 *     ANY     ANY    empty   delete all RRsets from a name
 *     NONE    type   rdata   delete an RR from an RRset
 */
function applyRecord(draft: ZoneDraft, zone: Zone, record: ResourceRecord, rules: UpdateRules): void {
  if (record.class === zone.class) addRecord(draft, record, rules);
  else if (record.class === 'NONE') deleteRecord(draft, record, rules);
  else if (record.type === 'ANY') deleteName(draft, record);
  else deleteRRset(draft, record);
}

// 3.4.2.2. One RRset has one TTL, so that the last one added is the TTL of all (section 7.12, RFC 2181 section 5.2).
function addRecord(draft: ZoneDraft, record: ResourceRecord, rules: UpdateRules): void {
  //   if (rr.type == CNAME)  { if (zone_rrset<rr.name, ~CNAME>) next }
  //   elsif (zone_rrset<rr.name, CNAME>) next
  if (clashesWithAlias(draft, record)) return;
  const set = draft.rrset(record.name, record.type);
  //   if (rr.type == SOA) { if (!zone_rrset<rr.name, SOA> || zone.serial >= rr.serial) next }
  if (record.type === 'SOA' && !isNewerSoa(record.rdata, set?.records[0]?.rdata)) return;
  //   for zrr in zone_rrset<rr.name, rr.type>
  //        if (same RDATA, or one of the types of which there is only one) { zrr = rr; next }
  //   zone_rrset<rr.name, rr.type> += rr
  const others = set?.records.filter((existing) => !isReplacedBy(existing, record)) ?? [];
  const twin = set?.records.find((existing) => rdataEquals(existing.rdata, record.rdata)); // keeps its letter case
  if (twin !== undefined && rules.ignoreTtl === true) return;
  draft.put(makeRRset([twin ?? record, ...others], record.ttl));
}

function clashesWithAlias(draft: ZoneDraft, { name, type }: ResourceRecord): boolean {
  const present = [...(draft.node(name)?.rrsets.keys() ?? [])];
  return present.some((other) => (other === 'CNAME') !== (type === 'CNAME'));
}

function isBesideAlias(draft: ZoneDraft, zone: Zone, record: ResourceRecord): boolean {
  return record.class === zone.class && clashesWithAlias(draft, record);
}

// As BIND does it; also, adding one record looks at all others of its set.
function isTooMany(draft: ZoneDraft, zone: Zone, { name, type, class: recordClass }: ResourceRecord, rules: UpdateRules): boolean {
  if (recordClass !== zone.class || rules.maxRecordsPerType === undefined) return false;
  return (draft.rrset(name, type)?.records.length ?? 0) > rules.maxRecordsPerType;
}

// Section 1.1.5: CNAME and SOA compare without RDATA, WKS (11) by its address and protocol, everything else by all of it.
function isReplacedBy(existing: ResourceRecord, record: ResourceRecord): boolean {
  if (record.type === 'CNAME' || record.type === 'SOA') return true;
  if (record.type === 'TYPE11' && existing.rdata.type === 'UNKNOWN' && record.rdata.type === 'UNKNOWN') {
    const { bytes } = record.rdata;
    return existing.rdata.bytes.subarray(0, 5).every((octet, at) => octet === bytes[at]);
  }
  return rdataEquals(existing.rdata, record.rdata);
}

function isNewerSoa(candidate: Rdata, current: Rdata | undefined): boolean {
  return candidate.type === 'SOA' && current?.type === 'SOA' && isNewerSerial(candidate.serial, current.serial);
}

// 3.4.2.3, TYPE ANY. The origin keeps its SOA and NS.
function deleteName(draft: ZoneDraft, { name }: ResourceRecord): void {
  //   if (rr.name == zname) zone_rrset<rr.name, ~(SOA|NS)> = Nil
  //   else                  zone_rrset<rr.name, *> = Nil
  const isOrigin = name.equals(draft.origin);
  for (const type of draft.node(name)?.rrsets.keys() ?? []) {
    if (!isOrigin || (type !== 'SOA' && type !== 'NS')) draft.delete(name, type);
  }
}

// 3.4.2.3, any other TYPE.
function deleteRRset(draft: ZoneDraft, { name, type }: ResourceRecord): void {
  //   elsif (rr.name == zname && (rr.type == SOA || rr.type == NS)) next
  //   else zone_rrset<rr.name, rr.type> = Nil
  if (name.equals(draft.origin) && (type === 'SOA' || type === 'NS')) return;
  draft.delete(name, type);
}

// 3.4.2.4. The origin keeps its SOA and its last NS.
function deleteRecord(draft: ZoneDraft, record: ResourceRecord, rules: UpdateRules): void {
  const set = draft.rrset(record.name, record.type);
  //   if (rr.type == SOA) next
  if (set === undefined || record.type === 'SOA') return;
  //   if (rr.name == zname && rr.type == NS && zone_rrset<rr.name, NS> == rr) next
  //   zone_rr<rr.name, rr.type, rr.data> = Nil
  const equals = rules.keepCase === true ? sameOctets : rdataEquals;
  const rest = withoutRecords(set, (existing) => equals(existing.rdata, record.rdata));
  if (rest !== undefined) draft.put(rest);
  else if (record.type !== 'NS' || !record.name.equals(draft.origin)) draft.delete(record.name, record.type);
}

function sameOctets(a: Rdata, b: Rdata): boolean {
  return Buffer.from(encodeRdata(a)).equals(encodeRdata(b));
}

// Section 3.6: a zone that changed has a new serial; when the UPDATE brought one itself, that is it.
function settleSoa(draft: ZoneDraft, before: Zone): ResourceRecord<SoaRdata> {
  const current = draft.rrset(before.origin, 'SOA')?.records[0];
  const soa = current !== undefined && current.rdata.type === 'SOA' ? { ...current, rdata: current.rdata } : before.soa;
  if (soa.rdata.serial !== before.serial) return soa;
  const bumped = { ...soa, rdata: { ...soa.rdata, serial: nextSerial(before.serial) } };
  draft.put(makeRRset([bumped], bumped.ttl));
  return bumped;
}
