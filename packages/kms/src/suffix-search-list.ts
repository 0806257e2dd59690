import type { DomainName } from '@srvkit/dns';
import { readString, SettingsError } from '@srvkit/settings';
import type { Settings } from '@srvkit/settings';
import type { Finding } from './finding.ts';
import { parseDomain } from './host-port.ts';

/** The key under which Windows keeps the names of this computer's networks, and below it those of its connections. */
export const TCPIP_KEY_PATH = 'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters';

const INTERFACES = `${TCPIP_KEY_PATH}\\Interfaces\\`;

/** In which domains a Windows client looks, and what is wrong with the values that say so. */
export interface SuffixSearchList {
  /** In order, each once. Empty: this client has no domain to ask (kms N-09). */
  readonly domains: readonly DomainName[];
  readonly findings: readonly Finding[];
}

/**
 * The domains that Windows adds to a name: exactly those of `SearchList` where it has one; else the primary DNS suffix (`Domain`, or what
 * DHCP gave), then the suffix of each connection, its own before that of DHCP (kms N-05, N-08, N-11). Connections come in the order of their
 * keys. Devolution and the search list of a group policy are not read. Undefined when the settings do not hold these keys.
 */
export function suffixSearchList(settings: Settings): SuffixSearchList | undefined {
  if (!settings.hasKey(TCPIP_KEY_PATH)) return undefined;
  const findings: Finding[] = [];
  const listed = readDomains(settings, TCPIP_KEY_PATH, 'SearchList', findings);
  const domains =
    listed.length > 0 ? listed : [TCPIP_KEY_PATH, ...connections(settings)].flatMap((key) => ownSuffix(settings, key, findings));
  return { domains: distinct(domains), findings };
}

function connections(settings: Settings): readonly string[] {
  return settings.keys().filter((key) => key.toLowerCase().startsWith(INTERFACES.toLowerCase()) && !key.includes('\\', INTERFACES.length));
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
