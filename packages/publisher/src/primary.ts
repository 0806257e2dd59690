import type { DomainName } from '@srvkit/dns';
import { findZone, formatServerAddress } from '@srvkit/dns-client';
import type { DnsClient, ZoneSearch } from '@srvkit/dns-client';
import type { Failure } from './failure.ts';
import type { Trail } from './trail.ts';

/** The zone of an owner name, and where its UPDATE goes. */
export interface Primary {
  readonly zone: DomainName;
  /** The primary by name, as the SOA has it: what Kerberos knows it by. */
  readonly mname: DomainName;
  /** `HOST:PORT`, in the order in which they are tried; at least one. */
  readonly servers: readonly string[];
}

export interface PrimarySearch {
  readonly client: Pick<DnsClient, 'lookup'>;
  /** Ask this server and update it, instead of the primary that the SOA names. */
  readonly server: string | undefined;
  /** Of a primary found by its name. */
  readonly primaryPort: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * The zone by its SOA, and the primary by the SOA's MNAME (RFC 2136 section 4.3); or the given server for both, which then must answer
 * with authority.
 */
export async function findPrimary(
  owner: DomainName,
  search: PrimarySearch,
  trail: Trail,
): Promise<Primary | { readonly failure: Failure }> {
  const { client, server } = search;
  const signal = search.signal === undefined ? {} : { signal: search.signal };
  const found = await findZone(client, owner, { ...signal, ...(server === undefined ? {} : { servers: [server] }) });
  if (found.kind !== 'found') {
    const last = found.lookups.at(-1);
    if (found.kind === 'failed' && last !== undefined) trail.lookup(last);
    return { failure: failureOf(found, server) };
  }
  const { zone, mname } = found;
  if (server !== undefined) {
    const asked = found.server ?? server;
    return found.authoritative ? { zone, mname, servers: [asked] } : { failure: { kind: 'not-authoritative', server: asked } };
  }
  if (mname.isRoot) return { failure: { kind: 'no-zone', why: `the SOA of ${zone.toString()} names no primary` } };
  const lookups = await Promise.all((['A', 'AAAA'] as const).map((type) => client.lookup(mname, type, signal)));
  const servers = lookups
    .flatMap(({ records }) => records)
    .flatMap(({ rdata }) => (rdata.type === 'A' || rdata.type === 'AAAA' ? [rdata.address] : []))
    .map((host) => formatServerAddress({ host, port: search.primaryPort }));
  if (servers.length > 0) return { zone, mname, servers };
  return { failure: { kind: 'no-zone', why: `${mname.toString()}, the primary of ${zone.toString()}, has no address` } };
}

function failureOf(search: Exclude<ZoneSearch, { kind: 'found' }>, server: string | undefined): Failure {
  if (search.kind === 'not-found') return { kind: 'no-zone', why: 'no name above it has an SOA' };
  if (search.why === 'no-server') return { kind: 'no-server' };
  const last = search.lookups.at(-1);
  const asked = last?.server ?? last?.tries.at(-1)?.server ?? server;
  if (asked === undefined) return { kind: 'no-server' };
  const { why } = search;
  if (why === 'servfail' || why === 'refused' || why === 'rcode') return { kind: 'query', server: asked, rcode: last?.rcode ?? 'SERVFAIL' };
  if (why === 'referral') return { kind: 'not-authoritative', server: asked };
  return why === 'alias-loop' ? { kind: 'no-zone', why: 'its aliases never end' } : { kind: 'no-answer', server: asked, why };
}
