import type { Rcode } from '@srvkit/dns';
import type { ExchangeOutcome } from '@srvkit/dns-client';
import type { Failure } from './failure.ts';

/**
 * What the exchange of an UPDATE says about it. `accepted`: proven, or unsigned on both sides. `unproven`: somebody says yes, or Samba
 * says something with its own kind of MAC (publish 4.2). `lost`: no reply, so it may have happened (RFC 2136 section 7.8). After all
 * three the zone is read, and the zone decides.
 */
export type UpdateVerdict =
  | { readonly kind: 'accepted' | 'unproven'; readonly rcode: Rcode }
  | { readonly kind: 'lost'; readonly failure: Failure }
  | { readonly kind: 'refused'; readonly failure: Failure };

/** A refusal counts even when it is not signed, as it often cannot be (RFC 8945 section 5.2); a yes does not. */
export function judgeUpdate(outcome: ExchangeOutcome): UpdateVerdict {
  const { server, tsig } = outcome;
  if (outcome.kind === 'failed') return { kind: 'lost', failure: { kind: 'no-answer', server, why: outcome.why } };
  const { rcode } = outcome;
  if (tsig === 'samba-mac') return { kind: 'unproven', rcode };
  if (rcode !== 'NOERROR') return { kind: 'refused', failure: refusal(outcome, rcode) };
  return { kind: outcome.kind === 'answered' ? 'accepted' : 'unproven', rcode };
}

/** The no of a server, with what it proves. */
export function refusal({ server, tsig, tsigError, clockOffsetMs }: ExchangeOutcome, rcode: Rcode): Failure {
  return { kind: 'rcode', server, rcode, tsig, tsigError, clockOffsetMs };
}
