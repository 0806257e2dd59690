import type { Candidate } from './candidate.ts';
import type { LookupResult } from './dialogue.ts';

/** How a pass of discovery ended: the outcomes of `resolve`, in the order in which the first that fits is taken. */
export type Verdict =
  | { readonly outcome: 'reached'; readonly candidate: Candidate; readonly address: string | null }
  /** The first candidate; nobody contacted it. */
  | { readonly outcome: 'selected'; readonly candidate: Candidate }
  /** Discovery is ruled out for this request (kms D-31). */
  | { readonly outcome: 'not-applicable'; readonly why: string }
  /** A host refused finally. */
  | { readonly outcome: 'rejected'; readonly candidate: Candidate; readonly code: string | null }
  /** The overall deadline passed with work left. */
  | { readonly outcome: 'timed-out' }
  /** At least one attempt, none reached. */
  | { readonly outcome: 'exhausted' }
  /** No candidate, at least one lookup failed: every one was `refused`, there is `no-server`, or anything else. */
  | { readonly outcome: 'failed'; readonly why: 'failure' | 'refused' | 'no-server' }
  /** No candidate, at least one domain says that the service is decidedly not available ("."). */
  | { readonly outcome: 'unavailable' }
  /** No candidate: every name is missing (`nxdomain`), at least one exists without SRV records (`nodata`), or there was `no-domain` to ask. */
  | { readonly outcome: 'not-found'; readonly why: 'nodata' | 'nxdomain' | 'no-domain' };

/** The word for how a pass ended. */
export type Outcome = Verdict['outcome'];

/**
 * The verdict when the lookups brought no candidate. A failure outranks every negative answer, because the records may be there
 * (kms 6.1, srv M7); a set without usable records counts as NODATA.
 */
export function verdictWithoutCandidate(lookups: readonly LookupResult[]): Verdict {
  const failed = lookups.filter((lookup) => lookup.kind === 'failed');
  if (failed.some(({ why }) => why === 'no-server')) return { outcome: 'failed', why: 'no-server' };
  if (failed.length > 0) {
    const refusedEverywhere = failed.length === lookups.length && failed.every(({ why }) => why === 'refused');
    return { outcome: 'failed', why: refusedEverywhere ? 'refused' : 'failure' };
  }
  if (lookups.some(({ kind }) => kind === 'unavailable')) return { outcome: 'unavailable' };
  if (lookups.length === 0) return { outcome: 'not-found', why: 'no-domain' };
  return { outcome: 'not-found', why: lookups.every(({ kind }) => kind === 'nxdomain') ? 'nxdomain' : 'nodata' };
}
