import { parseDomainName } from '@srvkit/dns';
import type { DomainName } from '@srvkit/dns';
import type { DnsClient, Lookup } from '@srvkit/dns-client';
import { KMS_SERVICE } from '@srvkit/kms';
import type { SiteDomain } from '@srvkit/kms';

/** What live zones hold, as a table. */
export interface SitesReading {
  readonly table: readonly SiteDomain[];
  /** Domains that are left out because they could not be looked up: a sentence each. */
  readonly unread: readonly string[];
}

/** Looks the KMS records of these domains up, one domain after the other. */
export async function readSites(
  client: Pick<DnsClient, 'lookup'>,
  domains: readonly DomainName[],
  signal: AbortSignal,
): Promise<SitesReading> {
  const table: SiteDomain[] = [];
  const unread: string[] = [];
  for (const domain of domains) {
    const lookup = await client.lookup(parseDomainName(KMS_SERVICE, domain), 'SRV', { signal });
    if (lookup.kind === 'failed') unread.push(`${domain.toString()}: the lookup failed (${lookup.why}), and the domain is left out`);
    else table.push({ domain, hosts: hostsOf(lookup) });
  }
  return { table, unread };
}

function hostsOf({ records }: Lookup): SiteDomain['hosts'] {
  return records
    .flatMap(({ rdata }) => (rdata.type === 'SRV' ? [rdata] : []))
    .map(({ target, priority, weight, port }) => ({ target, priority, weight, port }))
    .toSorted((a, b) => a.priority - b.priority || b.weight - a.weight || (a.target.key < b.target.key ? -1 : 1));
}
