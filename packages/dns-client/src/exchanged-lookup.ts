import type { Question } from '@srvkit/dns';
import { interpretResponse } from './answer.ts';
import type { Conclusion, LookupFailure } from './ask-servers.ts';
import type { ExchangeFailure, ExchangeOutcome } from './exchange.ts';
import { makeLookup } from './lookup.ts';
import type { Lookup } from './lookup.ts';

/**
 * What one exchange of a question says about it: a lookup at one server, for questions that have to be signed. Whether an unverified
 * reply counts is the caller's decision; here it does. An alias that the reply does not resolve is not followed: no data.
 */
export function exchangedLookup(question: Question, outcome: ExchangeOutcome): Lookup {
  const { server, transport, rcode, ms } = outcome;
  const heard = outcome.kind === 'failed' ? outcome.why : 'answered';
  return makeLookup(question, conclude(question, outcome), [{ server, transport, outcome: heard, rcode, ms }]);
}

function conclude(question: Question, outcome: ExchangeOutcome): Conclusion {
  const { server, rcode } = outcome;
  if (outcome.kind === 'failed') {
    const nothing = { ttl: null, chain: [], dropped: [], warnings: outcome.warnings, rcode: null, server: null, authoritative: false };
    return { answer: { kind: 'failed', why: FAILURE[outcome.why] }, ...nothing, plain: [] };
  }
  const answer = interpretResponse(question, outcome.message);
  const { chain, dropped } = answer;
  return {
    answer: answer.kind === 'alias' ? { kind: 'nodata', ttl: null, soa: null, chain, dropped, warnings: [] } : answer,
    ttl: answer.kind === 'failed' ? null : answer.ttl,
    chain,
    dropped,
    warnings: [...outcome.warnings, ...answer.warnings],
    rcode,
    server,
    authoritative: outcome.message.authoritative,
    plain: [],
  };
}

const FAILURE: Readonly<Record<ExchangeFailure, LookupFailure>> = {
  truncated: 'tcp',
  garbage: 'garbage',
  timeout: 'timeout',
  closed: 'timeout',
  refused: 'unreachable',
  unreachable: 'unreachable',
  'name-not-found': 'unreachable',
};
