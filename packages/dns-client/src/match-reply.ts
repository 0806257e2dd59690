import { DomainName, RCODE } from '@srvkit/dns';
import type { Question } from '@srvkit/dns';

const HEADER_OCTETS = 12;
const RESPONSE_BIT = 0x80;
const OPCODE_BITS = 0x78;
// Servers that cannot read a query may answer with the header alone (RFC 1035 section 4.1.1).
const MAY_LACK_QUESTION: ReadonlySet<number> = new Set([RCODE.FORMERR, RCODE.SERVFAIL, RCODE.NOTIMP, RCODE.REFUSED]);

/** Replies that match in all but the id before a request leaves UDP (design.md section 4, "forged answers"). */
export const MOST_WRONG_IDS = 5;

/** `wrong-id`: all but the id fits, the mark of somebody who guesses ids. `other`: nothing to do with the request. */
export type ReplyMatch = 'match' | 'wrong-id' | 'other';

/**
 * Whether `reply` answers `request`: id, QR, opcode and the one question (srv M1; RFC 5452 section 9.1). The source is the socket's
 * business. `question` is undefined for an UPDATE, whose replies may leave every section out (RFC 2136 section 3.8).
 * Looks at octets only, so that a forgery is thrown away before anything is decoded.
 */
export function matchReply(request: Uint8Array, question: Question | undefined, reply: Uint8Array): ReplyMatch {
  if (reply.length < HEADER_OCTETS) return 'other';
  const flags = reply[2] ?? 0;
  if ((flags & RESPONSE_BIT) === 0 || ((flags ^ (request[2] ?? 0)) & OPCODE_BITS) !== 0) return 'other';
  if (question !== undefined && !repeatsQuestion(request, question.name, reply)) return 'other';
  return reply[0] === request[0] && reply[1] === request[1] ? 'match' : 'wrong-id';
}

/** Whether TC is set: the sender had more to say than fitted (RFC 1035 section 4.1.1). */
export function isTruncated(reply: Uint8Array): boolean {
  return ((reply[2] ?? 0) & 0x02) !== 0;
}

function repeatsQuestion(request: Uint8Array, name: DomainName, reply: Uint8Array): boolean {
  const count = ((reply[4] ?? 0) << 8) | (reply[5] ?? 0);
  if (count === 0) return MAY_LACK_QUESTION.has((reply[3] ?? 0) & 0x0f);
  const nameEnd = HEADER_OCTETS + name.wire.length;
  if (count !== 1 || reply.length < nameEnd + 4) return false;
  for (let at = nameEnd; at < nameEnd + 4; at += 1) {
    if (reply[at] !== request[at]) return false;
  }
  // As many octets as the name has: equal ones are a well-formed name, others are never looked at again.
  return DomainName.fromWire(reply.subarray(HEADER_OCTETS, nameEnd)).equals(name);
}
