import { addressFamily, DomainName, ParseError, parseDomainName } from '@srvkit/dns';
import type { Law } from '@srvkit/selection';
import { parseServiceName, queryName } from './service-name.ts';

/** Where a host comes from, in the order of precedence (kms D-01): three levels of pinned names, the remembered host, DNS. */
export type Source = 'sku' | 'application' | 'global' | 'cache' | 'dns';

/** The sources that hold names somebody wrote down. */
export type PinnedSource = 'sku' | 'application' | 'global';

/** A host somebody wrote down. Never asked for as SRV. */
export interface PinnedHost {
  readonly source: PinnedSource;
  /** A domain name with its final dot, a single label (asked of the operating system), or an IP literal without brackets. */
  readonly host: string;
  readonly port: number;
}

/** Why a source has no candidate to offer: goes to `skipped` of the result. */
export interface SkippedSource {
  readonly source: Source;
  readonly why: string;
}

/** The rules that may be chosen; design rulings stand behind each default. */
export interface Policy {
  /** `ordered`: every pinned host, then the cache, then DNS, until one works. `exclusive`: the most specific pinned host alone (kms D-04). */
  readonly pinned: 'ordered' | 'exclusive';
  /** How the order inside a priority group is drawn (RFC 2782, srv O2, O3). */
  readonly law: Law;
  /** `first`: stop at the first domain that returns records. `all`: go on when its hosts all failed (kms N-11). Sets are never mixed. */
  readonly domains: 'first' | 'all';
  /** What is remembered: a host that was `reached`, or also one that `responded` with a refusal (kms C-06). */
  readonly fill: 'reached' | 'responded';
}

/** Everything discovery needs to know, as a plain value. Made by `makeRequest`. */
export interface DiscoveryRequest {
  /** `_service._proto` in lower case, without a final dot. */
  readonly service: string;
  /** The domains to ask, in order, each once. */
  readonly domains: readonly DomainName[];
  /** In order of precedence. */
  readonly pinned: readonly PinnedHost[];
  /** Sources the maker of the request found empty, with why (`not-set`). */
  readonly skipped: readonly SkippedSource[];
  /** Under which key, beside the service, a host is remembered. */
  readonly scope: string;
  /** Off: the remembered host is neither asked for nor written (kms C-04). */
  readonly caching: boolean;
  readonly policy: Policy;
  /** Set when DNS discovery is ruled out, and by what (kms D-31). */
  readonly notApplicable?: string;
  /** Hosts tried in one pass at most, from 1 to 1000. */
  readonly maxAttempts: number;
  /** Whether a host found in second place (after a failed lookup, or in a worse priority group) is asked for in DNS again next time. */
  readonly provisional: boolean;
  /** How long after its discovery a remembered host is used without asking DNS again; null: for ever. */
  readonly maxAgeMs: number | null;
  /** The port of every host found in DNS, instead of its record's; for clients that are told a port and no host (kms D-11). Default: the record's. */
  readonly dnsPort?: number;
  /** Hosts to try last in their priority group, for instance because they failed lately (srv H6). Answered at once and without effect. */
  readonly demoted?: (target: DomainName, port: number) => boolean;
}

/** What `makeRequest` takes: a request with everything but the service left out where the default will do, and domains also as text. */
export interface RequestParts extends Partial<Omit<DiscoveryRequest, 'service' | 'domains' | 'policy'>> {
  readonly service: string;
  readonly domains?: readonly (DomainName | string)[];
  readonly policy?: Partial<Policy>;
}

const DAY_MS = 86_400_000;
const MAX_NAME_OCTETS = 255; // RFC 1035 section 2.3.4
const MAX_ATTEMPTS = { default: 20, from: 1, to: 1000 } as const;

/**
 * Completes and checks a request. A complete request passes through unchanged in meaning. `_vlmcs._tcp` differs from services in general
 * in three defaults: scope `global`, no `provisional`, no `maxAgeMs`, because its clients stay with their host (kms C-04, C-10, C-12).
 * Throws `ParseError` for names, `RangeError` for numbers and `TypeError` for what is neither.
 */
export function makeRequest(parts: RequestParts): DiscoveryRequest {
  return isMade(parts) ? parts : completed(parts);
}

// What was checked once, and cannot have changed since, need not be checked again each time it is used: it says so of itself, and of
// nothing else, so that a copy, an heir or a proxy, which may differ, is not taken for made. A WeakSet would know as well, for 2 µs a request.
const MADE = Symbol('made');

function isMade(parts: RequestParts & { readonly [MADE]?: unknown }): parts is DiscoveryRequest {
  // Programs without types give nothing at all.
  return parts !== undefined && parts !== null && parts[MADE] === parts;
}

function completed(parts: RequestParts): DiscoveryRequest {
  // Programs without types give nothing at all.
  const service = parseServiceName(parts?.service);
  const domains = distinct(listOf('domains', parts.domains).map(makeName));
  for (const domain of domains) checkLength(service, domain);
  const stays = service === '_vlmcs._tcp';
  const request: { -readonly [K in keyof DiscoveryRequest]: DiscoveryRequest[K] } = {
    service,
    domains: Object.freeze(domains),
    pinned: Object.freeze(listOf('pinned', parts.pinned).map(checkPinned)),
    skipped: isGiven(parts.skipped) ? Object.freeze(listOf('skipped', parts.skipped).map(copySkipped)) : NONE,
    scope: checkScope(parts.scope ?? (stays ? 'global' : defaultScope(domains))),
    caching: parts.caching ?? true,
    policy: Object.freeze(makePolicy(parts.policy ?? {})),
    maxAttempts: checkMaxAttempts(parts.maxAttempts ?? MAX_ATTEMPTS.default),
    provisional: parts.provisional ?? !stays,
    maxAgeMs: checkMaxAge(parts.maxAgeMs === undefined ? (stays ? null : DAY_MS) : parts.maxAgeMs),
  };
  if (isGiven(parts.notApplicable)) request.notApplicable = parts.notApplicable;
  if (isGiven(parts.dnsPort)) request.dnsPort = checkPort('dnsPort', parts.dnsPort);
  if (isGiven(parts.demoted)) request.demoted = parts.demoted;
  return Object.freeze(Object.defineProperty(request, MADE, { value: request }));
}

function copySkipped({ source, why }: SkippedSource): SkippedSource {
  return Object.freeze({ source, why });
}

const NONE: readonly never[] = Object.freeze([]);

// Programs without types give null for what they leave out.
function isGiven<T>(part: T): part is NonNullable<T> {
  return part !== undefined && part !== null;
}

// The first of each is the default.
const CHOICES = {
  pinned: ['ordered', 'exclusive'],
  law: ['rfc2782', 'proportional', 'uniform'],
  domains: ['first', 'all'],
  fill: ['reached', 'responded'],
} as const;

function makePolicy({ pinned, law, domains, fill }: Partial<Policy>): Policy {
  return {
    pinned: choose('pinned', pinned, CHOICES.pinned),
    law: choose('law', law, CHOICES.law),
    domains: choose('domains', domains, CHOICES.domains),
    fill: choose('fill', fill, CHOICES.fill),
  };
}

function choose<T extends string>(what: string, given: T | undefined, choices: readonly [T, ...T[]]): T {
  if (!isGiven(given)) return choices[0];
  // The choice itself, not a text that is the same: texts are compared in each pass, and V8 tells a constant of the code at a glance.
  const chosen = choices.find((choice) => choice === given);
  if (chosen === undefined) throw new RangeError(`policy ${what} ${JSON.stringify(given)} is unknown: use ${choices.join(' or ')}`);
  return chosen;
}

function defaultScope(domains: readonly DomainName[]): string {
  return domains.length === 0 ? 'global' : domains.map((domain) => domain.key).join(',');
}

// Programs without types give one where several are asked for.
function listOf<T>(what: string, given: readonly T[] | undefined): readonly T[] {
  const list = given ?? [];
  if (!Array.isArray(list)) throw new TypeError(`${what} must be a list, and is ${JSON.stringify(given)}`);
  return list;
}

// Most names to ask are far from too long: then they need not be made only to see that. Escapes make a text longer than its name.
function checkLength(service: string, domain: DomainName): void {
  if (service.length + 1 + domain.wire.length > MAX_NAME_OCTETS) queryName(service, domain);
}

function makeName(domain: DomainName | string): DomainName {
  if (typeof domain === 'string') return parseDomainName(domain);
  if (domain instanceof DomainName) return domain;
  throw new TypeError(`domains must be names, and one is ${JSON.stringify(domain)}`);
}

function distinct(domains: DomainName[]): DomainName[] {
  if (domains.length < 2) return domains;
  const seen = new Set<string>();
  return domains.filter(({ key }) => !seen.has(key) && seen.add(key));
}

const PINNED_SOURCES: readonly PinnedSource[] = ['sku', 'application', 'global'];

function checkPinned(pinned: PinnedHost): PinnedHost {
  if (typeof pinned?.host !== 'string') throw new TypeError(`pinned must be { source, host, port }, and one is ${JSON.stringify(pinned)}`);
  if (!PINNED_SOURCES.includes(pinned.source))
    throw new RangeError(`${pinned.host}: source ${JSON.stringify(pinned.source)} is unknown: use sku, application or global`);
  checkPort(`${pinned.host}: port`, pinned.port);
  // A copy: what the caller changes later would not be checked.
  return Object.freeze({ source: pinned.source, host: canonicalHost(pinned.host), port: pinned.port });
}

function checkPort(what: string, port: number): number {
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw new RangeError(`${what} ${port} is out of range: use 1 to 65535`);
  return port;
}

// A name with a dot is taken as absolute (srv N3); a single label stays as it is.
function canonicalHost(host: string): string {
  if (addressFamily(host) !== undefined) return host;
  if (host.includes(':') || /^[\d.]+$/.test(host))
    throw new ParseError(
      'BAD_HOST',
      `${JSON.stringify(host)} is neither a name nor an IP address: write IPv6 without brackets, and the port apart`,
    );
  const name = parseDomainName(host);
  return host.includes('.') ? name.toString() : host;
}

function checkScope(scope: string): string {
  if (scope === '') throw new RangeError('the scope is empty: leave it out, or name who shares the remembered host');
  return scope;
}

function checkMaxAttempts(count: number): number {
  if (!Number.isInteger(count) || count < MAX_ATTEMPTS.from || count > MAX_ATTEMPTS.to)
    throw new RangeError(`maxAttempts ${count} is out of range: use ${MAX_ATTEMPTS.from} to ${MAX_ATTEMPTS.to}`);
  return count;
}

function checkMaxAge(ageMs: number | null): number | null {
  if (ageMs !== null && (typeof ageMs !== 'number' || !(ageMs >= 0)))
    throw new RangeError(`maxAgeMs ${ageMs} is out of range: use a number of milliseconds from 0, or null for no limit`);
  return ageMs;
}
