import type { DomainName } from '@srvkit/dns';
import type { Candidate } from './candidate.ts';
import type { SkippedSource } from './request.ts';

/** What was decided without asking anybody: with the steps and their answers, the whole reason for a verdict. */
export type Decision =
  /** A source has no candidate to offer. `why`: `not-set`, `caching-off`, `empty`, `expired`, `provisional`, `already-failed`, `pinned-exclusive`, `no-domain`. */
  | ({ readonly kind: 'skipped-source' } & SkippedSource)
  /** A record was drawn next in its group. `draws` are the random integers it took, each uniform in 0..bound-1. */
  | { readonly kind: 'draw'; readonly candidate: Candidate; readonly draws: readonly { readonly bound: number; readonly value: number }[] }
  /** A host was passed over. */
  | { readonly kind: 'skipped-candidate'; readonly candidate: Candidate; readonly why: 'already-failed' }
  /** Discovery leaves a domain for the next one, or for good. */
  | {
      readonly kind: 'left-domain';
      readonly domain: DomainName;
      readonly why: 'no-records' | 'lookup-failed' | 'hosts-failed' | 'first-domain-decides';
    }
  /** Something the reader of the result should know. */
  | { readonly kind: 'warning'; readonly code: DiscoveryWarning; readonly message: string };

export type DiscoveryWarning = 'windows-would-stop' | 'lookup-failed' | 'attempts-limited';

/** Takes each decision as it falls. Must not throw. Left out where nobody listens: then nothing is even put together. */
export type Explain = (decision: Decision) => void;
