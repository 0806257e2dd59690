import { encodeMessage, makeMessage, parseDomainName } from '@srvkit/dns';
import type { Message } from '@srvkit/dns';
import test from 'ava';
import * as fc from 'fast-check';
import { isTruncated, matchReply } from '../src/match-reply.ts';
import type { ReplyMatch } from '../src/match-reply.ts';
import { makeQuery } from '../src/query.ts';
import { question, response } from './messages.ts';

const asked = question('_vlmcs._tcp.example.org');
const request = encodeMessage(makeQuery(asked, { id: 0x1234 }));

const CASES: readonly { title: string; reply: Message; want: ReplyMatch }[] = [
  { title: 'same id, same question', reply: response(asked, { id: 0x1234 }), want: 'match' },
  { title: 'the question in other letter case', reply: response(question('_VLMCS._TCP.Example.ORG'), { id: 0x1234 }), want: 'match' },
  { title: 'another id', reply: response(asked, { id: 0x1235 }), want: 'wrong-id' },
  { title: 'another name', reply: response(question('_vlmcs._tcp.example.net'), { id: 0x1234 }), want: 'other' },
  { title: 'a longer name', reply: response(question('x._vlmcs._tcp.example.org'), { id: 0x1234 }), want: 'other' },
  { title: 'another type', reply: response({ ...asked, type: 'A' }, { id: 0x1234 }), want: 'other' },
  { title: 'another class', reply: response({ ...asked, class: 'CH' }, { id: 0x1234 }), want: 'other' },
  { title: 'another opcode', reply: response(asked, { id: 0x1234, opcode: 'NOTIFY' }), want: 'other' },
  { title: 'a query', reply: makeQuery(asked, { id: 0x1234 }), want: 'other' },
  { title: 'no question', reply: makeMessage({ id: 0x1234, response: true }), want: 'other' },
  { title: 'no question, but FORMERR', reply: makeMessage({ id: 0x1234, response: true, rcode: 'FORMERR' }), want: 'match' },
  { title: 'two questions', reply: makeMessage({ id: 0x1234, response: true, question: [asked, asked] }), want: 'other' },
];

for (const { title, reply, want } of CASES) {
  test(`${title}: ${want}`, (t) => {
    t.is(matchReply(request, asked, encodeMessage(reply)), want);
  });
}

test('whatever is changed of the id, QR, OPCODE, the count or the question, it does not match; the rest is not looked at', (t) => {
  const right = encodeMessage(response(asked, { id: 0x1234, answer: ['_vlmcs._tcp.example.org. 60 IN SRV 1 2 3 a.example.org.'] }));
  const questionEnd = 12 + asked.name.wire.length + 4;
  const isMatched = (octet: number): boolean => octet < 2 || octet === 4 || octet === 5 || (octet >= 12 && octet < questionEnd);
  fc.assert(
    fc.property(fc.nat(right.length - 1), fc.integer({ min: 1, max: 255 }), (octet, bits) => {
      const forged = Uint8Array.from(right);
      forged[octet] = right[octet]! ^ bits;
      // Letter case is one bit of a letter, and no difference; a length octet is never a letter.
      const isOtherCase = octet >= 12 && octet < questionEnd - 5 && bits === 0x20 && /[a-z]/i.test(String.fromCharCode(right[octet]!));
      const isDifferent = octet === 2 ? (bits & 0xf8) !== 0 : isMatched(octet) && !isOtherCase;
      return (matchReply(request, asked, forged) === 'match') === !isDifferent;
    }),
    { numRuns: 2000 },
  );
  t.pass();
});

test('less than a header matches nothing', (t) => {
  const reply = encodeMessage(response(asked, { id: 0x1234 }));
  for (let length = 0; length < 12; length += 1) t.is(matchReply(request, asked, reply.subarray(0, length)), 'other');
});

test('a question cut short matches nothing', (t) => {
  const reply = encodeMessage(response(asked, { id: 0x1234 }));
  for (let length = 12; length < reply.length; length += 1) t.is(matchReply(request, asked, reply.subarray(0, length)), 'other');
});

test('replies to an UPDATE match without their sections (RFC 2136 section 3.8)', (t) => {
  const update = encodeMessage(
    makeMessage({ id: 7, opcode: 'UPDATE', question: [{ ...asked, name: parseDomainName('example.org'), type: 'SOA' }] }),
  );
  t.is(matchReply(update, undefined, reply({})), 'match');
  t.is(matchReply(update, undefined, reply({ id: 8 })), 'wrong-id');
  t.is(matchReply(update, undefined, reply({ opcode: 'QUERY' })), 'other');
});

test('TC is read from the header', (t) => {
  t.true(isTruncated(encodeMessage(response(asked, { truncated: true }))));
  t.false(isTruncated(encodeMessage(response(asked))));
});

function reply(parts: Partial<Message>): Uint8Array {
  return encodeMessage(makeMessage({ id: 7, response: true, opcode: 'UPDATE', ...parts }));
}
