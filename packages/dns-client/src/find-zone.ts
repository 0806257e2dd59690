import type { DomainName, ResourceRecord, SoaRdata } from '@srvkit/dns';
import type { LookupFailure } from './ask-servers.ts';
import type { DnsClient, LookupOptions } from './dns-client.ts';
import type { Lookup } from './lookup.ts';

/** What the walk found, with every lookup it took. */
export type ZoneSearch =
  | {
      readonly kind: 'found';
      readonly zone: DomainName;
      readonly soa: ResourceRecord<SoaRdata>;
      /** The name of the primary, as the SOA gives it. */
      readonly mname: DomainName;
      readonly serial: number;
      /** The server that gave the SOA, and whether it did so with authority (AA). */
      readonly server: string | null;
      readonly authoritative: boolean;
      readonly lookups: readonly Lookup[];
    }
  /** No name above has an SOA, the root not counted: nobody publishes there. */
  | { readonly kind: 'not-found'; readonly lookups: readonly Lookup[] }
  | { readonly kind: 'failed'; readonly why: LookupFailure; readonly lookups: readonly Lookup[] };

/**
 * The zone a name belongs to, found as nsupdate does (publish 1.1): the SOA of the name, from the answer or from the authority section of
 * a NODATA; on NXDOMAIN and for aliases the same for the name without its leftmost label. Always asks, never remembers.
 */
export async function findZone(
  client: Pick<DnsClient, 'lookup'>,
  name: DomainName,
  options: Omit<LookupOptions, 'fresh'> = {},
): Promise<ZoneSearch> {
  const lookups: Lookup[] = [];
  for (let at: DomainName | undefined = name; at !== undefined && !at.isRoot; at = at.parent()) {
    const lookup = await client.lookup(at, 'SOA', { ...options, fresh: true });
    lookups.push(lookup);
    // That the target of an alias cannot be asked does not matter: the alias itself was answered.
    if (lookup.kind === 'failed' && lookup.chain.length === 0) return { kind: 'failed', why: lookup.why, lookups };
    const soa = lookup.chain.length > 0 ? undefined : soaOf(lookup);
    if (soa === undefined || soa.name.isRoot) continue;
    const { mname, serial } = soa.rdata;
    const { server, authoritative } = lookup;
    return { kind: 'found', zone: soa.name, soa, mname, serial, server, authoritative, lookups };
  }
  return { kind: 'not-found', lookups };
}

function soaOf(lookup: Lookup): ResourceRecord<SoaRdata> | undefined {
  if (lookup.kind === 'nodata') return lookup.soa ?? undefined;
  const [record] = lookup.records;
  return record?.rdata.type === 'SOA' ? { ...record, rdata: record.rdata } : undefined;
}
