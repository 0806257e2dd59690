import { rdataEquals } from '@srvkit/dns';
import type { DomainName, RecordType, ResourceRecord } from '@srvkit/dns';

/** All records of one name and type: at least one, all with the same TTL (RFC 2181 section 5.2). */
export interface RRset {
  readonly name: DomainName;
  readonly type: RecordType;
  /** seconds */
  readonly ttl: number;
  readonly records: readonly ResourceRecord[];
  /** The hosts that SRV and NS records point to, each once: their addresses go into the additional section. */
  readonly targets: readonly DomainName[];
}

/** Joins records of one name and type, at least one; each gets `ttl`, and the very same name, which is written once and then pointed to. */
export function makeRRset(records: readonly [ResourceRecord, ...ResourceRecord[]], ttl: number): RRset {
  const [first] = records;
  return {
    name: first.name,
    type: first.type,
    ttl,
    records: records.map((record) => (record.ttl === ttl && record.name === first.name ? record : { ...record, ttl, name: first.name })),
    targets: targetsOf(records),
  };
}

/** The set without the records that `unwanted` names; undefined when none is left, the same value when all are. */
export function withoutRecords(set: RRset, unwanted: (record: ResourceRecord) => boolean): RRset | undefined {
  const [first, ...rest] = set.records.filter((record) => !unwanted(record));
  if (first === undefined) return undefined;
  return rest.length + 1 === set.records.length ? set : makeRRset([first, ...rest], set.ttl);
}

/** Whether two sets of the same name and type hold the same RDATA, in whatever order; TTLs do not count (RFC 2136 section 1.1.1). */
export function sameRecords(a: readonly ResourceRecord[], b: readonly ResourceRecord[]): boolean {
  return a.length === b.length && a.every((record) => b.includes(record) || b.some((other) => rdataEquals(record.rdata, other.rdata)));
}

function targetsOf(records: readonly ResourceRecord[]): DomainName[] {
  const targets = new Map<string, DomainName>();
  for (const { rdata } of records) {
    if ((rdata.type === 'SRV' || rdata.type === 'NS') && !rdata.target.isRoot) targets.set(rdata.target.key, rdata.target);
  }
  return [...targets.values()];
}
