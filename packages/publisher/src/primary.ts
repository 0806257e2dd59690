import type { DomainName } from '@srvkit/dns';
import { exchangedLookup, findZone, formatServerAddress } from '@srvkit/dns-client';
import type { DnsClient, ZoneSearch } from '@srvkit/dns-client';
import { ask } from './ask.ts';
import type { Failure } from './failure.ts';
import type { Signers } from './signers.ts';
import type { Trail } from './trail.ts';

/** The zone of an owner name, and where its UPDATE goes. */
export interface Primary {
  readonly zone: DomainName;
  /** The primary by name, as the SOA has it: what Kerberos knows it by. */
  readonly mname: DomainName;
  /** `HOST:PORT`, in the order in which they are tried: the given server, or every address of `mname`; none when it has none. */
  readonly servers: readonly string[];
}

export interface PrimarySearch {
  readonly client: Pick<DnsClient, 'lookup' | 'exchange'>;
  readonly signers: Pick<Signers, 'readKey'>;
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
  const { server } = search;
  const found = await findZone(...walk(search, owner));
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
  return { zone, mname, servers: await serversAt(mname, search) };
}

/**
 * The other name servers of the zone, for when the primary does not answer, or answers SERVFAIL or NOTIMP (RFC 2136 sections 4.3 and
 * 4.6): each may be a primary too, or hand an UPDATE on. In the order of their names, so that every publisher tries the same one first.
 */
export async function findOtherServers({ zone, mname, servers }: Primary, search: PrimarySearch): Promise<readonly string[]> {
  const { records } = await search.client.lookup(zone, 'NS', signalOf(search));
  const names = new Map(records.flatMap(({ rdata }) => (rdata.type === 'NS' ? [[rdata.target.key, rdata.target]] : [])));
  names.delete(mname.key);
  const sorted = [...names.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1)).slice(0, MOST_OTHERS);
  const found = await Promise.all(sorted.map((name) => serversAt(name, search)));
  return [...new Set(found.flat())].filter((server) => !servers.includes(server)).slice(0, MOST_OTHERS);
}

/** Zones have a handful; whoever lists more shall not keep us busy. */
const MOST_OTHERS = 12;

async function serversAt(name: DomainName, search: PrimarySearch): Promise<string[]> {
  const lookups = await Promise.all((['A', 'AAAA'] as const).map((type) => search.client.lookup(name, type, signalOf(search))));
  return lookups
    .flatMap(({ records }) => records)
    .flatMap(({ rdata }) => (rdata.type === 'A' || rdata.type === 'AAAA' ? [rdata.address] : []))
    .map((host) => formatServerAddress({ host, port: search.primaryPort }));
}

/** How the zone is looked for: a given server is asked with the key, if there is one, because it may have a view for it. */
function walk(search: PrimarySearch, owner: DomainName): Parameters<typeof findZone> {
  const { client, server, signers } = search;
  if (server === undefined) return [client, owner, signalOf(search)];
  if (signers.readKey.for(server) === undefined) return [client, owner, { ...signalOf(search), servers: [server] }];
  const lookup: DnsClient['lookup'] = async (name, type) => {
    const question = { name, type, class: 'IN' } as const;
    return exchangedLookup(question, await ask(question, { ...search, server }));
  };
  return [{ lookup }, owner];
}

function signalOf({ signal }: PrimarySearch): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
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
