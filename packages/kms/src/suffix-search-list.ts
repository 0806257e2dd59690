import type { DomainName } from '@srvkit/dns';
import { readString, SettingsError } from '@srvkit/settings';
import type { Settings } from '@srvkit/settings';
import { inControlSet } from './control-set.ts';
import { devolvedSuffixes } from './devolution.ts';
import type { Finding } from './finding.ts';
import { parseDomain } from './host-port.ts';
import { DNS_POLICY_KEY_PATH, PRIMARY_SUFFIX_POLICY_KEY_PATH } from './suffix-keys.ts';

const TCPIP = 'Services\\Tcpip\\Parameters';

/** In which domains a Windows client looks, and what is wrong with the values that say so. */
export interface SuffixSearchList {
  /** In order, each once. Empty: this client has no domain to ask (kms N-09). */
  readonly domains: readonly DomainName[];
  readonly findings: readonly Finding[];
}

/**
 * The domains that Windows adds to a name, in order (kms N-05, N-08, N-11):
 *
 * - exactly those of `SearchList` where there is one, that of a group policy before the computer's own; else
 * - the primary DNS suffix: that of a group policy, else `Domain`, or what DHCP gave,
 * - the suffix of each connection, its own before that of DHCP; connections in the order of their keys,
 * - the parents of the primary suffix by devolution, unless the suffix is of DHCP.
 *
 * Registry files of a computer that does not run are read too. Undefined when the settings hold none of these keys.
 */
export function suffixSearchList(settings: Settings): SuffixSearchList | undefined {
  const findings: Finding[] = [];
  const byPolicy = readDomains(settings, DNS_POLICY_KEY_PATH, 'SearchList', findings);
  if (byPolicy.length > 0) return { domains: distinct(byPolicy), findings };
  const keyPath = inControlSet(settings, TCPIP, findings);
  if (keyPath === undefined) return undefined;
  const listed = readDomains(settings, keyPath, 'SearchList', findings);
  if (listed.length > 0) return { domains: distinct(listed), findings };
  const fixed = readDomains(settings, PRIMARY_SUFFIX_POLICY_KEY_PATH, 'PrimaryDnsSuffix', findings);
  const primary = fixed.length > 0 ? fixed : readDomains(settings, keyPath, 'Domain', findings);
  const ofNetwork = primary.length > 0 ? primary : readDomains(settings, keyPath, 'DhcpDomain', findings);
  const ofConnections = connections(settings, keyPath).flatMap((key) => ownSuffix(settings, key, findings));
  const parents = primary.flatMap((suffix) => devolvedSuffixes(suffix, settings, keyPath, findings));
  return { domains: distinct([...ofNetwork, ...ofConnections, ...parents]), findings };
}

function connections(settings: Settings, keyPath: string): readonly string[] {
  const above = `${keyPath}\\Interfaces\\`;
  return settings.keys().filter((key) => key.toLowerCase().startsWith(above.toLowerCase()) && !key.includes('\\', above.length));
}

function ownSuffix(settings: Settings, keyPath: string, findings: Finding[]): readonly DomainName[] {
  const fixed = readDomains(settings, keyPath, 'Domain', findings);
  return fixed.length > 0 ? fixed : readDomains(settings, keyPath, 'DhcpDomain', findings);
}

function readDomains(settings: Settings, keyPath: string, valueName: string, findings: Finding[]): readonly DomainName[] {
  const reading = readString(settings, keyPath, valueName);
  if (reading.kind === 'wrong-type') findings.push({ code: 'wrong-type', message: reading.message });
  if (reading.kind !== 'value') return [];
  const words = reading.value.split(/[\s,]+/).filter((word) => word !== '');
  return words.flatMap((word) => {
    try {
      return [parseDomain(word.replace(/^\./, ''), 'BAD_DOMAIN')];
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      findings.push({ code: 'invalid-suffix', message: `${keyPath}\\${valueName}: ${error.message}` });
      return [];
    }
  });
}

function distinct(domains: readonly DomainName[]): readonly DomainName[] {
  const seen = new Set<string>();
  return domains.filter(({ key }) => !seen.has(key) && seen.add(key));
}
