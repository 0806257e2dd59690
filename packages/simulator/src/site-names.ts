import type { LookupResult } from '@srvkit/discovery';
import type { DomainName } from '@srvkit/dns';
import type { Law } from '@srvkit/selection';
import type { Zones } from '@srvkit/test-server/zone';
import type { NameService } from './name-service.ts';

interface Kept {
  zones: Zones;
  result: LookupResult;
  expiresAt: number;
}

/**
 * DNS as one site sees it: its server holds the zones that have been replicated to it, and its resolver keeps answers for their TTL. Every
 * client of the site asks here; none has a cache of its own.
 */
export class SiteNames {
  readonly #service: NameService;
  readonly #kept = new Map<Law, Map<DomainName, Kept>>();
  /** What its server holds. */
  zones: Zones;
  /** Goes up whenever an answer becomes another one. */
  version = 0;

  constructor(service: NameService) {
    this.#service = service;
    this.zones = service.zones;
  }

  /** `domain` is always the same object for the same name. `now` in minutes. */
  lookup(domain: DomainName, law: Law, now: number): LookupResult {
    const kept = this.#kept.get(law)?.get(domain);
    if (kept !== undefined && now < kept.expiresAt) return kept.result;
    const { result, ttl } = this.#service.answer(this.zones, domain, law);
    const expiresAt = now + ttl / 60;
    if (kept === undefined) this.#keep(law, domain, { zones: this.zones, result, expiresAt });
    else {
      if (kept.result !== result) this.version += 1;
      Object.assign(kept, { zones: this.zones, result, expiresAt });
    }
    return result;
  }

  /** What `lookup` would answer, leaving the resolver as it is. */
  peek(domain: DomainName, law: Law, now: number): LookupResult {
    const kept = this.#kept.get(law)?.get(domain);
    return kept !== undefined && now < kept.expiresAt ? kept.result : this.#service.answer(this.zones, domain, law).result;
  }

  #keep(law: Law, domain: DomainName, kept: Kept): void {
    const domains = this.#kept.get(law) ?? new Map<DomainName, Kept>();
    domains.set(domain, kept);
    this.#kept.set(law, domains);
    this.version += 1;
  }
}
