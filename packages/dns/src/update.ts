import type { DomainName } from './domain-name.ts';
import { makeMessage } from './message.ts';
import type { Message } from './message.ts';
import { EMPTY } from './rdata/unknown.ts';
import type { RecordClass, RecordType, ResourceRecord } from './record.ts';

/** What must be true of a zone before an UPDATE is applied (RFC 2136 section 2.4). */
export type Prerequisite =
  | { readonly kind: 'nameInUse'; readonly name: DomainName }
  | { readonly kind: 'nameNotInUse'; readonly name: DomainName }
  | { readonly kind: 'rrsetExists'; readonly name: DomainName; readonly type: RecordType }
  | { readonly kind: 'rrsetAbsent'; readonly name: DomainName; readonly type: RecordType }
  | { readonly kind: 'rrsetEquals'; readonly records: readonly ResourceRecord[] };

/** What an UPDATE does (RFC 2136 section 2.5). The TTL of a `deleteRecord` does not matter. */
export type UpdateOperation =
  | { readonly kind: 'add'; readonly record: ResourceRecord }
  | { readonly kind: 'deleteRRset'; readonly name: DomainName; readonly type: RecordType }
  | { readonly kind: 'deleteName'; readonly name: DomainName }
  | { readonly kind: 'deleteRecord'; readonly record: ResourceRecord };

/** What an UPDATE message is made of (RFC 2136 section 2). */
export interface UpdateParts {
  readonly id: number;
  /** The apex of the zone. */
  readonly zone: DomainName;
  readonly zoneClass?: RecordClass;
  readonly prerequisites?: readonly Prerequisite[];
  /** Done in this order, all or nothing (RFC 2136 section 3.4). */
  readonly operations: readonly UpdateOperation[];
}

/** An UPDATE request (RFC 2136 section 2): zone section, prerequisites, updates. Class IN unless `zoneClass` says otherwise. */
export function makeUpdate({ id, zone, zoneClass = 'IN', prerequisites = [], operations }: UpdateParts): Message {
  return makeMessage({
    id,
    opcode: 'UPDATE',
    question: [{ name: zone, type: 'SOA', class: zoneClass }],
    answer: prerequisites.flatMap((prerequisite) => prerequisiteRecords(prerequisite)),
    authority: operations.map((operation) => operationRecord(operation)),
  });
}

/**
 * The records that state a prerequisite (RFC 2136 section 2.4), all with TTL 0:
 *
 *     CLASS    TYPE     RDATA    Meaning                              Section
 *     ANY      ANY      empty    name is in use                       2.4.4
 *     ANY      rrset    empty    RRset exists (value independent)     2.4.1
 *     NONE     ANY      empty    name is not in use                   2.4.5
 *     NONE     rrset    empty    RRset does not exist                 2.4.3
 *     zone     rrset    rr       RRset exists (value dependent)       2.4.2
 *
 * `rrsetEquals` needs all records of the RRset: without any it throws `RangeError`.
 */
export function prerequisiteRecords(prerequisite: Prerequisite): ResourceRecord[] {
  switch (prerequisite.kind) {
    case 'nameInUse':
      return [emptyRecord(prerequisite.name, 'ANY', 'ANY')];
    case 'nameNotInUse':
      return [emptyRecord(prerequisite.name, 'ANY', 'NONE')];
    case 'rrsetExists':
      return [emptyRecord(prerequisite.name, prerequisite.type, 'ANY')];
    case 'rrsetAbsent':
      return [emptyRecord(prerequisite.name, prerequisite.type, 'NONE')];
    case 'rrsetEquals':
      if (prerequisite.records.length === 0) throw new RangeError('An RRset to compare with needs a record: for none say rrsetAbsent');
      return prerequisite.records.map((record) => ({ ...record, ttl: 0 }));
  }
}

/**
 * The record that asks for an operation (RFC 2136 section 2.5):
 *
 *     CLASS    TYPE     TTL    RDATA    Meaning                        Section
 *     zone     rrset    ttl    rr       add to an RRset                2.5.1
 *     ANY      rrset    0      empty    delete an RRset                2.5.2
 *     ANY      ANY      0      empty    delete all RRsets from a name  2.5.3
 *     NONE     rrset    0      rr       delete an RR from an RRset     2.5.4
 */
export function operationRecord(operation: UpdateOperation): ResourceRecord {
  switch (operation.kind) {
    case 'add':
      return operation.record;
    case 'deleteRRset':
      return emptyRecord(operation.name, operation.type, 'ANY');
    case 'deleteName':
      return emptyRecord(operation.name, 'ANY', 'ANY');
    case 'deleteRecord':
      return { ...operation.record, class: 'NONE', ttl: 0 };
  }
}

function emptyRecord(name: DomainName, type: RecordType, recordClass: RecordClass): ResourceRecord {
  return { name, type, class: recordClass, ttl: 0, rdata: EMPTY };
}
