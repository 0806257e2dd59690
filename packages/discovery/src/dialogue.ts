import type { DomainName } from '@srvkit/dns';
import type { PreparedSet } from '@srvkit/selection';
import type { CachedHost, HostToRemember } from './cached-host.ts';
import type { Candidate } from './candidate.ts';

/**
 * What discovery asks and what it is told, a row a step. Whoever answers decides nothing about order, selection or failure: it looks up,
 * connects and stores.
 */
export interface Dialogue {
  /** The remembered host for the request's service and scope. */
  recall: { ask: object; told: Recalled | undefined };
  /** The SRV set of the service in a domain; `fresh` bypasses the answer cache. */
  lookup: { ask: { readonly domain: DomainName; readonly fresh: boolean }; told: LookupResult | OutOfTime };
  /** Try one host. */
  attempt: { ask: { readonly candidate: Candidate }; told: AttemptResult | Pending | OutOfTime };
  /** Wait until a pending attempt has an outcome. */
  settle: { ask: object; told: Settled | OutOfTime };
  /** Keep this host. */
  remember: { ask: { readonly host: HostToRemember }; told: undefined };
}

/** The question of one row. */
export type StepOf<K extends keyof Dialogue> = K extends keyof Dialogue ? { readonly kind: K } & Dialogue[K]['ask'] : never;
/** Any question. */
export type Step = StepOf<keyof Dialogue>;
/** Any answer. */
export type Answer = Dialogue[keyof Dialogue]['told'];

/** Ties an answer to its question. Holds the only cast of discovery. */
export function told<K extends keyof Dialogue>(step: StepOf<K>, answer: Answer): Dialogue[K]['told'];
export function told(_step: Step, answer: Answer): Answer {
  return answer;
}

/** The remembered host, and what time it is. */
export interface Recalled {
  readonly host: CachedHost;
  /** Epoch ms. Asked only where ages are limited: looking at a clock is a tenth of the time of a pass. */
  readonly now: () => number;
}

/** Why a lookup brought no answer. `refused` only when every server said REFUSED; `no-server`: none is configured. */
export type LookupFailure =
  | 'no-server'
  | 'refused'
  | 'servfail'
  | 'rcode'
  | 'referral'
  | 'garbage'
  | 'tcp'
  | 'timeout'
  | 'unreachable'
  | 'alias-loop';

/** The four negatives are kept apart (srv M7, A3): no such name, no such records, decidedly not offered ("."), and no answer at all. */
export type LookupResult =
  | { readonly kind: 'records'; readonly set: PreparedSet }
  | { readonly kind: 'nodata' }
  | { readonly kind: 'nxdomain' }
  | { readonly kind: 'unavailable' }
  | { readonly kind: 'failed'; readonly why: LookupFailure };

/** How an attempt ended. */
export type AttemptResult =
  | { readonly kind: 'reached'; readonly address: string | null }
  /** Nothing was contacted: the caller wants to know only which host comes first. */
  | { readonly kind: 'selected' }
  /** The host answered and said no; `final`: no other host would say otherwise. */
  | { readonly kind: 'rejected'; readonly final: boolean; readonly code: string | null; readonly address: string | null }
  | { readonly kind: 'refused' | 'timeout' | 'unreachable' | 'name-not-found' };

/** Started, go on. `ready`: an attempt has its outcome already, settle before starting another. */
export interface Pending {
  readonly kind: 'pending';
  readonly ready: boolean;
}

/** A pending attempt that has ended. `candidate` is the object that was asked about. */
export interface Settled {
  readonly kind: 'settled';
  readonly candidate: Candidate;
  readonly result: AttemptResult;
  /** Another one has its outcome too. */
  readonly ready: boolean;
}

/** The overall deadline has passed: nothing more will be answered. */
export interface OutOfTime {
  readonly kind: 'out-of-time';
}
