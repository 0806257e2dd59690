import type { DomainName } from '@srvkit/dns';
import type { Random } from '@srvkit/selection';
import { type CachedHost, type HostToRemember, isExpired } from './cached-host.ts';
import { CandidateQueue } from './candidate-queue.ts';
import { cachedCandidate, type Candidate, isSameEndpoint, pinnedCandidate } from './candidate.ts';
import type { DiscoveryWarning, Explain } from './decision.ts';
import type { AttemptResult, LookupResult, Recalled, StepOf } from './dialogue.ts';
import type { DiscoveryRequest, Source } from './request.ts';
import { type Verdict, verdictWithoutCandidate } from './verdict.ts';

/** How the next source is opened: by asking for the remembered host, by asking a domain, or without asking (`opened`). */
export type SourceStep = StepOf<'recall'> | StepOf<'lookup'> | { readonly kind: 'opened' };

/**
 * What one pass of discovery has done and learnt, and the rules that follow from it. `discover` leads it through: source after source,
 * group after group, host after host.
 */
export class Pass {
  readonly #request: DiscoveryRequest;
  readonly #explain: Explain | undefined;
  readonly #queue: CandidateQueue;
  /** Every host that was started, in order. */
  #tried: readonly Candidate[] = NONE;
  /** What the domains asked so far have answered. */
  #lookups: readonly LookupResult[] = NONE;
  #remembered: CachedHost | undefined;
  /** A provisional host: to be tried when DNS has been asked again and could not answer. */
  #lastResort: CachedHost | undefined;
  #pinnedAt = 0;
  #recalled = false;
  #domainAt = 0;
  #warned: readonly DiscoveryWarning[] = NONE;

  constructor(request: DiscoveryRequest, random: Random, explain: Explain | undefined) {
    this.#request = request;
    this.#explain = explain;
    this.#queue = new CandidateQueue(request, random, explain);
    if (explain !== undefined && (request.skipped.length > 0 || request.notApplicable !== undefined)) this.#tellSkipped();
  }

  /** The order of sources: pinned hosts, the remembered host, the domains, and last a provisional host that DNS could not confirm. */
  nextSource(): SourceStep | undefined {
    if (this.#request.notApplicable !== undefined) return undefined;
    if (this.#pinnedAt > 0 && this.#request.policy.pinned === 'exclusive') return this.#stopAtPinned();
    const source = this.#openPinned() ?? this.#recall() ?? this.#nextDomain() ?? this.#openLastResort();
    if (source === undefined || !this.#mayTryMore()) return undefined;
    if (this.#pinnedAt > 0) this.#warnThatWindowsWouldStop();
    return source;
  }

  /** Takes what is remembered: tried next, unless it is too old or DNS comes first. */
  openRemembered(recalled: Recalled | undefined): void {
    if (recalled === undefined) return this.#skip('cache', 'empty');
    const { host, now } = recalled;
    const { maxAgeMs } = this.#request;
    if (maxAgeMs !== null && isExpired(host, now(), maxAgeMs)) return this.#skip('cache', 'expired');
    this.#remembered = host;
    if (this.#request.provisional && host.provisional) {
      this.#lastResort = host;
      return this.#skip('cache', 'provisional');
    }
    this.#openHost(cachedCandidate(host));
  }

  /** Takes the answer of a domain: its records are tried next. */
  openDomain(domain: DomainName, answer: LookupResult): void {
    this.#lookups = appended(this.#lookups, answer);
    if (answer.kind === 'records') this.#queue.openRecords(domain, answer.set);
    else if (answer.kind === 'failed') this.#warnThatLookupFailed(domain, answer.why);
  }

  /** Goes on to the next group of hosts of the open source. False when it has no more, or no more may be tried. */
  enterNextGroup(): boolean {
    return this.#queue.enterNextGroup() && this.#mayTryMore();
  }

  /** The host of the open group to try next, counted as tried; undefined when the group is used up, or no more may be tried. */
  nextInGroup(): Candidate | undefined {
    let candidate = this.#queue.next();
    while (candidate !== undefined && this.#wasTried(candidate)) {
      this.#explain?.({ kind: 'skipped-candidate', candidate, why: 'already-failed' });
      candidate = this.#queue.next();
    }
    if (candidate === undefined || !this.#mayTryMore()) return undefined;
    this.#tried = appended(this.#tried, candidate);
    return candidate;
  }

  /** What is to be kept after this result, if anything: a host that DNS led to, now or earlier (kms C-05, C-06). */
  hostToRemember(candidate: Candidate, result: AttemptResult): HostToRemember | undefined {
    const { caching, policy, provisional, service, scope } = this.#request;
    if (!caching || (result.kind !== 'reached' && (result.kind !== 'rejected' || policy.fill !== 'responded'))) return undefined;
    const { source, target, port } = candidate;
    const { address } = result;
    if (source === 'dns') return { service, scope, target, port, address, since: null, provisional: provisional && this.#isSecondChoice() };
    const known = source === 'cache' ? this.#remembered : undefined;
    return known && { service, scope, target, port, address, since: known.since, provisional: known.provisional };
  }

  /** The verdict, when a result ends the pass: a host reached, or a refusal that no other host would take back. */
  verdictOn(candidate: Candidate, result: AttemptResult): Verdict | undefined {
    if (result.kind === 'reached') return { outcome: 'reached', candidate, address: result.address };
    if (result.kind === 'selected') return { outcome: 'selected', candidate };
    if (result.kind === 'rejected' && result.final) return { outcome: 'rejected', candidate, code: result.code };
    return undefined;
  }

  verdictWithoutHost(): Verdict {
    const { notApplicable } = this.#request;
    if (notApplicable !== undefined) return { outcome: 'not-applicable', why: notApplicable };
    return this.#tried.length > 0 ? { outcome: 'exhausted' } : verdictWithoutCandidate(this.#lookups);
  }

  #openPinned(): SourceStep | undefined {
    while (this.#pinnedAt < this.#request.pinned.length) {
      const pinned = this.#request.pinned[this.#pinnedAt];
      this.#pinnedAt += 1;
      if (pinned !== undefined && this.#openHost(pinnedCandidate(pinned))) return OPENED;
    }
    return undefined;
  }

  #recall(): SourceStep | undefined {
    if (this.#recalled) return undefined;
    this.#recalled = true;
    if (this.#request.caching) return RECALL;
    this.#skip('cache', 'caching-off');
    return undefined;
  }

  #nextDomain(): SourceStep | undefined {
    const { domains, policy } = this.#request;
    if (policy.domains === 'first' && this.#lookups.some(hasRecords)) return this.#leaveOtherDomains();
    const domain = domains[this.#domainAt];
    if (domain === undefined && this.#domainAt === 0) this.#skip('dns', 'no-domain');
    this.#domainAt += 1;
    if (domain === undefined) return undefined;
    const rememberedFailed = this.#remembered !== undefined && this.#lastResort === undefined;
    return { kind: 'lookup', domain, fresh: rememberedFailed };
  }

  // The answers rule where there are any: a host that DNS no longer names is not brought back (srv C4).
  #openLastResort(): SourceStep | undefined {
    const host = this.#lastResort;
    this.#lastResort = undefined;
    return host !== undefined && this.#lookups.some(hasFailed) && this.#openHost(cachedCandidate(host)) ? OPENED : undefined;
  }

  #openHost(candidate: Candidate): boolean {
    if (this.#wasTried(candidate)) {
      this.#skip(candidate.source, 'already-failed');
      return false;
    }
    this.#queue.openHost(candidate);
    return true;
  }

  #wasTried(candidate: Candidate): boolean {
    return this.#tried.some((earlier) => isSameEndpoint(earlier, candidate));
  }

  /** After a better group, a failed lookup, or another domain's hosts: what is found now is asked for in DNS again next time. */
  #isSecondChoice(): boolean {
    return this.#queue.isPastBestGroup || this.#lookups.some(hasFailed) || this.#lookups.filter(hasRecords).length > 1;
  }

  #mayTryMore(): boolean {
    return this.#tried.length < this.#request.maxAttempts || this.#stopAtLimit();
  }

  #stopAtLimit(): false {
    this.#warnOnce('attempts-limited', `${this.#tried.length} hosts were tried, which is the limit; others are left`);
    return false;
  }

  #stopAtPinned(): undefined {
    for (const { source } of this.#request.pinned.slice(this.#pinnedAt)) this.#skip(source, 'pinned-exclusive');
    this.#skip('cache', 'pinned-exclusive');
    this.#skip('dns', 'pinned-exclusive');
  }

  #leaveOtherDomains(): undefined {
    for (const domain of this.#request.domains.slice(this.#domainAt))
      this.#explain?.({ kind: 'skipped-domain', domain, why: 'first-domain-decides' });
    this.#domainAt = this.#request.domains.length;
  }

  #tellSkipped(): void {
    const { notApplicable, skipped } = this.#request;
    if (notApplicable !== undefined) return this.#skip('dns', notApplicable);
    for (const { source, why } of skipped) this.#skip(source, why);
  }

  #skip(source: Source, why: string): void {
    this.#explain?.({ kind: 'skipped-source', source, why });
  }

  #warnThatWindowsWouldStop(): void {
    const failed = this.#tried[0];
    if (failed === undefined) return;
    const message = `${failed.target}: this pinned host failed; Windows would stop here, discovery goes on because pinned hosts are "ordered"`;
    this.#warnOnce('windows-would-stop', message);
  }

  #warnThatLookupFailed(domain: DomainName, why: string): void {
    if (this.#domainAt === this.#request.domains.length) return;
    const message = `${domain.toString()}: the SRV lookup failed (${why}); the records may be there, but the next domain is asked`;
    this.#explain?.({ kind: 'warning', code: 'lookup-failed', message });
  }

  #warnOnce(code: DiscoveryWarning, message: string): void {
    if (this.#warned.includes(code)) return;
    this.#warned = appended(this.#warned, code);
    this.#explain?.({ kind: 'warning', code, message });
  }
}

function hasRecords(lookup: LookupResult): boolean {
  return lookup.kind === 'records' && lookup.set.size > 0;
}

function hasFailed(lookup: LookupResult): boolean {
  return lookup.kind === 'failed';
}

// Most passes need each list once: no array is made before, nor room for more.
function appended<T>(list: readonly T[], item: T): readonly T[] {
  return list.length === 0 ? [item] : [...list, item];
}

const NONE: readonly never[] = [];
const RECALL: StepOf<'recall'> = { kind: 'recall' };
const OPENED: SourceStep = { kind: 'opened' };
