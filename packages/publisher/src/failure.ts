import type { DomainName, Rcode } from '@srvkit/dns';
import type { TsigOutcome } from './report.ts';

/** Why a zone did not come to hold what was wanted. The evidence, from which the hint and the event code are made. */
export type Failure =
  /** The server answered, and the answer was no. */
  | { readonly kind: 'rcode'; readonly server: string; readonly rcode: Rcode; readonly tsig: TsigOutcome; readonly tsigError: Rcode | null }
  /** Nothing that counts came back. `why` is the exchange's own word: timeout, connection refused, ... */
  | { readonly kind: 'no-answer'; readonly server: string; readonly why: string }
  /** No server is configured to ask. */
  | { readonly kind: 'no-server' }
  /** No zone was found that holds the owner, or its primary has no address. */
  | { readonly kind: 'no-zone'; readonly why: string }
  /** It answered without authority: a resolver, or a server that does not hold the zone. */
  | { readonly kind: 'not-authoritative'; readonly server: string }
  /** The signer could not open a session with the server. */
  | { readonly kind: 'no-session'; readonly server: string; readonly why: string }
  /** The owner is an alias. */
  | { readonly kind: 'alias'; readonly target: DomainName }
  /** The server said yes (or nothing that verifies), and the zone does not show it. */
  | { readonly kind: 'not-shown'; readonly server: string };

/** What the failed change was about. Names only, nothing secret. */
export interface FailureSubject {
  readonly owner: DomainName;
  readonly zone: DomainName | undefined;
  /** The key the UPDATE was to be signed with; undefined: unsigned. */
  readonly key: { readonly keyName: DomainName; readonly algorithm: DomainName } | undefined;
}
