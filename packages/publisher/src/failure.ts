import type { DomainName, Rcode } from '@srvkit/dns';
import type { TsigOutcome, ZoneOutcome } from './report.ts';

/** Why a zone did not come to hold what was wanted. The evidence, from which the hint and the event's code are made. */
export type Failure =
  /** The server answered the UPDATE, and the answer was no. */
  | {
      readonly kind: 'rcode';
      readonly server: string;
      readonly rcode: Rcode;
      readonly tsig: TsigOutcome;
      readonly tsigError: Rcode | null;
      /** How far the server's clock is ahead of ours, from a verified BADTIME. */
      readonly clockOffsetMs: number | null;
    }
  /** The server answered a question without an answer to it. */
  | { readonly kind: 'query'; readonly server: string; readonly rcode: Rcode }
  /** Nothing came back. `why` is the exchange's own word: timeout, refused (the connection), ... */
  | { readonly kind: 'no-answer'; readonly server: string; readonly why: string }
  /** No server is configured to ask. */
  | { readonly kind: 'no-server' }
  /** No zone was found that holds the owner, or its primary has no address. */
  | { readonly kind: 'no-zone'; readonly why: string }
  /** It answered without authority: a resolver, or a server that does not hold the zone. */
  | { readonly kind: 'not-authoritative'; readonly server: string }
  /** The signer could not open a session with the server, or could not sign. */
  | { readonly kind: 'signer'; readonly server: string; readonly why: string }
  /** The owner is an alias: by a CNAME of its own, or by a DNAME above it. */
  | { readonly kind: 'alias'; readonly target: DomainName; readonly dname?: DomainName }
  /** There was no refusal that counts, and still the zone does not show the change. `rcode` is what the server said. */
  | { readonly kind: 'not-shown'; readonly server: string; readonly rcode: Rcode }
  /** Another name server than the primary took it. It may have handed it on (RFC 2136 section 6), and shows it when it has fetched the zone. */
  | { readonly kind: 'not-shown-yet'; readonly server: string }
  | CutShort;

/** Ended from outside. No failure of DNS. */
export type CutShort =
  /** Before an UPDATE was sent. */
  | { readonly kind: 'interrupted' }
  /** After one was sent. `rcode`: what the server said, if that was heard; `remembered`: there is a journal that knows of it. */
  | { readonly kind: 'in-doubt'; readonly server: string; readonly rcode: Rcode | null; readonly remembered: boolean };

/** What the failed change was about. Names only, nothing secret. */
export interface FailureSubject {
  readonly owner: DomainName;
  readonly zone: DomainName | undefined;
  /** The key the UPDATE was signed with; undefined: unsigned. */
  readonly key: { readonly keyName: DomainName; readonly algorithm: DomainName } | undefined;
}

/** `refused`: a server said no. `unreachable`: none was there to say anything. `not-applied`: yes was said, the zone says no. */
export function outcomeOf(failure: Failure): Extract<ZoneOutcome, 'refused' | 'unreachable' | 'not-applied' | 'interrupted' | 'in-doubt'> {
  switch (failure.kind) {
    case 'rcode':
    case 'not-authoritative':
    case 'signer':
      return 'refused';
    case 'query':
      return failure.rcode === 'SERVFAIL' ? 'unreachable' : 'refused';
    case 'no-answer':
    case 'no-server':
    case 'no-zone':
      return 'unreachable';
    case 'alias':
    case 'not-shown':
    case 'not-shown-yet':
      return 'not-applied';
    case 'interrupted':
    case 'in-doubt':
      return failure.kind;
  }
}

/**
 * Whether another server, or the same one later, may do better: no answer, SERVFAIL, NOTIMP (RFC 2136 section 4.6), or a change that is
 * still on its way. Any other answer is for the caller (4.5).
 */
export function isPassing(failure: Failure): boolean {
  if (failure.kind === 'rcode' || failure.kind === 'query') return failure.rcode === 'SERVFAIL' || failure.rcode === 'NOTIMP';
  return failure.kind === 'no-answer' || failure.kind === 'not-shown-yet';
}
