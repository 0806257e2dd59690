import type { DomainName } from '@srvkit/dns';
import { readDword } from '@srvkit/settings';
import type { Settings } from '@srvkit/settings';
import type { Finding } from './finding.ts';
import { DNS_POLICY_KEY_PATH } from './suffix-keys.ts';

/**
 * The parents of the primary DNS suffix that Windows asks too, the nearest first (devolution): those with at least as many labels as
 * `DomainNameDevolutionLevel`, unless `UseDomainNameDevolution` is 0 (TechNet ee683928, cc959477). Of each value the one of the group policy
 * goes before that of the DNS client's service, and this one before that of TCP/IP.
 *
 * Without a level, or with 0, Windows goes as far as the root domain of its forest (parameter `DevolutionLevel` of
 * `Set-DnsClientGlobalSetting`; the text of the group policy says two labels). These settings do not name that domain, and a parent outside
 * of the forest may be anybody's (security advisory 971888): then no parent is asked, nor with a level of less than two labels. Chromium
 * reads the same keys in this order and leaves the same parents out (`net/dns/dns_config_service_win.cc`).
 */
export function devolvedSuffixes(
  primary: DomainName,
  settings: Settings,
  tcpipKeyPath: string,
  findings: Finding[],
): readonly DomainName[] {
  const dnscacheKeyPath = `${tcpipKeyPath.slice(0, -TCPIP.length)}${DNSCACHE}`; // of the same control set
  const read = (valueName: string): number | undefined => {
    for (const keyPath of [DNS_POLICY_KEY_PATH, dnscacheKeyPath, tcpipKeyPath]) {
      const reading = readDword(settings, keyPath, valueName);
      if (reading.kind === 'wrong-type') findings.push({ code: 'wrong-type', message: reading.message });
      if (reading.kind === 'value') return reading.value;
    }
    return undefined;
  };
  const isOff = read('UseDomainNameDevolution') === 0;
  const level = read('DomainNameDevolutionLevel') ?? 0;
  if (isOff || level < LEAST_LABELS) return [];
  const parents: DomainName[] = [];
  for (let at = primary.parent(); at !== undefined && at.labelCount >= level; at = at.parent()) parents.push(at);
  return parents;
}

// A suffix is never devolved to a single label.
const LEAST_LABELS = 2;

const TCPIP = 'Tcpip\\Parameters';
const DNSCACHE = 'Dnscache\\Parameters';
