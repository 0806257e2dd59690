import type { DomainName } from '@srvkit/dns';
import type { SrvTarget } from '@srvkit/selection';
import type { Candidate } from './candidate.ts';
import type { Source } from './request.ts';

/** What was decided without asking anybody: with the steps and their answers, the whole reason for a verdict. */
export type Decision =
  /**
   * A source offers no candidate. `why` is what the request says (`not-set`), or `caching-off`, `empty` (nothing remembered), `expired`,
   * `provisional` (DNS comes first), `already-failed`, `pinned-exclusive`, `no-domain`.
   */
  | { readonly kind: 'skipped-source'; readonly source: Source; readonly why: string }
  /** A domain is not asked, because an earlier one had records. */
  | { readonly kind: 'skipped-domain'; readonly domain: DomainName; readonly why: 'first-domain-decides' }
  /** A host is passed over. */
  | { readonly kind: 'skipped-candidate'; readonly candidate: Candidate; readonly why: 'already-failed' }
  /** A record is not used, because its set is too large. */
  | { readonly kind: 'dropped-record'; readonly domain: DomainName; readonly record: SrvTarget; readonly why: 'set-too-large' }
  /** A record was drawn and put last in its group, as the request's `demoted` wants it. */
  | { readonly kind: 'demoted'; readonly candidate: Candidate }
  /** The record whose turn it is. `draws`: the random integers since the last turn, each uniform in 0..bound-1. */
  | { readonly kind: 'drawn'; readonly candidate: Candidate; readonly draws: readonly RandomDraw[] }
  /** Something the reader of the result should know. */
  | { readonly kind: 'warning'; readonly code: DiscoveryWarning; readonly message: string };

/** One random integer: `value` is one of 0..bound-1. */
export interface RandomDraw {
  readonly bound: number;
  readonly value: number;
}

/** The warnings of a pass; the driver may have others. */
export type DiscoveryWarning = 'windows-would-stop' | 'lookup-failed' | 'attempts-limited';

/** Takes each decision as it falls. Must not throw. Left out where nobody listens: then nothing is even put together. */
export type Explain = (decision: Decision) => void;
