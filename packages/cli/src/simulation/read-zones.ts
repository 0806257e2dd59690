import { parseDomainName } from '@srvkit/dns';
import type { DomainName, MessageSigner, ResourceRecord } from '@srvkit/dns';
import { findZone, makeQuery } from '@srvkit/dns-client';
import type { DnsClient, Lookup, Transfer } from '@srvkit/dns-client';
import type { DomainReading, EstateReading, TargetReading } from '@srvkit/simulator';

/** Who is asked, and how. */
export interface ReadZonesOptions {
  readonly client: DnsClient;
  /** How long a transfer may take; undefined: the servers are resolvers, which have no zones to transfer. */
  readonly transferMs: number | undefined;
  /** Signs transfers. */
  readonly signer: MessageSigner | undefined;
  readonly signal: AbortSignal;
}

type SrvRecord = DomainReading['records'][number];

/**
 * Reads what live zones say of a service: its SRV sets in these domains, by transfer where that is allowed and else by plain questions, and
 * whether their targets have addresses. A domain that cannot be read is named with the reason.
 */
export async function readZones(service: string, domains: readonly DomainName[], options: ReadZonesOptions): Promise<EstateReading> {
  const transfer = transferOnce(options);
  const read = await Promise.all(
    domains.map(async (domain) => {
      const asked = await askDomain(service, domain, options);
      return 'why' in asked ? asked : readDomain(asked, { service, domains }, options, transfer);
    }),
  );
  const readings = read.filter((each) => 'records' in each);
  const targets = await readTargets(readings, options);
  return { service, domains: readings, targets, unread: read.filter((each) => 'why' in each) };
}

type TransferZone = (zone: DomainName, server: string) => Promise<Transfer> | undefined;

/** Several domains may lie in one zone, which is transferred once; not at all where that is not to be. */
function transferOnce({ client, transferMs, signer, signal }: ReadZonesOptions): TransferZone {
  const transfers = new Map<string, Promise<Transfer>>();
  return (zone, server) => {
    if (transferMs === undefined) return undefined;
    const options = { server, timeoutMs: transferMs, signal, ...(signer === undefined ? {} : { signer }) };
    const begun = transfers.get(zone.key) ?? client.transfer(zone, options);
    transfers.set(zone.key, begun);
    return begun;
  };
}

type Unread = EstateReading['unread'][number];

/** What plain questions find in a domain. */
interface Asked extends Pick<DomainReading, 'domain' | 'server' | 'authoritative' | 'aliasOf'>, WholeSet {}

async function askDomain(service: string, domain: DomainName, { client, signal }: ReadZonesOptions): Promise<Asked | Unread> {
  const lookup = await client.lookup(parseDomainName(service, domain), 'SRV', { signal, fresh: true });
  if (lookup.kind === 'failed') return { domain, why: `the lookup failed (${lookup.why})` };
  if (lookup.kind === 'nxdomain' || lookup.kind === 'nodata') {
    const itself = await client.lookup(domain, 'SOA', { signal });
    if (itself.kind === 'nxdomain') return { domain, why: 'there is no such domain (NXDOMAIN)' };
    if (itself.kind === 'failed') return { domain, why: `the lookup failed (${itself.why})` };
  }
  const set = await wholeSet(lookup, client, signal);
  const { server, authoritative, chain } = lookup;
  return { domain, server: server ?? '', authoritative, aliasOf: chain.length > 0 ? set.end : undefined, ...set };
}

/** The same with the zone that holds it, and as a transfer has it where there is one. */
async function readDomain(
  { end, records, ...asked }: Asked,
  place: Place,
  { client, signer, signal }: ReadZonesOptions,
  transfer: TransferZone,
): Promise<DomainReading> {
  const found = await findZone(client, end, { signal });
  const zone = found.kind === 'found' ? { origin: found.zone, serial: found.serial } : undefined;
  const transferred = zone === undefined ? undefined : await transfer(zone.origin, asked.server);
  if (transferred?.kind !== 'transferred') {
    const remarks = transferred === undefined ? [] : [`no transfer (${whyNot(transferred)})`];
    return { ...asked, zone, means: 'queries', records, others: [], remarks };
  }
  const sets = transferred.records.filter(isSrv);
  const own = sets.filter(({ name }) => name.equals(end));
  const means = signer === undefined ? 'transfer' : 'signed transfer';
  const others = otherDomains(sets, place);
  // A wildcard stands in no transfer under the name it answers for.
  if (own.length === 0) return { ...asked, zone, means, records, others, remarks: [] };
  return { ...asked, authoritative: true, zone, means, records: own, others, remarks: [] };
}

interface WholeSet {
  /** Whose records they are: the owner, or where its aliases lead. */
  readonly end: DomainName;
  readonly records: readonly SrvRecord[];
}

/** What a lookup found and what it left out: asked for again and taken as it is, where anything was. */
async function wholeSet(lookup: Lookup, client: DnsClient, signal: AbortSignal): Promise<WholeSet> {
  const kept = { end: lookup.records[0]?.name ?? lookup.name, records: lookup.records.filter(isSrv) };
  if ((lookup.kind !== 'unavailable' && lookup.dropped.length === 0) || lookup.server === null) return kept;
  const query = makeQuery({ name: lookup.name, type: 'SRV', class: 'IN' }, { id: 0 });
  const again = await client.exchange(query, { server: lookup.server, signal });
  if (again.kind !== 'answered') return kept;
  const { answer } = again.message;
  const end = endOf(answer, lookup.name);
  const records = answer.filter(isSrv).filter(({ name }) => name.equals(end));
  return records.length > 0 ? { end, records } : kept;
}

// The lookup before has seen that there is no loop; an answer that became one since leads nowhere.
function endOf(answer: readonly ResourceRecord[], owner: DomainName): DomainName {
  let end = owner;
  for (const _ of answer) {
    const alias = answer.find(({ name, rdata }) => rdata.type === 'CNAME' && name.equals(end));
    if (alias?.rdata.type === 'CNAME') end = alias.rdata.target;
  }
  return end;
}

interface Place {
  readonly service: string;
  readonly domains: readonly DomainName[];
}

function otherDomains(sets: readonly SrvRecord[], { service, domains }: Place): readonly DomainName[] {
  const head = parseDomainName(service);
  const others = sets.flatMap(({ name }) => {
    const domain = name.parent()?.parent();
    return domain !== undefined && name.equals(head.under(domain)) && !domains.some((each) => each.equals(domain)) ? [domain] : [];
  });
  return [...new Map(others.map((domain) => [domain.key, domain])).values()];
}

async function readTargets(
  readings: readonly DomainReading[],
  { client, signal }: ReadZonesOptions,
): Promise<ReadonlyMap<string, TargetReading>> {
  const names = new Map(readings.flatMap(({ records }) => records.map(({ rdata: { target } }) => [target.key, target] as const)));
  const asked = [...names.values()].filter((name) => !name.isRoot);
  return new Map(await Promise.all(asked.map(async (name) => [name.key, await readTarget(name, client, signal)] as const)));
}

async function readTarget(name: DomainName, client: DnsClient, signal: AbortSignal): Promise<TargetReading> {
  const lookups = await Promise.all((['A', 'AAAA'] as const).map((type) => client.lookup(name, type, { signal })));
  const found = lookups.find(({ records }) => records.length > 0);
  if (found !== undefined) {
    const [first] = found.records;
    return found.chain.length > 0 && first !== undefined ? { kind: 'alias', of: first.name } : { kind: 'addresses' };
  }
  const failed = lookups.find((lookup) => lookup.kind === 'failed');
  return failed === undefined ? { kind: 'no-address' } : { kind: 'unknown', why: failed.why };
}

function whyNot(transfer: Exclude<Transfer, { kind: 'transferred' }>): string {
  switch (transfer.kind) {
    case 'refused':
      return [transfer.rcode, transfer.tsigError].filter((code) => code !== null && code !== 'NOERROR').join(' ');
    case 'unverified':
      return 'it is not signed as it should be';
    case 'failed':
      return transfer.why;
  }
}

function isSrv(record: ResourceRecord): record is SrvRecord {
  return record.rdata.type === 'SRV';
}
