import { makeRequest } from '@srvkit/discovery';
import type { DiscoveryRequest, PinnedHost, Policy, SkippedSource } from '@srvkit/discovery';
import type { DomainName } from '@srvkit/dns';
import { readDword } from '@srvkit/settings';
import type { Settings } from '@srvkit/settings';
import type { Finding } from './finding.ts';
import { readFixedLevels, readStoredPort } from './fixed-level.ts';
import type { FixedLevel } from './fixed-level.ts';
import { cacheScope, levelsOf } from './level.ts';
import type { ProductIds } from './level.ts';
import { readLookupDomain } from './lookup-domain.ts';
import { PROFILE } from './profile.ts';
import { VALUE } from './value-name.ts';

/** The service all KMS hosts publish (kms N-01). */
export const KMS_SERVICE = '_vlmcs._tcp';

/** Who discovers, and how. Everything may be left out. */
export interface KmsRequestOptions extends ProductIds {
  /** The suffix search list: the domains to ask, in order (kms N-11). Default none. */
  readonly domains?: readonly (DomainName | string)[];
  /** Replaces `domains`; goes before what the settings say (kms D-22). */
  readonly lookupDomain?: DomainName | string;
  /** Over the defaults of `makeRequest`; the law defaults to the profile's (`vista`: `uniform`). */
  readonly policy?: Partial<Policy>;
  /** Over the settings' switch, which defaults to on (kms C-02). */
  readonly caching?: boolean;
  /**
   * Whether a stored port forces that of hosts found in DNS too, as the guide's Table 3 can be read; nothing confirms it (kms D-11). Default
   * false: the SRV record's port holds, and a port without a name is a finding.
   */
  readonly forcePortOnDns?: boolean;
  /** Hosts tried in one pass at most; default 20. */
  readonly maxAttempts?: number;
}

/**
 * What a KMS client with these settings asks for: its fixed hosts in order of precedence (kms D-01), its host cache per SKU (kms C-01,
 * C-02), then the SRV records of its domains or its lookup domain (kms D-22), and nothing at all where its activation type rules DNS out
 * (kms D-31). A value of the wrong type or without sense is a finding and counts as not set, with one exception: under
 * `pinned: 'exclusive'` a host name without sense is the only candidate all the same (kms D-04), so that nobody is asked.
 * Throws `SettingsError` for ids, `ParseError` for domains, `RangeError` for numbers.
 */
export function discoveryRequest(
  settings: Settings,
  options: KmsRequestOptions = {},
): { readonly request: DiscoveryRequest; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const fixed = readFixedLevels(settings, options);
  const inSettings = readLookupDomain(settings, options);
  const ofLevels = fixed.findings.filter(({ code }) => options.forcePortOnDns !== true || code !== 'orphan-port');
  findings.push(...ofLevels, ...inSettings.findings);
  const lookupDomain = options.lookupDomain ?? inSettings.lookupDomain?.domain;
  const caching = options.caching ?? isCachingOn(settings, options, findings);
  const ruledOut = activationTypeRule(settings, options, findings);
  const dnsPort = options.forcePortOnDns === true ? readStoredPort(settings, options) : undefined;
  const nobody = options.policy?.pinned === 'exclusive' && decidesBadly(fixed.levels);
  const request = makeRequest({
    service: KMS_SERVICE,
    domains: nobody ? [] : lookupDomain === undefined ? (options.domains ?? []) : [lookupDomain],
    pinned: nobody ? [] : fixed.levels.flatMap(pinnedHost),
    skipped: fixed.levels.flatMap(skippedSource),
    scope: cacheScope(options),
    caching: caching && !nobody,
    policy: { law: PROFILE[options.profile ?? 'windows'].law, ...options.policy },
    ...(options.maxAttempts === undefined ? {} : { maxAttempts: options.maxAttempts }),
    ...(dnsPort === undefined ? {} : { dnsPort }),
    ...(ruledOut === undefined ? {} : { notApplicable: ruledOut }),
  });
  return { request, findings };
}

// Whether the most specific name that is there at all is one without sense.
function decidesBadly(levels: readonly FixedLevel[]): boolean {
  return levels.find(({ why }) => why === 'set' || why === 'invalid-host')?.why === 'invalid-host';
}

function pinnedHost({ source, host }: FixedLevel): readonly PinnedHost[] {
  return host === undefined ? [] : [{ source, host: host.host, port: host.port }];
}

function skippedSource({ source, host, why }: FixedLevel): readonly SkippedSource[] {
  return host === undefined ? [{ source, why }] : [];
}

// kms C-02, C-03: on by default, one switch for the machine. Its place in the registry is not documented (kms C-08).
function isCachingOn(settings: Settings, { profile = 'windows' }: ProductIds, findings: Finding[]): boolean {
  const off = readDword(settings, PROFILE[profile].keyPath, VALUE.disableHostCaching);
  if (off.kind === 'wrong-type') findings.push({ code: 'wrong-type', message: off.message });
  return off.kind !== 'value' || off.value === 0;
}

const RULED_OUT: ReadonlyMap<number, string> = new Map([
  [1, `${VALUE.activationType} is 1: this product is activated by Active Directory only`],
  [3, `${VALUE.activationType} is 3: this product is activated by a token only`],
]);

// kms D-31: 1 and 3 leave KMS out; 0, 2 and anything else let it be.
function activationTypeRule(settings: Settings, ids: ProductIds, findings: Finding[]): string | undefined {
  const [{ keyPath }] = levelsOf(ids);
  if (keyPath === undefined) return undefined;
  const type = readDword(settings, keyPath, VALUE.activationType);
  if (type.kind === 'wrong-type') findings.push({ code: 'wrong-type', message: type.message });
  return type.kind === 'value' ? RULED_OUT.get(type.value) : undefined;
}
