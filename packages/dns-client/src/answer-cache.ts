import { LRUCache } from 'lru-cache';
import type { Lookup } from './lookup.ts';
import { countsDown, planRefresh, repeatRefresh } from './refresh-ahead.ts';
import type { RefreshPlan } from './refresh-ahead.ts';
import { compareSets, keepIdentity } from './set-change.ts';

/** Bounds of an answer cache. */
export interface AnswerCacheLimits {
  /** Names and types remembered at once. Default 1000. */
  readonly maxEntries?: number;
  /** Records in all of them (srv C9). Default 10,000. */
  readonly maxRecords?: number;
  /**
   * How long after its TTL a set may stand in for an answer that nobody gives (RFC 8767), in milliseconds. Default a day, 0 for never, at
   * most 7 days.
   */
  readonly maxStaleMs?: number;
  /**
   * Whether an answer that is asked for again when 80 to 90 % of its TTL are over is given and, in the background, asked for anew, so that
   * nobody has to wait when its TTL is over (srv C6). Default true.
   */
  readonly refreshAhead?: boolean;
  /**
   * How long after an answer, or after the last try, the same question may be refreshed ahead, in milliseconds. Answers whose TTL is
   * hardly longer are not. Default 30,000, at least 1000, at most a day.
   */
  readonly minRefreshMs?: number;
}

/** Where an answer comes from: one asking of the servers. */
export interface Provenance {
  /** Counts up: an answer that was asked for earlier and comes late never replaces a later one (srv C7). */
  readonly number: number;
  /**
   * How long the servers had, in milliseconds; `Infinity` when they had all the time they are given. A failure that was cut short says
   * nothing to a caller with more time.
   */
  readonly hadMs: number;
}

const MAX_TTL = 86_400; // srv A2: nobody's record is believed for longer than a day
const NO_SOA_MS = 5000; // srv C2: nobody said how long that holds
const FIRST_FAILURE_MS = 1000; // RFC 9520 section 3.2: at least a second, longer each time, five minutes at most
const LONGEST_FAILURE_MS = 30_000;
const STALE_TTL = 30; // RFC 8767 section 4
const STALE_RECHECK_MS = 30_000; // RFC 8767 section 5: the failure recheck timer
export const MAX_STALE_MS: number = 7 * 86_400_000;
const MIN_REFRESH_MS = 30_000;

interface Entry {
  readonly answer: Answered | undefined;
  readonly failure: Failed | undefined;
}

interface Answered {
  readonly lookup: Exclude<Lookup, { kind: 'failed' }>;
  readonly storedAt: number;
  readonly expiresAt: number;
  /** Of its `Provenance`. */
  readonly number: number;
  /** Undefined: it is not refreshed ahead. */
  readonly refresh: RefreshPlan | undefined;
  /** The server was seen to count down the TTL in its own cache, and not otherwise since. */
  readonly countedDown: boolean;
}

interface Failed {
  readonly lookup: Extract<Lookup, { kind: 'failed' }>;
  readonly storedAt: number;
  /** Until then nobody is asked again. */
  readonly until: number;
  readonly inARow: number;
  readonly from: Provenance;
}

/**
 * Remembers answers, positive and negative (RFC 2308), for their TTL, and failures for some seconds (RFC 9520). Reads no clock: `now`
 * is epoch ms. Sets whose TTL is over are kept on: to stand in when nobody answers, and to see what a new one changes. Any answer takes
 * the place of the one before. Of too many, the least recently used are dropped.
 */
export class AnswerCache {
  readonly #entries: LRUCache<string, Entry>;
  readonly #maxStaleMs: number;
  readonly #refresh: { readonly minMs: number; readonly random: () => number } | undefined;

  /** `random` from 0 to 1: for the moments of refreshes. */
  constructor(random: () => number, limits: AnswerCacheLimits = {}) {
    const maxSize = limits.maxRecords ?? 10_000;
    this.#refresh = limits.refreshAhead === false ? undefined : { minMs: limits.minRefreshMs ?? MIN_REFRESH_MS, random };
    this.#maxStaleMs = limits.maxStaleMs ?? 86_400_000;
    this.#entries = new LRUCache({ max: limits.maxEntries ?? 1000, maxSize, maxEntrySize: maxSize, sizeCalculation: sizeOf });
  }

  /** What needs no asking: an answer that holds, or while a failure holds, what stands in for it, or that failure. */
  get(key: string, now: number, timeoutMs = 0): Lookup | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    const answer = held(entry.answer, now);
    if (answer !== undefined) return answer;
    const failure = heldFailure(entry.failure, now, timeoutMs);
    return failure === undefined ? undefined : (this.standIn(key, now) ?? failure);
  }

  /**
   * What may be given when the servers do not answer: an answer that holds, or else a set whose TTL is over, for `maxStaleMs` and never
   * once a newer answer said that there is none (RFC 8767, srv C4). It comes with its addresses, whose servers are hardly better off.
   */
  standIn(key: string, now: number): Lookup | undefined {
    const answer = this.#entries.get(key)?.answer;
    if (answer === undefined || now < answer.storedAt) return undefined;
    const { lookup, storedAt, expiresAt } = answer;
    if (now < expiresAt) return held(answer, now);
    // TTL 0 was for one use (srv A2).
    if (lookup.kind !== 'records' || expiresAt === storedAt || now >= expiresAt + this.#maxStaleMs) return undefined;
    const seconds = Math.floor((now - expiresAt) / 1000);
    const message = `${lookup.name.toString()} ${lookup.type}: the servers give no answer, so one is used whose TTL was over ${seconds} s ago`;
    const warnings = [...lookup.warnings, { code: 'stale-answer', message }];
    return { ...remembered(lookup), ttl: STALE_TTL, stale: true, warnings };
  }

  /** Whether the answer that holds is to be asked for anew by now. Once true, it is not again for a while: who asked begins the refresh. */
  claimRefresh(key: string, now: number): boolean {
    const entry = this.#entries.peek(key);
    const answer = entry?.answer;
    if (entry === undefined || answer?.refresh === undefined || now < answer.refresh.at || now >= answer.expiresAt) return false;
    this.#entries.set(key, { ...entry, answer: { ...answer, refresh: repeatRefresh(answer.refresh, now) } });
    return true;
  }

  /**
   * Keeps what a lookup brought, and gives it back: an SRV set with what it changes of the one before, and with the array of that one
   * when it changes nothing. What was asked for before the answer that is kept is given back as it is.
   */
  set(key: string, lookup: Lookup, now: number, from: Provenance): Lookup {
    const { answer, failure } = this.#entries.get(key) ?? { answer: undefined, failure: undefined };
    if (answer !== undefined && from.number < answer.number) return lookup;
    if (lookup.kind === 'failed') {
      // Nobody was asked: asking nobody again costs nothing.
      if (lookup.why === 'no-server' || (failure !== undefined && from.number < failure.from.number)) return lookup;
      this.#entries.set(key, { answer, failure: this.#failed(lookup, failure, this.standIn(key, now)?.stale === true, now, from) });
      return lookup;
    }
    const compared = answer === undefined ? lookup : afterThat(answer.lookup, lookup);
    const { change: _, ...kept } = compared;
    this.#entries.set(key, { answer: this.#answered(kept, answer, now, from), failure: undefined });
    return compared;
  }

  #answered(lookup: Answered['lookup'], before: Answered | undefined, now: number, { number }: Provenance): Answered {
    const life = { storedAt: now, expiresAt: now + lifetimeMs(lookup) };
    const countedDown = before !== undefined && (countsDown(before, life) ?? before.countedDown);
    const refresh = countedDown || this.#refresh === undefined ? undefined : planRefresh(life, this.#refresh.minMs, this.#refresh.random);
    return { lookup, ...life, number, refresh, countedDown };
  }

  #failed(lookup: Failed['lookup'], before: Failed | undefined, isStaleUsed: boolean, now: number, from: Provenance): Failed {
    const inARow = (before?.inARow ?? 0) + 1;
    const ms = isStaleUsed ? STALE_RECHECK_MS : Math.min(LONGEST_FAILURE_MS, FIRST_FAILURE_MS * 2 ** (inARow - 1));
    return { lookup, storedAt: now, until: now + ms, inARow, from };
  }
}

/** The answer as it is worth now: its TTL and that of its addresses run down. A clock that was set back makes every age a guess. */
function held(answer: Answered | undefined, now: number): Lookup | undefined {
  if (answer === undefined || now >= answer.expiresAt || now < answer.storedAt) return undefined;
  const { lookup, storedAt, expiresAt } = answer;
  const age = (now - storedAt) / 1000;
  const additional = lookup.additional.filter((record) => record.ttl > age);
  const ttl = lookup.ttl === null ? null : Math.floor((expiresAt - now) / 1000);
  return { ...remembered(lookup), ttl, additional } as Lookup;
}

function heldFailure(failure: Failed | undefined, now: number, timeoutMs: number): Lookup | undefined {
  if (failure === undefined || now >= failure.until || now < failure.storedAt) return undefined;
  return timeoutMs > failure.from.hadMs ? undefined : remembered(failure.lookup);
}

function remembered<L extends Lookup>(lookup: L): L {
  return { ...lookup, cached: true, tries: [] };
}

function afterThat(before: Answered['lookup'], lookup: Answered['lookup']): Answered['lookup'] {
  if (lookup.type !== 'SRV') return lookup;
  const records = keepIdentity(before.records, lookup.records);
  return { ...lookup, records, change: compareSets(before.records, records) };
}

function lifetimeMs(lookup: Answered['lookup']): number {
  return lookup.ttl === null ? NO_SOA_MS : Math.min(lookup.ttl, MAX_TTL) * 1000;
}

function sizeOf({ answer, failure }: Entry): number {
  let size = 1;
  for (const lookup of [answer?.lookup, failure?.lookup]) {
    if (lookup !== undefined) size += lookup.records.length + lookup.additional.length + lookup.dropped.length + lookup.warnings.length;
  }
  return size;
}
