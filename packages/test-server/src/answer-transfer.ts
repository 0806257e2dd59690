import { encodeRdata } from '@srvkit/dns';
import type { Message, ResourceRecord } from '@srvkit/dns';
import { makeReply } from './zone/answer-query.ts';
import type { Zone, Zones } from './zone/zone.ts';

/** What one message of a transfer holds at most, counted without compression. A larger record has a message of its own. */
const MESSAGE_OCTETS = 16_384;
const FIXED_OCTETS = 10; // TYPE, CLASS, TTL, RDLENGTH

/**
 * The answer to a request for a whole zone (AXFR, RFC 5936 section 2.2): the SOA, every other record, the SOA again, in as many messages as
 * it takes. Undefined for every other request. NOTAUTH for a zone that is not ours.
 */
export function answerTransfer(zones: Zones, request: Message): readonly [Message, ...Message[]] | undefined {
  const [question, another] = request.question;
  if (request.opcode !== 'QUERY' || question?.type !== 'AXFR' || another !== undefined) return undefined;
  const zone = zones.get(question.name.key);
  if (zone === undefined || question.class !== zone.class) return [makeReply(request, 'NOTAUTH')];
  const [first = [], ...others] = portions(zone);
  return [makeReply(request, 'NOERROR', sections(first)), ...others.map((records) => makeReply(request, 'NOERROR', sections(records)))];
}

function portions(zone: Zone): ResourceRecord[][] {
  const messages: ResourceRecord[][] = [];
  let size = MESSAGE_OCTETS;
  for (const record of [...zone.records(), zone.soa]) {
    const octets = record.name.wire.length + FIXED_OCTETS + encodeRdata(record.rdata).length;
    const last = messages.at(-1);
    if (last === undefined || size + octets > MESSAGE_OCTETS) {
      messages.push([record]);
      size = octets;
    } else {
      last.push(record);
      size += octets;
    }
  }
  return messages;
}

function sections(answer: readonly ResourceRecord[]): Pick<Message, 'authoritative' | 'answer' | 'authority' | 'additional'> {
  return { authoritative: true, answer, authority: [], additional: [] };
}
