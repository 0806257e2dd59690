import { parseDomainName } from '@srvkit/dns';
import type { DomainName, ResourceRecord, SrvRdata } from '@srvkit/dns';
import { Settings } from '@srvkit/settings';
import { KMS_SERVICE } from './discovery-request.ts';
import type { Finding } from './finding.ts';
import { DEFAULT_PORT } from './host-port.ts';
import { KMS_KEY_PATH } from './profile.ts';
import { formatPublishLine } from './publish-line.ts';
import { publishList } from './publish-list.ts';
import { VALUE } from './value-name.ts';

/** What the SRV sets of an estate shall be: for each domain its hosts, with the numbers they have there. */
export type SiteTable = readonly SiteDomain[];

/** One domain of a `SiteTable`. */
export interface SiteDomain {
  readonly domain: DomainName;
  readonly hosts: readonly SiteHost[];
}

/** A host as one domain shall name it. */
export interface SiteHost {
  readonly target: DomainName;
  /** 0 to 65535, the smallest is tried first. */
  readonly priority: number;
  /** 0 to 65535, the share inside a priority. */
  readonly weight: number;
  /** 1 to 65535. */
  readonly port: number;
}

/** What one host needs to publish its part of a table. */
export interface HostPlan {
  readonly target: DomainName;
  readonly port: number;
  /** Lines for `DnsDomainPublishList`, in the order of the table (kms P-08, P-11). */
  readonly lines: readonly string[];
  /** The same, and the listening port when it is not 1688, as registry values. */
  readonly settings: Settings;
  /** The owner names whose SRV records it must be allowed to change: in every zone it publishes into, not only at home (kms P-12). */
  readonly owners: readonly DomainName[];
  readonly findings: readonly Finding[];
}

/** A table turned over: what each host lists, and the records for those who make them by hand. */
export interface SitesPlan {
  readonly hosts: readonly HostPlan[];
  /** In the order of the table. */
  readonly records: readonly ResourceRecord<SrvRdata>[];
}

/**
 * From what the zones shall hold to what each host must list (kms P-11 to P-13), the reverse of what publishing does. A host whose home
 * domain does not name it gets the finding of its publish list, because it would publish itself there with 0/0. Throws `TypeError` for a
 * host that is named twice in a domain, or at two ports: a host listens on one; `SettingsError` for a domain that no publish list can name.
 */
export function planSites(table: SiteTable, options: { readonly ttl?: number } = {}): SitesPlan {
  const { ttl = 3600 } = options;
  const hosts = new Map<string, { target: DomainName; port: number; domains: { domain: DomainName; host: SiteHost }[] }>();
  for (const { domain, hosts: listed } of table) {
    for (const host of listed) {
      const { target, port } = host;
      const known = hosts.get(target.key) ?? { target, port, domains: [] };
      hosts.set(target.key, known);
      if (known.port !== port)
        throw new TypeError(
          `${target.toString()} has port ${port} in ${domain.toString()} and ${known.port} before: a host listens on one`,
        );
      if (known.domains.some((other) => other.domain.equals(domain)))
        throw new TypeError(`${target.toString()} is named twice in ${domain.toString()}: name it once`);
      known.domains.push({ domain, host });
    }
  }
  return {
    hosts: [...hosts.values()].map(planHost),
    records: table.flatMap(({ domain, hosts }) => hosts.map((host) => recordOf(domain, host, ttl))),
  };
}

function planHost({ target, port, domains }: { target: DomainName; port: number; domains: readonly Listed[] }): HostPlan {
  const lines = domains.map(({ domain, host }) => formatPublishLine({ ...host, domain }));
  const settings = Settings.empty().change((draft) => {
    draft.set(KMS_KEY_PATH, VALUE.publishList, { type: 'REG_MULTI_SZ', value: lines });
    if (port !== DEFAULT_PORT) draft.set(KMS_KEY_PATH, VALUE.listeningPort, { type: 'REG_SZ', value: String(port) });
  });
  const { findings } = publishList(settings, { hostName: target });
  return { target, port, lines, settings, owners: domains.map(({ domain }) => ownerIn(domain)), findings };
}

interface Listed {
  readonly domain: DomainName;
  readonly host: SiteHost;
}

function recordOf(domain: DomainName, { target, priority, weight, port }: SiteHost, ttl: number): ResourceRecord<SrvRdata> {
  return { name: ownerIn(domain), type: 'SRV', class: 'IN', ttl, rdata: { type: 'SRV', priority, weight, port, target } };
}

function ownerIn(domain: DomainName): DomainName {
  return parseDomainName(KMS_SERVICE, domain);
}
