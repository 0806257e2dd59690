import type { DomainName, RecordType, ResourceRecord, SoaRdata } from '@srvkit/dns';
import { NameMap } from './name-map.ts';
import { sameRecords } from './rrset.ts';
import type { RRset } from './rrset.ts';
import { Zone } from './zone.ts';
import type { ZoneNode } from './zone.ts';

/**
 * The changes to a zone while they are being made: what one update does is seen by the next, and nothing is seen from outside until
 * `finish`. Keeps the empty non-terminals and the count of delegations right.
 */
export class ZoneDraft {
  readonly origin: DomainName;
  readonly #before: NameMap<ZoneNode>;
  readonly #changes = new Map<string, ZoneNode | undefined>();
  #cuts: number;

  constructor(origin: DomainName, zone?: Zone) {
    this.origin = origin;
    this.#before = zone?.nodes ?? new NameMap();
    this.#cuts = zone?.cuts ?? 0;
  }

  node(name: DomainName): ZoneNode | undefined {
    return this.#changes.has(name.key) ? this.#changes.get(name.key) : this.#before.get(name.key);
  }

  rrset(name: DomainName, type: RecordType): RRset | undefined {
    return this.node(name)?.rrsets.get(type);
  }

  /** Puts an RRset in, in place of the one of its name and type. */
  put(set: RRset): void {
    const node = this.node(set.name) ?? this.#create(set.name);
    if (set.type === 'NS' && !set.name.equals(this.origin) && !node.rrsets.has('NS')) this.#cuts += 1;
    this.#changes.set(set.name.key, { ...node, rrsets: new Map(node.rrsets).set(set.type, set) });
  }

  /** Takes an RRset out, and with it the names that exist for nothing else. */
  delete(name: DomainName, type: RecordType): void {
    const node = this.node(name);
    if (node === undefined || !node.rrsets.has(type)) return;
    if (type === 'NS' && !name.equals(this.origin)) this.#cuts -= 1;
    const rrsets = new Map(node.rrsets);
    rrsets.delete(type);
    this.#changes.set(name.key, { ...node, rrsets });
    this.#prune(name);
  }

  /** Whether the zone would differ from what it was: adding something and deleting it again is no change. */
  get changed(): boolean {
    for (const [key, node] of this.#changes) {
      if (!sameContent(this.#before.get(key), node)) return true;
    }
    return false;
  }

  /** The zone with the changes; its SOA is the one put in. */
  finish(soa: ResourceRecord<SoaRdata>): Zone {
    return new Zone(soa, this.#before.with(this.#changes), this.#cuts);
  }

  #create(name: DomainName): ZoneNode {
    const node: ZoneNode = { name, rrsets: new Map(), children: 0 };
    this.#changes.set(name.key, node);
    const parent = this.#parentOf(name);
    if (parent !== undefined) {
      const above = this.node(parent) ?? this.#create(parent);
      this.#changes.set(parent.key, { ...above, children: above.children + 1 });
    }
    return node;
  }

  #prune(name: DomainName): void {
    const node = this.node(name);
    const parent = this.#parentOf(name);
    if (node === undefined || parent === undefined || node.rrsets.size > 0 || node.children > 0) return;
    this.#changes.set(name.key, undefined);
    const above = this.node(parent);
    if (above === undefined) return;
    this.#changes.set(parent.key, { ...above, children: above.children - 1 });
    this.#prune(parent);
  }

  #parentOf(name: DomainName): DomainName | undefined {
    return name.equals(this.origin) ? undefined : name.parent();
  }
}

function sameContent(before: ZoneNode | undefined, after: ZoneNode | undefined): boolean {
  const setsBefore = [...(before?.rrsets.values() ?? [])];
  if (setsBefore.length !== (after?.rrsets.size ?? 0)) return false;
  return setsBefore.every((set) => {
    const other = after?.rrsets.get(set.type);
    return other === set || (other !== undefined && other.ttl === set.ttl && sameRecords(set.records, other.records));
  });
}
