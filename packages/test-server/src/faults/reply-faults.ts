import { parseDomainName } from '@srvkit/dns';
import type { DomainName, Message, Rcode, ResourceRecord } from '@srvkit/dns';
import type { FaultEffect, MakeEffect, Transport } from '../fault.ts';
import { makeReply } from '../zone/answer-query.ts';
import { compressTarget } from './compress-target.ts';
import { withTtls } from './with-ttls.ts';

/** What answers of a broken server or network look like (srv T3). */
export const REPLY_FAULTS: Readonly<Record<string, FaultEffect>> = {
  drop: { instead: () => undefined },
  servfail: answer('SERVFAIL'),
  refused: answer('REFUSED'),
  formerr: answer('FORMERR'),
  notimp: answer('NOTIMP'),
  truncate: { reshape: truncate },
  'truncate-hang': { reshape: truncate, garble: (bytes, { transport }) => (transport === 'tcp' ? undefined : bytes) },
  'short-write': { cutShort: true },
  'wrong-id': { garble: otherId },
  'wrong-question': { reshape: (reply) => withQuestionName(reply, () => OTHER_NAME) },
  'wrong-port': { otherPort: true },
  'lower-case': { reshape: (reply) => withQuestionName(reply, (name) => parseDomainName(name.key)) },
  'compress-target': { reshape: (reply) => withAnswer(reply, (record) => compressTarget(record, reply.question[0]?.name)) },
  'foreign-owner': {
    reshape: (reply) => withAnswer(reply, (record) => (record.type === 'SRV' ? { ...record, name: OTHER_NAME } : record)),
  },
  'unequal-ttls': { rewrite: (bytes) => withTtls(bytes, (ttl, index) => Math.max(0, ttl - index)) },
  'no-soa': { reshape: (reply) => ({ ...reply, authority: reply.authority.filter(({ type }) => type !== 'SOA') }) },
  duplicate: { before: (bytes) => bytes },
  'lost-reply': { garble: () => undefined },
};

/** Those that are told how much. */
export const FAULTS_WITH_ARGUMENT: Readonly<Record<string, MakeEffect>> = { delay, ttl, ede };

const OTHER_NAME = parseDomainName('other.invalid.');

function answer(rcode: Rcode): FaultEffect {
  return { instead: (request) => makeReply(request, rcode) };
}

function delay(argument: string | undefined): FaultEffect | string {
  const [, digits, unit = 'ms'] = /^(\d{1,10})(ms|s|m|d)?$/.exec(argument ?? '') ?? [];
  const delayMs = Number(digits) * (UNIT_MS[unit] ?? 1);
  if (digits === undefined) return 'say how long: delay:200ms, delay:2s or delay:1m';
  return delayMs <= LONGEST_DELAY_MS ? { delayMs } : 'that is longer than the 24 days which a timer can wait';
}

const UNIT_MS: Partial<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, d: 86_400_000 };
const LONGEST_DELAY_MS = 0x7fff_ffff;

// On the wire a TTL has 32 bits; from 2^31 on it is to be read as 0 (RFC 2181 section 8).
function ttl(argument: string | undefined): FaultEffect | string {
  const seconds = wholeNumber(argument, 0xffff_ffff);
  if (seconds === undefined) return 'say which, from 0 to 4294967295: ttl:0 or ttl:2147483648';
  return { rewrite: (bytes) => withTtls(bytes, () => seconds) };
}

// RFC 8914 section 2: an EDNS option, so only for those who speak EDNS.
function ede(argument: string | undefined): FaultEffect | string {
  const code = wholeNumber(argument, 0xffff);
  if (code === undefined) return 'say which, from 0 to 65535: ede:18 for Prohibited (RFC 8914)';
  const option = { code: EXTENDED_ERROR, data: Uint8Array.of(code >> 8, code & 0xff) };
  return {
    reshape: (reply) =>
      reply.edns === undefined ? reply : { ...reply, edns: { ...reply.edns, options: [...reply.edns.options, option] } },
  };
}

const EXTENDED_ERROR = 15;

function wholeNumber(text: string | undefined, most: number): number | undefined {
  const value = /^\d{1,10}$/.test(text ?? '') ? Number(text) : Number.NaN;
  return value <= most ? value : undefined;
}

// As if nothing had fitted: the client has to come back over TCP.
function truncate(reply: Message, transport: Transport): Message {
  return transport === 'tcp' ? reply : { ...reply, truncated: true, answer: [], authority: [], additional: [] };
}

function otherId(bytes: Uint8Array): Uint8Array {
  const garbled = Uint8Array.from(bytes);
  garbled[1] = (garbled[1] ?? 0) ^ 0xff;
  return garbled;
}

function withQuestionName(reply: Message, change: (name: DomainName) => DomainName): Message {
  return { ...reply, question: reply.question.map((question) => ({ ...question, name: change(question.name) })) };
}

function withAnswer(reply: Message, change: (record: ResourceRecord) => ResourceRecord): Message {
  return { ...reply, answer: reply.answer.map(change) };
}
