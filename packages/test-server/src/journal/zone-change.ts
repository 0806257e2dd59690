import type { DomainName, Message, ResourceRecord, SoaRdata } from '@srvkit/dns';
import { makeRRset } from '../zone/rrset.ts';
import { ZoneDraft } from '../zone/zone-draft.ts';
import type { Zone } from '../zone/zone.ts';

/** How a zone differs from what it was: whatever is at these names afterwards. It does not matter by which rules that came about. */
export interface ZoneChange {
  /** Serials. */
  readonly before: number;
  readonly after: number;
  readonly names: readonly DomainName[];
  /** All that the names have afterwards, the SOA of the zone among it. */
  readonly records: readonly ResourceRecord[];
}

/** The change that an UPDATE made: to the names it mentions, and to the SOA. */
export function changeBy(update: Message, before: Zone, after: Zone): ZoneChange {
  const names = new Map([before.origin, ...update.authority.map(({ name }) => name)].map((name) => [name.key, name]));
  return {
    before: before.serial,
    after: after.serial,
    names: [...names.values()],
    records: [...names.values()].flatMap((name) => at(after, name)),
  };
}

/** The zone after the change. Throws `RangeError` when the change begins at another serial, or brings no SOA with the one it says. */
export function applyChange(zone: Zone, change: ZoneChange): Zone {
  if (zone.serial !== change.before) throw new RangeError(`the change begins at serial ${change.before}, the zone has ${zone.serial}`);
  const soa = change.records.find((record): record is ResourceRecord<SoaRdata> => record.rdata.type === 'SOA');
  if (soa === undefined || soa.rdata.serial !== change.after || !soa.name.equals(zone.origin))
    throw new RangeError(`the change has no SOA with serial ${change.after}`);
  const draft = new ZoneDraft(zone.origin, zone);
  for (const name of change.names) for (const type of zone.nodes.get(name.key)?.rrsets.keys() ?? []) draft.delete(name, type);
  for (const set of bySet(change.records)) draft.put(makeRRset(set, set[0].ttl));
  return draft.finish(soa);
}

function at(zone: Zone, name: DomainName): readonly ResourceRecord[] {
  return [...(zone.nodes.get(name.key)?.rrsets.values() ?? [])].flatMap(({ records }) => records);
}

function bySet(records: readonly ResourceRecord[]): readonly [ResourceRecord, ...ResourceRecord[]][] {
  const sets = new Map<string, [ResourceRecord, ...ResourceRecord[]]>();
  for (const record of records) {
    const key = `${record.type} ${record.name.key}`;
    const set = sets.get(key);
    if (set === undefined) sets.set(key, [record]);
    else set.push(record);
  }
  return [...sets.values()];
}
