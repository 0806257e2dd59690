import { encodeRdata, rdataEquals, recordEquals } from '@srvkit/dns';
import type { DomainName, ResourceRecord, SoaRdata } from '@srvkit/dns';
import { isMetaType } from './meta-type.ts';
import { makeRRset } from './rrset.ts';
import { ZoneDraft } from './zone-draft.ts';
import { ZoneError } from './zone-error.ts';
import type { Zone } from './zone.ts';

/**
 * Makes a zone of records, say those of a master file. The zone is the owner of its SOA; `origin`, when given, must be that name.
 * Duplicates are dropped, and an RRset whose TTLs differ gets the lowest of them (RFC 2181 sections 5 and 5.2).
 * Throws `ParseError`: `NO_SOA`, `TWO_SOAS`, `SOA_NOT_AT_ORIGIN`, `OUT_OF_ZONE`, `WRONG_CLASS`, `META_TYPE`, `TWO_CNAMES`, `CNAME_AND_OTHER_DATA`.
 */
export function zoneFromRecords(records: readonly ResourceRecord[], options: { readonly origin?: DomainName } = {}): Zone {
  const soa = soleSoa(records);
  const { origin } = options;
  if (origin !== undefined && !soa.name.equals(origin)) {
    throw new ZoneError(
      'SOA_NOT_AT_ORIGIN',
      `the SOA belongs to ${soa.name.toString()}, not to ${origin.toString()}: move it to the origin, or name the zone ${soa.name.toString()}`,
      soa,
    );
  }
  const draft = new ZoneDraft(soa.name);
  const sets = [...groupByNameAndType(records, soa).values()];
  for (const set of sets) {
    if (set.length > 1 && set[0].type === 'CNAME') {
      throw new ZoneError(
        'TWO_CNAMES',
        `${set[0].name.toString()} has ${set.length} CNAME records: an alias has exactly one (RFC 2181 section 10.1)`,
        set[1],
      );
    }
    draft.put(makeRRset(set, lowestTtl(set)));
  }
  for (const [record] of sets) {
    if (record.type === 'CNAME' && draft.node(record.name)?.rrsets.size !== 1) {
      throw new ZoneError(
        'CNAME_AND_OTHER_DATA',
        `${record.name.toString()} has a CNAME and other records: keep one of both (RFC 1034 section 3.6.2)`,
        record,
      );
    }
  }
  return draft.finish(soa);
}

type Records = [ResourceRecord, ...ResourceRecord[]];

function soleSoa(records: readonly ResourceRecord[]): ResourceRecord<SoaRdata> {
  const [soa, ...others] = records.filter(isSoa);
  if (soa === undefined) throw new ZoneError('NO_SOA', 'the zone has no SOA record: add one at its origin');
  // A transfer ends in the SOA it began with (RFC 5936 section 2.2): as text of a zone, too, it may be there twice.
  const second = others.find((other) => other.ttl !== soa.ttl || !recordEquals(other, soa));
  if (second !== undefined) {
    throw new ZoneError(
      'TWO_SOAS',
      `there are SOA records at ${soa.name.toString()} and ${second.name.toString()}: one file holds one zone, with one SOA`,
      second,
    );
  }
  return soa;
}

function isSoa(record: ResourceRecord): record is ResourceRecord<SoaRdata> {
  return record.rdata.type === 'SOA';
}

function groupByNameAndType(records: readonly ResourceRecord[], soa: ResourceRecord): Map<string, Records> {
  const sets = new Map<string, Records>();
  const lookalikes = new Map<string, Records>(); // the few to compare with, which keeps sets of many thousands quick
  for (const record of records) {
    checkBelongs(record, soa);
    const key = `${record.type} ${record.name.key}`;
    const look = `${key} ${Buffer.from(encodeRdata(record.rdata)).toString('latin1').toLowerCase()}`;
    if (lookalikes.get(look)?.some((other) => rdataEquals(other.rdata, record.rdata)) === true) continue;
    addTo(lookalikes, look, record);
    addTo(sets, key, record);
  }
  return sets;
}

function addTo(groups: Map<string, Records>, key: string, record: ResourceRecord): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [record]);
  else group.push(record);
}

function lowestTtl(records: Records): number {
  return records.reduce((ttl, record) => Math.min(ttl, record.ttl), records[0].ttl);
}

function checkBelongs(record: ResourceRecord, soa: ResourceRecord): void {
  if (!record.name.isWithin(soa.name)) {
    throw new ZoneError(
      'OUT_OF_ZONE',
      `${record.name.toString()} is not in the zone ${soa.name.toString()}: move the record to its own zone, or check for a missing final dot`,
      record,
    );
  }
  if (record.class !== soa.class) {
    throw new ZoneError(
      'WRONG_CLASS',
      `${record.name.toString()} ${record.type} has class ${record.class}, but its zone has ${soa.class}`,
      record,
    );
  }
  if (isMetaType(record.type)) {
    throw new ZoneError(
      'META_TYPE',
      `${record.name.toString()} has a record of type ${record.type}, which exists only in messages: delete it`,
      record,
    );
  }
}
