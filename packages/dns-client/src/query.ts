import { makeMessage } from '@srvkit/dns';
import type { Edns, Message, Question } from '@srvkit/dns';

/** The payload we say we can take (srv M3): fits every path without fragments. */
const EDNS: Edns = { udpPayloadSize: 1232, version: 0, dnssecOk: false, options: [] };

/** One question for a recursive or authoritative server: RD set, EDNS with payload 1232 unless `edns` is false (RFC 6891 section 6.2.5). */
export function makeQuery(question: Question, options: { readonly id: number; readonly edns?: boolean }): Message {
  return makeMessage({
    id: options.id,
    recursionDesired: true,
    question: [question],
    edns: options.edns === false ? undefined : EDNS,
  });
}
