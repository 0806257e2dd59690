import type { Question } from '@srvkit/dns';
import type { TryOutcome } from './ask-servers.ts';
import { decodeReply } from './decode-reply.ts';
import { isTruncated, matchReply, MOST_WRONG_IDS } from './match-reply.ts';

/**
 * Reads what arrives while one try waits: undefined means "nothing to do with it, wait on". Keeps count of the replies that only miss
 * the id. A reply that matches but is no DNS message is `garbage`; one with TC is not even decoded (srv M4).
 */
export function replyReader(request: Uint8Array, question: Question): (reply: Uint8Array) => TryOutcome | undefined {
  let wrongIds = 0;
  return (reply) => {
    const match = matchReply(request, question, reply);
    if (match === 'wrong-id') wrongIds += 1;
    if (match !== 'match') return wrongIds >= MOST_WRONG_IDS ? { kind: 'spoofing' } : undefined;
    if (isTruncated(reply)) return { kind: 'truncated' };
    const message = decodeReply(reply);
    return message === undefined ? { kind: 'garbage' } : { kind: 'answered', message };
  };
}
