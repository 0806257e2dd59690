import { type Dialogue, type LookupResult, queryName, type Source } from '@srvkit/discovery';
import type { DomainName, RecordType } from '@srvkit/dns';
import type { Lookup } from '@srvkit/dns-client';
import { Bell } from './bell.ts';
import type { AddressBook } from './host-addresses.ts';
import type { PassContext } from './pass-context.ts';
import { withinTime } from './within-time.ts';

const MAX_LOOKUP_MS = 3_600_000;
/** Hostile answers could name any number of hosts without addresses (design ruling). */
const ADDRESS_QUESTIONS = { inFlight: 4, inOnePass: 20 } as const;

/** What a pass asks of DNS: SRV sets for the dialogue, addresses for its hosts. */
export class DnsAnswers implements AddressBook {
  readonly #context: PassContext;
  /** Addresses that came with SRV records, good for this pass only. */
  readonly #glue = new Map<string, string[]>();
  readonly #freed = new Bell();
  #inFlight = 0;
  #asked = 0;

  constructor(context: PassContext) {
    this.#context = context;
  }

  /** The SRV set of the service in a domain. */
  async lookupSet(domain: DomainName, isFresh: boolean): Promise<Dialogue['lookup']['told']> {
    const { request, ports, trace, deadlineAt, isRepeated } = this.#context;
    if (ports.timers.clock() >= deadlineAt) return { kind: 'out-of-time' };
    const lookup = await this.#ask(queryName(request.service, domain), 'SRV', isFresh || isRepeated);
    trace.noteLookup(lookup);
    if (lookup.kind === 'failed' && ports.timers.clock() >= deadlineAt) return { kind: 'out-of-time' };
    for (const { name, rdata } of lookup.additional) if (rdata.type === 'A' || rdata.type === 'AAAA') this.#addGlue(name, rdata.address);
    return this.#resultOf(lookup);
  }

  glue(target: DomainName): readonly string[] {
    return this.#glue.get(target.key) ?? [];
  }

  async lookup(name: DomainName, type: 'A' | 'AAAA', source: Source): Promise<readonly string[] | undefined> {
    const { ports, trace, deadlineAt, isRepeated } = this.#context;
    while (this.#inFlight >= ADDRESS_QUESTIONS.inFlight) await this.#freed.wait();
    if (this.#asked >= ADDRESS_QUESTIONS.inOnePass) {
      const message = `${ADDRESS_QUESTIONS.inOnePass} questions for addresses were asked, which is the limit of one pass`;
      trace.warn({ code: 'address-lookups-limited', message });
      return undefined;
    }
    if (ports.timers.clock() >= deadlineAt) return undefined;
    this.#asked += 1;
    this.#inFlight += 1;
    try {
      const lookup = await this.#ask(name, type, isRepeated);
      trace.noteLookup(lookup);
      if (lookup.kind === 'failed' || (lookup.chain.length > 0 && source === 'dns' && !this.#mayBeAlias(name))) return undefined;
      return lookup.records.flatMap(({ rdata }) => (rdata.type === type ? [rdata.address] : []));
    } catch {
      return undefined; // aborted: the pass is over and tells why
    } finally {
      this.#inFlight -= 1;
      this.#freed.ring();
    }
  }

  #mayBeAlias(target: DomainName): boolean {
    const { ports, trace } = this.#context;
    if (ports.aliasTargets === 'allow') return true;
    const isRejected = ports.aliasTargets === 'reject';
    const message = `${target.toString()}: an SRV target must not be an alias (RFC 2782), but is one${isRejected ? '; it is not used' : ''}`;
    trace.warn({ code: 'alias-target', message });
    return !isRejected;
  }

  async system(label: string): Promise<readonly string[] | undefined> {
    const { ports, cancellation, deadlineAt } = this.#context;
    const { timers, systemLookup } = ports;
    try {
      return await withinTime(systemLookup(label), { timers, timeoutMs: deadlineAt - timers.clock(), cancellation });
    } catch {
      return undefined; // the pass is over and tells why
    }
  }

  #ask(name: DomainName, type: RecordType, fresh: boolean): Promise<Lookup> {
    const { ports, limits, cancellation, deadlineAt } = this.#context;
    // Rounded up, so that the deadline is behind us when a lookup fails because of it.
    const leftMs = Math.ceil(deadlineAt - ports.timers.clock()) + 1;
    const timeoutMs = Math.min(limits.lookupTimeoutMs, leftMs, MAX_LOOKUP_MS);
    return ports.client.lookup(name, type, { signal: cancellation.own, fresh, standIn: true, timeoutMs });
  }

  #addGlue(name: DomainName, address: string): void {
    const known = this.#glue.get(name.key);
    if (known === undefined) this.#glue.set(name.key, [address]);
    else known.push(address);
  }

  #resultOf(lookup: Lookup): LookupResult {
    if (lookup.kind === 'failed') return { kind: 'failed', why: lookup.why };
    if (lookup.kind !== 'records') return { kind: lookup.kind };
    const { ports, request } = this.#context;
    return { kind: 'records', set: ports.sets.of(lookup, request.policy.law) };
  }
}
