import type { PinnedSource } from '@srvkit/discovery';
import type { DomainName } from '@srvkit/dns';
import { readString, SettingsError } from '@srvkit/settings';
import type { Settings } from '@srvkit/settings';
import type { Finding } from './finding.ts';
import { parseDomain } from './host-port.ts';
import { levelsOf } from './level.ts';
import type { ProductIds } from './level.ts';
import { PROFILE } from './profile.ts';
import { VALUE } from './value-name.ts';

/** The domain that replaces the suffix search list, and the level it was found at. */
export interface LookupDomain {
  readonly domain: DomainName;
  readonly from: PinnedSource;
}

/**
 * The lookup domain of the most specific level that has one (kms D-22, F-03). That it lies in the registry beside the host name, and at
 * the application level too, is our assumption. Vista knows none.
 */
export function readLookupDomain(
  settings: Settings,
  ids: ProductIds,
): { lookupDomain: LookupDomain | undefined; findings: readonly Finding[] } {
  const findings: Finding[] = [];
  if (!PROFILE[ids.profile ?? 'windows'].lookupDomain) return { lookupDomain: undefined, findings };
  for (const { source, keyPath } of levelsOf(ids)) {
    if (keyPath === undefined) continue;
    const domain = readDomain(settings, keyPath, findings);
    if (domain !== undefined) return { lookupDomain: { domain, from: source }, findings };
  }
  return { lookupDomain: undefined, findings };
}

function readDomain(settings: Settings, keyPath: string, findings: Finding[]): DomainName | undefined {
  const reading = readString(settings, keyPath, VALUE.lookupDomain);
  if (reading.kind === 'wrong-type') findings.push({ code: 'wrong-type', message: reading.message });
  if (reading.kind !== 'value' || reading.value.trim() === '') return undefined;
  try {
    return parseDomain(reading.value, 'BAD_DOMAIN');
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    findings.push({ code: 'invalid-lookup-domain', message: `${keyPath}\\${VALUE.lookupDomain}: ${error.message}` });
    return undefined;
  }
}
