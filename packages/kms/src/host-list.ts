import type { DomainName } from '@srvkit/dns';
import { formatPublishLine } from './publish-line.ts';
import type { PublishLine } from './publish-line.ts';

/** What the publish list of one host should be. */
export interface HostList {
  /** As it was written, without a final dot. */
  readonly host: string;
  /** Lines for `DnsDomainPublishList`, the best priority first. */
  readonly lines: readonly string[];
}

/** A publish list that describes a zone: which hosts it shall have, with which numbers. That is how the guide's Table 5 is written. */
export interface ZoneList {
  readonly domain: DomainName;
  readonly hosts: readonly PublishLine[];
}

/**
 * Turns what zones shall hold into what each host must list: the correction of the guide's Table 5 (kms P-11, X-05). Each host publishes
 * itself into every zone that names it.
 */
export function hostLists(zones: readonly ZoneList[]): readonly HostList[] {
  const byHost = new Map<string, { host: string; lines: PublishLine[] }>();
  for (const { domain, hosts } of zones) {
    for (const line of hosts) {
      const entry = byHost.get(line.domain.key) ?? { host: line.domain.toString().slice(0, -1), lines: [] };
      byHost.set(line.domain.key, entry);
      entry.lines.push({ ...line, domain });
    }
  }
  return [...byHost.values()].map(({ host, lines }) => ({
    host,
    lines: lines.toSorted((a, b) => a.priority - b.priority).map(formatPublishLine),
  }));
}
