import type { DomainName } from '../domain-name.ts';
import { foldCase } from '../fold-case.ts';
import { classNumber, typeNumber } from '../mnemonic.ts';
import { encodeRdata } from '../rdata-octets.ts';
import type { ResourceRecord } from '../record.ts';

/** A new array with the SOA first, then by owner name (RFC 4034 section 6.1), class, type, octets of the RDATA and TTL. */
export function inCanonicalOrder(records: readonly ResourceRecord[]): ResourceRecord[] {
  return records
    .map((record) => ({ record, labels: foldedLabels(record.name), rdata: Buffer.from(encodeRdata(record.rdata)) }))
    .sort((a, b) => compare(a, b))
    .map(({ record }) => record);
}

interface Sortable {
  readonly record: ResourceRecord;
  readonly labels: readonly Buffer[];
  readonly rdata: Buffer;
}

function compare(a: Sortable, b: Sortable): number {
  return (
    Number(b.record.type === 'SOA') - Number(a.record.type === 'SOA') ||
    compareLabels(a.labels, b.labels) ||
    classNumber(a.record.class) - classNumber(b.record.class) ||
    typeNumber(a.record.type) - typeNumber(b.record.type) ||
    a.rdata.compare(b.rdata) ||
    a.record.ttl - b.record.ttl ||
    Buffer.compare(a.record.name.wire, b.record.name.wire)
  );
}

// From the root down; letter case does not count.
function compareLabels(a: readonly Buffer[], b: readonly Buffer[]): number {
  for (let at = 0; at < Math.min(a.length, b.length); at += 1) {
    const order = a.at(-1 - at)?.compare(b.at(-1 - at) ?? NOTHING) ?? 0;
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function foldedLabels(name: DomainName): Buffer[] {
  return name.labels().map((label) => Buffer.from(foldCase(label)));
}

const NOTHING = Buffer.alloc(0);
