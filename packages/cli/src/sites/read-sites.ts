import { formatRecord, parseDomainName } from '@srvkit/dns';
import type { DomainName } from '@srvkit/dns';
import type { DnsClient, Lookup } from '@srvkit/dns-client';
import { KMS_SERVICE } from '@srvkit/kms';
import type { SiteDomain, SiteHost } from '@srvkit/kms';

/** What live zones hold, as a table. */
export interface SitesReading {
  readonly table: readonly SiteDomain[];
  /** What the zones hold and a table cannot say, and domains that could not be looked up: a sentence each. */
  readonly remarks: readonly string[];
  /** false: a domain could not be looked up and is left out. */
  readonly complete: boolean;
}

/** Looks the KMS records of these domains up, one domain after the other. Throws `ParseError` for a domain that leaves no room for the service. */
export async function readSites(
  client: Pick<DnsClient, 'lookup'>,
  domains: readonly DomainName[],
  signal: AbortSignal,
): Promise<SitesReading> {
  const table: SiteDomain[] = [];
  const remarks: string[] = [];
  for (const domain of domains) {
    const lookup = await client.lookup(parseDomainName(KMS_SERVICE, domain), 'SRV', { signal });
    const about = (remark: string): number => remarks.push(`${domain.toString()}: ${remark}`);
    if (lookup.kind === 'failed') {
      about(`the lookup failed (${lookup.why}), and the domain is left out`);
      continue;
    }
    const hosts = hostsOf(lookup);
    table.push({ domain, hosts });
    remarksOn(lookup, hosts).forEach(about);
  }
  return { table, remarks, complete: table.length === domains.length };
}

function hostsOf({ records }: Lookup): SiteDomain['hosts'] {
  return records
    .flatMap(({ rdata }) => (rdata.type === 'SRV' ? [rdata] : []))
    .map(({ target, priority, weight, port }) => ({ target, priority, weight, port }))
    .toSorted((a, b) => a.priority - b.priority || b.weight - a.weight || (a.target.key < b.target.key ? -1 : 1));
}

function remarksOn({ kind, chain, records, dropped }: Lookup, hosts: readonly SiteHost[]): readonly string[] {
  const end = records[0]?.name;
  return [
    ...(kind === 'unavailable' ? ['its only target is ".": the service is decidedly not there (RFC 2782)'] : []),
    ...(chain.length > 0 && end !== undefined
      ? [`is an alias, and nobody can publish there: these are the records of ${end.toString()}`]
      : []),
    ...dropped.map(({ record, why }) => `left out: ${formatRecord(record)} (${why})`),
    ...twoPorts(hosts).map((target) => `${target.toString()} is there at two ports, and listens on one: delete the other record`),
  ];
}

function twoPorts(hosts: readonly SiteHost[]): readonly DomainName[] {
  const targets = hosts.filter(({ target, port }, at) => hosts.findIndex((each) => each.target.equals(target) && each.port !== port) > at);
  return targets.map(({ target }) => target);
}
