import { type Candidate, codeOf, type Decision, type DiscoveryRequest, type SkippedSource, type Verdict } from '@srvkit/discovery';
import { formatRecord, type ResourceRecord } from '@srvkit/dns';
import type { Lookup, Warning } from '@srvkit/dns-client';
import { isHeard, publish } from './channels.ts';
import { describeError, errorCode } from './failure.ts';
import type { Attempt, DemotedHost, Demotion, LookupRecord, Resolution, ResolutionLookup, ResolvedHost } from './resolution.ts';

/** Everything that happened, as it happens; in the end the `Resolution`. */
export class Trace {
  readonly #request: DiscoveryRequest;
  readonly #seed: number;
  readonly #clock: () => number;
  /** By the clock. */
  readonly startedAt: number;
  // Made when there is something to note: a host that is remembered leaves them all empty.
  #attempts: AttemptRecord[] | undefined;
  #lookups: ResolutionLookup[] | undefined;
  #skipped: SkippedSource[] | undefined;
  #demoted: DemotedHost[] | undefined;
  #warnings: Warning[] | undefined;

  constructor(request: DiscoveryRequest, seed: number, clock: () => number) {
    this.#request = request;
    this.#seed = seed;
    this.#clock = clock;
    this.startedAt = clock();
  }

  decide(decision: Decision): void {
    publish('decision', { service: this.#request.service, decision });
    if (decision.kind === 'skipped-source') addDistinct((this.#skipped ??= []), { source: decision.source, why: decision.why });
    if (decision.kind === 'warning') this.warn({ code: decision.code, message: decision.message });
  }

  /** A host is put last. Said again, in a pass that is repeated, it is the last word that counts. */
  noteDemoted(candidate: Candidate, why: readonly Demotion[]): void {
    const noted = makeDemoted(candidate, why);
    const demoted = (this.#demoted ??= []);
    const at = demoted.findIndex((other) => isSame({ ...other, why }, noted));
    demoted.splice(at === -1 ? demoted.length : at, 1, noted);
  }

  warn(warning: Warning): void {
    addDistinct((this.#warnings ??= []), warning);
  }

  noteLookup(lookup: Lookup): void {
    const noted = makeLookup(lookup);
    (this.#lookups ??= []).push(noted);
    for (const warning of lookup.warnings) this.warn(warning);
    publish('lookup', { service: this.#request.service, lookup: noted });
  }

  /** An attempt begins, now or at a time told by `elapsed`; what it gives back ends it. */
  startAttempt(candidate: Candidate, address: string | null, startMs: number = this.elapsed()): EndAttempt {
    const record: AttemptRecord = { candidate, address, outcome: 'abandoned', startMs, endMs: undefined };
    (this.#attempts ??= []).push(record);
    return (outcome, error) => {
      record.outcome = outcome;
      if (record.endMs !== undefined) return;
      record.endMs = this.elapsed();
      const { service } = this.#request;
      if (error !== undefined && errorCode(error) === undefined)
        this.warn({
          code: 'probe-error',
          message: `${candidate.target}: the probe threw an error without a code: ${describeError(error)}`,
        });
      publish('attempt', { service, attempt: makeAttempt(record), ...(error === undefined ? {} : { error }) });
    };
  }

  resolution(verdict: Verdict): Resolution {
    const { service, policy } = this.#request;
    const candidate = verdict.outcome === 'reached' || verdict.outcome === 'selected' ? verdict.candidate : undefined;
    const address = verdict.outcome === 'reached' ? verdict.address : null;
    const resolution: Resolution = {
      v: 1,
      service,
      outcome: verdict.outcome,
      code: candidate === undefined ? codeOf(verdict) : null,
      elapsedMs: rounded(this.elapsed()),
      host: candidate === undefined ? null : makeHost(candidate, address),
      attempts: this.#attempts?.toSorted((one, other) => one.startMs - other.startMs).map(makeAttempt) ?? NONE,
      lookups: this.#lookups ?? NONE,
      skipped: this.#skipped ?? NONE,
      demoted: this.#demoted ?? NONE,
      policy,
      seed: this.#seed,
      warnings: this.#warnings ?? NONE,
    };
    if (isHeard('resolution')) publish('resolution', { service, resolution });
    return resolution;
  }

  /** Milliseconds since the beginning. */
  elapsed(): number {
    return this.#clock() - this.startedAt;
  }
}

// Given to many: nobody may add to it.
const NONE: readonly never[] = Object.freeze([]);

/** Ends an attempt. Called again it only corrects the outcome. `error`: what was thrown. */
export type EndAttempt = (outcome: Attempt['outcome'], error?: unknown) => void;

interface AttemptRecord {
  readonly candidate: Candidate;
  readonly address: string | null;
  readonly startMs: number;
  outcome: Attempt['outcome'];
  endMs: number | undefined;
}

function makeHost(candidate: Candidate, address: string | null): ResolvedHost {
  const { target, port, source } = candidate;
  return { target, port, address, source, domain: domainOf(candidate) };
}

function makeAttempt({ candidate, address, outcome, startMs, endMs }: AttemptRecord): Attempt {
  const { source, target, port, priority, weight } = candidate;
  const ms = rounded((endMs ?? startMs) - startMs);
  return { source, domain: domainOf(candidate), target, port, address, priority, weight, outcome, startMs: rounded(startMs), ms };
}

function makeDemoted(candidate: Candidate, why: readonly Demotion[]): DemotedHost {
  const { target, port, priority, weight } = candidate;
  return { domain: domainOf(candidate), target, port, priority, weight, why };
}

function makeLookup(lookup: Lookup): ResolutionLookup {
  const { name, type, kind, rcode, ttl, server, cached, stale, records, dropped, tries } = lookup;
  return {
    name: name.toString(),
    type,
    answer: kind,
    rcode,
    ttl,
    server,
    cached,
    stale,
    records: makeRecords(records),
    dropped: dropped.map(({ record, why }) => ({ record: formatRecord(record), why })),
    tries,
  };
}

function makeRecords(records: readonly ResourceRecord[]): LookupRecord[] {
  const made: LookupRecord[] = [];
  for (const { rdata } of records) {
    if (rdata.type === 'A' || rdata.type === 'AAAA') made.push({ address: rdata.address });
    if (rdata.type !== 'SRV') continue;
    const { priority, weight, port, target } = rdata;
    made.push({ priority, weight, port, target: target.toString() });
  }
  return made;
}

function domainOf({ domain }: Candidate): string | null {
  return domain === null ? null : domain.toString();
}

// Passes are repeated; what was said once need not be said again.
function addDistinct<T extends object>(list: T[], item: T): void {
  if (!list.some((other) => isSame(other, item))) list.push(item);
}

/** The same plain values in the same fields. */
function isSame<T extends object>(one: T, other: T): boolean {
  for (const field in one) if (one[field] !== other[field]) return false;
  return true;
}

function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
