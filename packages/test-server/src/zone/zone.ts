import type { DomainName, RecordClass, RecordType, ResourceRecord, SoaRdata } from '@srvkit/dns';
import { parentKey } from './name-key.ts';
import type { NameMap } from './name-map.ts';
import type { RRset } from './rrset.ts';

/** A name that exists in a zone. Without RRsets it is an empty non-terminal: it exists because something below it does. */
export interface ZoneNode {
  readonly name: DomainName;
  readonly rrsets: ReadonlyMap<RecordType, RRset>;
  /** How many existing names lie directly below. */
  readonly children: number;
}

/** Zones by the `key` of their origin. */
export type Zones = ReadonlyMap<string, Zone>;

/**
 * A zone as an immutable value: an update makes a new one, which shares with the old whatever did not change.
 * Made by `zoneFromRecords`, changed by `applyUpdate`.
 */
export class Zone {
  readonly origin: DomainName;
  readonly class: RecordClass;
  readonly soa: ResourceRecord<SoaRdata>;
  /** The SOA as it stands in negative answers: its TTL is the lesser of its own and MINIMUM (RFC 2308 section 3). */
  readonly negativeSoa: ResourceRecord<SoaRdata>;
  /** How many names below the origin have NS records. */
  readonly cuts: number;
  readonly nodes: NameMap<ZoneNode>;

  constructor(soa: ResourceRecord<SoaRdata>, nodes: NameMap<ZoneNode>, cuts: number) {
    this.origin = soa.name;
    this.class = soa.class;
    this.soa = soa;
    this.negativeSoa = { ...soa, ttl: Math.min(soa.ttl, soa.rdata.minimum) };
    this.nodes = nodes;
    this.cuts = cuts;
  }

  get serial(): number {
    return this.soa.rdata.serial;
  }

  rrset(name: DomainName, type: RecordType): RRset | undefined {
    return this.nodes.get(name.key)?.rrsets.get(type);
  }

  /** Every record, the SOA first. */
  *records(): Generator<ResourceRecord> {
    yield this.soa;
    for (const node of this.nodes.values()) {
      for (const set of node.rrsets.values()) {
        if (set.type !== 'SOA') yield* set.records;
      }
    }
  }
}

/** The zone with the longest origin that `name` lies in. */
export function findZone(zones: Zones, name: DomainName): Zone | undefined {
  if (zones.size > FEW) return findByKey(zones, name);
  let longest: Zone | undefined;
  for (const zone of zones.values()) {
    if (name.isWithin(zone.origin) && (longest === undefined || zone.origin.wire.length > longest.origin.wire.length)) longest = zone;
  }
  return longest;
}

// Comparing a name with a handful of origins is quicker than cutting its key into those of its ancestors.
const FEW = 8;

function findByKey(zones: Zones, name: DomainName): Zone | undefined {
  for (let key: string | undefined = name.key; key !== undefined; key = parentKey(key)) {
    const zone = zones.get(key);
    if (zone !== undefined) return zone;
  }
  return undefined;
}
