import type { ResourceRecord } from '@srvkit/dns';

/** Why a record of a response is not used (srv A3 to A7, M8). */
export type DropReason =
  | 'foreign-owner'
  | 'other-type'
  | 'other-class'
  | 'empty-rdata'
  | 'root-target'
  | 'port-zero'
  | 'address-target'
  | 'duplicate'
  | 'merged'
  | 'worse-priority'
  | 'over-limit';

/** A record that is not used, and why. */
export interface DroppedRecord {
  readonly record: ResourceRecord;
  readonly why: DropReason;
}

/**
 * The records for which there is no reason to drop them. The others are added to `dropped`, but for the links of an alias chain, which
 * have done their work. Most sets are clean: those are given back as they are.
 */
export function sift<R extends ResourceRecord>(
  records: readonly R[],
  whyNot: (record: R) => DropReason | 'link' | undefined,
  dropped: DroppedRecord[],
): readonly R[] {
  if (records.every((record) => whyNot(record) === undefined)) return records;
  return records.filter((record) => {
    const why = whyNot(record);
    if (why !== undefined && why !== 'link') dropped.push({ record, why });
    return why === undefined;
  });
}
