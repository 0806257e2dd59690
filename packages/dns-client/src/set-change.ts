import type { ResourceRecord, SrvRdata } from '@srvkit/dns';

/** How an SRV set differs from the one remembered before it, by target and port (srv C7). TTLs are no difference. */
export interface SetChange {
  readonly added: readonly ResourceRecord[];
  readonly removed: readonly ResourceRecord[];
  /** The same target and port with another priority or weight. */
  readonly changed: readonly { readonly before: ResourceRecord; readonly after: ResourceRecord }[];
}

/** Compares two usable SRV sets, in which a target and port is found once. What is in neither list is the same as before. */
export function compareSets(before: readonly ResourceRecord[], after: readonly ResourceRecord[]): SetChange {
  const gone = endpoints(before);
  const added: ResourceRecord[] = [];
  const changed: { before: ResourceRecord; after: ResourceRecord }[] = [];
  for (const [endpoint, record] of endpoints(after)) {
    const known = gone.get(endpoint);
    gone.delete(endpoint);
    if (known === undefined) added.push(record);
    else if (!isSameRank(srv(known), srv(record))) changed.push({ before: known, after: record });
  }
  return { added, removed: [...gone.values()], changed };
}

/** `before` itself when `after` says exactly the same, so that what hangs on that array stays valid; else `after`. */
export function keepIdentity(before: readonly ResourceRecord[], after: readonly ResourceRecord[]): readonly ResourceRecord[] {
  const isSame = before.length === after.length && before.every((record, index) => isSameRecord(record, after[index]));
  return isSame ? before : after;
}

function endpoints(records: readonly ResourceRecord[]): Map<string, ResourceRecord> {
  return new Map(records.map((record) => [`${srv(record)?.target.key} ${srv(record)?.port}`, record]));
}

function isSameRecord(a: ResourceRecord, b: ResourceRecord | undefined): boolean {
  const [one, other] = [srv(a), srv(b)];
  if (one === undefined || other === undefined || a.ttl !== b?.ttl || !a.name.equals(b.name)) return false;
  // Compared as written, letter case and all: records are shown to people.
  return one.target.toString() === other.target.toString() && one.port === other.port && isSameRank(one, other);
}

function isSameRank(a: SrvRdata | undefined, b: SrvRdata | undefined): boolean {
  return a?.priority === b?.priority && a?.weight === b?.weight;
}

function srv(record: ResourceRecord | undefined): SrvRdata | undefined {
  return record?.rdata.type === 'SRV' ? record.rdata : undefined;
}
