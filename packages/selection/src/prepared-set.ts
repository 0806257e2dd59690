import type { DomainName } from '@srvkit/dns';

/** What selection needs to know of an SRV record; `SrvRdata` fits. Numbers are unsigned 16-bit (RFC 2782). */
export interface SrvTarget {
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  readonly target: DomainName;
}

/**
 * How one target is drawn inside a priority group (README has the shares):
 * - `rfc2782`: shuffle, zeros first, a uniform integer in 0..sum inclusive, the first record whose running sum reaches it (srv O2);
 * - `proportional`: the same draw from 1..sum, so that shares are exactly weight / sum and zeros come only after all positives (srv O3);
 * - `uniform`: priority and weight are ignored, as clients of the Vista generation do (kms N-14).
 * A group of nothing but zeros is uniform in all three.
 */
export type Law = 'rfc2782' | 'proportional' | 'uniform';

/** The records of one priority, in canonical order. Under the law `uniform` there is one group: the best priority, and weights that count as 0. */
export interface Group<T extends SrvTarget = SrvTarget> {
  readonly priority: number;
  readonly targets: readonly T[];
  /** The sum of the weights that the law looks at. */
  readonly weightSum: number;
}

/** An RRset made ready for any number of draws: a value, and the same whatever order the records came in. */
export interface PreparedSet<T extends SrvTarget = SrvTarget> {
  readonly law: Law;
  /** By ascending priority. Never empty groups; no groups for an empty set. */
  readonly groups: readonly Group<T>[];
  /** How many records the groups hold. */
  readonly size: number;
  /** What was left out because the set had more than `MAX_TARGETS` records, in canonical order. */
  readonly dropped: readonly T[];
}

/** A set keeps at most so many records; the rest is in `dropped` (hostile answers; design: no answer of a real service comes near). */
export const MAX_TARGETS = 100;

/**
 * Prepares an RRset for drawing: canonical order (priority, target, port, weight), so that a server's rotation changes nothing, and
 * groups of equal priority. Make it once an RRset, draw from it often. The records themselves are passed on untouched, so give it
 * whatever carries more than an `SrvTarget`. Duplicates stay; "." is not special here. Throws a `RangeError` for an unknown law and
 * for numbers outside 0..65535.
 */
export function prepareSet<T extends SrvTarget>(records: readonly T[], law: Law = 'rfc2782'): PreparedSet<T> {
  if (law !== 'rfc2782' && law !== 'proportional' && law !== 'uniform') {
    throw new RangeError(`law ${JSON.stringify(law)} is unknown: use rfc2782, proportional or uniform`);
  }
  for (const record of records) requireUint16s(record);
  const sorted = records.toSorted(compareCanonically);
  const dropped = sorted.splice(MAX_TARGETS);
  // Not frozen: optimised code of V8 cannot read the items of frozen arrays by itself, and a draw reads several.
  return { law, groups: law === 'uniform' ? oneGroup(sorted) : groupByPriority(sorted), size: sorted.length, dropped };
}

function groupByPriority<T extends SrvTarget>(sorted: readonly T[]): Group<T>[] {
  const groups: Group<T>[] = [];
  for (let from = 0; from < sorted.length;) {
    const priority = sorted[from]?.priority ?? 0;
    let weightSum = 0;
    let to = from;
    for (; sorted[to]?.priority === priority; to += 1) weightSum += sorted[to]?.weight ?? 0;
    groups.push({ priority, targets: sorted.slice(from, to), weightSum });
    from = to;
  }
  return groups;
}

function oneGroup<T extends SrvTarget>(sorted: readonly T[]): Group<T>[] {
  const first = sorted[0];
  return first === undefined ? [] : [{ priority: first.priority, targets: sorted, weightSum: 0 }];
}

function compareCanonically(a: SrvTarget, b: SrvTarget): number {
  return (
    a.priority - b.priority ||
    compareText(a.target.key, b.target.key) ||
    a.port - b.port ||
    a.weight - b.weight ||
    compareText(a.target.toString(), b.target.toString())
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function requireUint16s(record: SrvTarget): void {
  for (const field of ['priority', 'weight', 'port'] as const) {
    const value = record[field];
    if (!Number.isInteger(value) || value < 0 || value > 0xffff) {
      throw new RangeError(`${record.target.toString()}: ${field} ${value} is not an integer in 0..65535`);
    }
  }
}
