import type { DomainName } from '@srvkit/dns';
import { readDword } from '@srvkit/settings';
import type { Settings } from '@srvkit/settings';
import { DNS_POLICY_KEY_PATH } from './dns-policy-key.ts';
import type { Finding } from './finding.ts';

/**
 * The parents of the primary DNS suffix that Windows asks too, the nearest first (devolution): those with at least as many labels as
 * `DomainNameDevolutionLevel`, unless `UseDomainNameDevolution` is 0. Of each value the one of the group policy goes before the computer's
 * own.
 *
 * Without a level, Windows 7 and later take the number of labels of the root domain of their forest (TechNet ee683928; the switch:
 * cc959477). These settings do not name that domain, and a parent outside of the forest may be anybody's: then no parent is asked. Our
 * assumptions: a level of the computer's own stands beside the switch, and the level 0 is none.
 */
export function devolvedSuffixes(
  primary: DomainName,
  settings: Settings,
  tcpipKeyPath: string,
  findings: Finding[],
): readonly DomainName[] {
  const read = (valueName: string): number | undefined => {
    for (const keyPath of [DNS_POLICY_KEY_PATH, tcpipKeyPath]) {
      const reading = readDword(settings, keyPath, valueName);
      if (reading.kind === 'wrong-type') findings.push({ code: 'wrong-type', message: reading.message });
      if (reading.kind === 'value') return reading.value;
    }
    return undefined;
  };
  const isOff = read('UseDomainNameDevolution') === 0;
  const level = read('DomainNameDevolutionLevel') ?? 0;
  if (isOff || level === 0) return [];
  const parents: DomainName[] = [];
  const least = Math.max(level, LEAST_LABELS);
  for (let at = primary.parent(); at !== undefined && at.labelCount >= least; at = at.parent()) parents.push(at);
  return parents;
}

// A suffix is never devolved to a single label.
const LEAST_LABELS = 2;
