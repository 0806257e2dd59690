import type { LookupResult } from '@srvkit/discovery';
import type { DomainName } from '@srvkit/dns';
import type { Law } from '@srvkit/selection';
import type { Zones } from '@srvkit/test-server/zone';
import type { NameAnswer, NameService } from './name-service.ts';

interface Kept {
  readonly domain: DomainName;
  readonly law: Law;
  result: LookupResult;
  expiresAt: number;
}

/** The servers of another site, which a site without any asks. */
export interface RemoteServers {
  readonly servers: SiteDns;
  /** Undefined: no question gets there now. */
  readonly roundTripMs: () => number | undefined;
  /** How long a resolver waits for an answer. */
  readonly timeoutMs: number;
}

/**
 * DNS as one site sees it: its server, or another site's, holds the zones that have been replicated to it, and its resolver keeps answers
 * for their TTL. Every client of the site asks here; none has a cache of its own.
 */
export class SiteDns {
  readonly #service: NameService;
  readonly #kept = new Map<Law, Map<DomainName, Kept>>();
  /** What was looked up last: most of a site's clients ask the same. */
  #last: Kept | undefined;
  /** What its server holds. */
  zones: Zones;
  /** The servers it asks in place of its own. */
  remote: RemoteServers | undefined;
  /** Goes up whenever an answer becomes another one. */
  version = 0;
  /** How long the last lookup took. */
  waitedMs = 0;
  /** Questions that were answered by another site, and what they and the answers carried. */
  remoteQuestions = 0;
  remoteOctets = 0;

  constructor(service: NameService) {
    this.#service = service;
    this.zones = service.zones;
  }

  /** `domain` is always the same object for the same name. `now` in minutes. */
  lookup(domain: DomainName, law: Law, now: number): LookupResult {
    const last = this.#last;
    const kept = last !== undefined && last.domain === domain && last.law === law ? last : this.#kept.get(law)?.get(domain);
    this.waitedMs = 0;
    this.#last = kept;
    if (kept !== undefined && now < kept.expiresAt) return kept.result;
    const answer = this.#answer(domain, law);
    if (this.remote !== undefined) this.#countRemote(this.remote, answer);
    const { result, ttl } = answer;
    const expiresAt = now + ttl / 60;
    if (kept === undefined) this.#keep({ domain, law, result, expiresAt });
    else {
      if (kept.result !== result) this.version += 1;
      kept.result = result;
      kept.expiresAt = expiresAt;
    }
    return result;
  }

  /** What `lookup` would answer, leaving the resolver as it is. */
  peek(domain: DomainName, law: Law, now: number): LookupResult {
    const kept = this.#kept.get(law)?.get(domain);
    return kept !== undefined && now < kept.expiresAt ? kept.result : this.#answer(domain, law).result;
  }

  #answer(domain: DomainName, law: Law): NameAnswer {
    if (this.remote === undefined) return this.#service.answer(this.zones, domain, law);
    if (this.remote.roundTripMs() === undefined) return NO_ANSWER;
    return this.#service.answer(this.remote.servers.zones, domain, law);
  }

  #countRemote(remote: RemoteServers, { octets }: NameAnswer): void {
    const roundTripMs = remote.roundTripMs();
    this.waitedMs = roundTripMs ?? remote.timeoutMs;
    if (roundTripMs === undefined) return;
    this.remoteQuestions += 1;
    this.remoteOctets += octets;
  }

  #keep(kept: Kept): void {
    const domains = this.#kept.get(kept.law) ?? new Map<DomainName, Kept>();
    domains.set(kept.domain, kept);
    this.#kept.set(kept.law, domains);
    this.version += 1;
  }
}

const NO_ANSWER: NameAnswer = { result: { kind: 'failed', why: 'servfail' }, ttl: 0, octets: 0 };
