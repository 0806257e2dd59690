import { makeMessage, parseDomainName, parseRecord } from '@srvkit/dns';
import type { Message, Question, RecordType, ResourceRecord } from '@srvkit/dns';

/** `question('_x._tcp.example.org')`: SRV unless told otherwise. */
export function question(name: string, type: RecordType = 'SRV'): Question {
  return { name: parseDomainName(name), type, class: 'IN' };
}

export interface ResponseParts extends Partial<Omit<Message, 'question' | 'answer' | 'authority' | 'additional'>> {
  readonly answer?: readonly string[];
  readonly authority?: readonly string[];
  readonly additional?: readonly string[];
}

/** A response to `asked`, its records written as master-file lines. */
export function response(asked: Question, { answer = [], authority = [], additional = [], ...parts }: ResponseParts = {}): Message {
  return makeMessage({
    id: 0,
    response: true,
    recursionDesired: true,
    question: [asked],
    answer: records(answer),
    authority: records(authority),
    additional: records(additional),
    ...parts,
  });
}

function records(lines: readonly string[]): ResourceRecord[] {
  return lines.map((line) => parseRecord(line));
}
