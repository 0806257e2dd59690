import type { ResourceRecord, SrvRdata } from '@srvkit/dns';
import { sift } from './dropped-record.ts';
import type { DroppedRecord, DropReason } from './dropped-record.ts';
import { applyPolicy, rejection } from './target-policy.ts';
import type { TargetPolicy } from './target-policy.ts';
import type { Warning } from './warning.ts';

const MAX_WEIGHT = 65_535;

/**
 * The records of an SRV set a client may use: without "." targets, and what the policy says of port 0 and IP literals, at most `maxRecords`
 * in canonical order; the same target, port and priority counts once with the weights added, the same target and port at two priorities
 * counts at the better one (srv A3 to A7). `unavailable`: there are only "." targets. The order of the rest is kept; what is left out is
 * added to `dropped`, what is used against the rules to `warnings`.
 */
export function usableSrvSet(
  records: readonly ResourceRecord[],
  limits: { readonly maxRecords: number; readonly targets: TargetPolicy },
  notes: { readonly dropped: DroppedRecord[]; readonly warnings: Warning[] },
): { readonly records: readonly ResourceRecord[]; readonly unavailable: boolean } {
  if (records.every(({ rdata }) => rdata.type === 'SRV' && rdata.target.isRoot)) return { records: [], unavailable: true };
  const { dropped, warnings } = notes;
  const usable = sift(records, (record) => whyUnusable(record, limits.targets), dropped).filter(isSrv);
  const meant = applyPolicy(usable, limits.targets, warnings);
  const kept = firstInOrder(meant, limits.maxRecords, (a, b) => compareSrv(a.rdata, b.rdata), dropped);
  return { records: withoutTwins(kept, dropped), unavailable: false };
}

/**
 * The first `most` records in `order`, so that a server's rotation does not change which ones they are; as they are when none is too many.
 */
export function firstInOrder<R extends ResourceRecord>(
  records: readonly R[],
  most: number,
  order: (a: R, b: R) => number,
  dropped: DroppedRecord[],
): readonly R[] {
  if (records.length <= most) return records;
  const sorted = records.toSorted(order);
  for (const record of sorted.slice(most)) dropped.push({ record, why: 'over-limit' });
  return sorted.slice(0, most);
}

function whyUnusable({ rdata }: ResourceRecord, policy: TargetPolicy): DropReason | undefined {
  if (rdata.type !== 'SRV') return 'empty-rdata';
  return rdata.target.isRoot ? 'root-target' : rejection(rdata, policy);
}

function isSrv(record: ResourceRecord): record is ResourceRecord<SrvRdata> {
  return record.rdata.type === 'SRV';
}

function withoutTwins(records: readonly ResourceRecord<SrvRdata>[], dropped: DroppedRecord[]): readonly ResourceRecord<SrvRdata>[] {
  if (!hasTwins(records)) return records;
  const kept: ResourceRecord<SrvRdata>[] = [];
  for (const [index, record] of records.entries()) {
    const twinAt = kept.findIndex(({ rdata }) => isSameEndpoint(rdata, record.rdata));
    const twin = kept[twinAt];
    if (twin === undefined) kept.push(record);
    // The same record sent twice is one record (RFC 2181 section 5).
    else if (records.slice(0, index).some(({ rdata }) => isSameEndpoint(rdata, record.rdata) && isSameRank(rdata, record.rdata)))
      dropped.push({ record, why: 'duplicate' });
    else kept[twinAt] = merged(twin, record, dropped);
  }
  return kept;
}

/** Compares every two: sets are small by now. */
function hasTwins(records: readonly ResourceRecord<SrvRdata>[]): boolean {
  for (let at = 1; at < records.length; at += 1)
    for (let before = 0; before < at; before += 1) {
      const [one, other] = [records[before], records[at]];
      if (one !== undefined && other !== undefined && isSameEndpoint(one.rdata, other.rdata)) return true;
    }
  return false;
}

function isSameEndpoint(a: SrvRdata, b: SrvRdata): boolean {
  return a.port === b.port && a.target.equals(b.target);
}

function isSameRank(a: SrvRdata, b: SrvRdata): boolean {
  return a.priority === b.priority && a.weight === b.weight;
}

function merged(twin: ResourceRecord<SrvRdata>, record: ResourceRecord<SrvRdata>, dropped: DroppedRecord[]): ResourceRecord<SrvRdata> {
  if (twin.rdata.priority !== record.rdata.priority) {
    const [best, worse] = twin.rdata.priority < record.rdata.priority ? [twin, record] : [record, twin];
    dropped.push({ record: worse, why: 'worse-priority' });
    return best;
  }
  dropped.push({ record, why: 'merged' });
  return { ...twin, rdata: { ...twin.rdata, weight: Math.min(MAX_WEIGHT, twin.rdata.weight + record.rdata.weight) } };
}

/** The canonical order of design.md section 4: priority, target, port, weight. What a server's rotation does not change. */
function compareSrv(a: SrvRdata, b: SrvRdata): number {
  if (a.priority !== b.priority) return a.priority - b.priority;
  if (a.target.key !== b.target.key) return a.target.key < b.target.key ? -1 : 1;
  return a.port - b.port || a.weight - b.weight;
}
