import { parseDomainName } from '@srvkit/dns';
import type { DomainName } from '@srvkit/dns';
import { formatPublishLine, KMS_KEY_PATH, KMS_SERVICE, parsePublishLine, publishList } from '@srvkit/kms';
import type { Desired } from '@srvkit/publisher/plan';
import { Settings } from '@srvkit/settings';
import type { HostScenario } from './scenario.ts';

/** What a host wants to have published, and what was found out about its list. */
export interface HostRecords {
  readonly desired: Desired;
  readonly findings: readonly string[];
}

/** What of a host decides its records. */
type Publishing = Pick<HostScenario, 'target' | 'home' | 'port' | 'publish' | 'homeDomain' | 'publishing'>;

/**
 * The records of a host by its publish list: for KMS by the rules of the registry value, home domain included (kms P-08 to P-13), for
 * other services exactly what is listed, or the home domain. Throws `SettingsError` for a line that cannot be read, `TypeError` for a
 * domain that is listed twice.
 */
export function hostRecords(host: Publishing, service: string): HostRecords {
  const target = parseDomainName(host.target);
  const home = parseDomainName(host.home);
  const { port } = host;
  if (service !== KMS_SERVICE) {
    const lines = host.publish?.map((line) => parsePublishLine(line)) ?? [{ domain: home, priority: 0, weight: 0 }];
    return { desired: { service, target, port, entries: lines, enabled: host.publishing }, findings: [] };
  }
  const settings = settingsOf(host);
  const list = publishList(settings, { hostName: target, home, homeDomain: host.homeDomain });
  return {
    desired: {
      ...list,
      entries: list.entries.map(({ domain, priority, weight }) => ({ domain, priority, weight })),
      port,
      enabled: host.publishing,
    },
    findings: list.findings.map(({ message }) => message),
  };
}

/** The list with other numbers for one domain. */
export function withNumbers(host: HostScenario, domain: DomainName, weight: number, priority: number | undefined): readonly string[] {
  const lines = (host.publish ?? [host.home]).map((line) => parsePublishLine(line));
  const known = lines.some((line) => line.domain.equals(domain));
  const all = known ? lines : [...lines, { domain, priority: 0, weight }];
  return all.map((line) => formatPublishLine(line.domain.equals(domain) ? { domain, priority: priority ?? line.priority, weight } : line));
}

function settingsOf({ publish }: Publishing): Settings {
  if (publish === undefined) return Settings.empty();
  return Settings.empty().set(KMS_KEY_PATH, 'DnsDomainPublishList', { type: 'REG_MULTI_SZ', value: publish });
}
