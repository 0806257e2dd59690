import test from 'ava';
import { interpretResponse } from '../src/answer.ts';
import { question, response } from './messages.ts';
import { OWNER, asked, SOA, srv, summary } from './read-answer.ts';
import type { Case } from './read-answer.ts';

const CASES: readonly Case[] = [
  {
    title: 'records of the name asked for, with the least TTL of the set (srv A2)',
    parts: { answer: [srv('1 2 3 a.example.org.', 60), srv('1 2 3 b.example.org.', 30), srv('1 2 3 c.example.org.', 90)] },
    want: {
      kind: 'records',
      ttl: 30,
      records: ['1 2 3 a.example.org.', '1 2 3 b.example.org.', '1 2 3 c.example.org.'],
      warnings: ['unequal-ttls'],
    },
  },
  {
    title: 'TTL 0 is a TTL',
    parts: { answer: [srv('1 2 3 a.example.org.', 0)] },
    want: { kind: 'records', ttl: 0, records: ['1 2 3 a.example.org.'] },
  },
  {
    title: 'the owner in other letter case is the owner',
    parts: { answer: [srv('1 2 3 a.example.org.', 60, '_X._TCP.EXAMPLE.org.')] },
    want: { kind: 'records', ttl: 60, records: ['1 2 3 a.example.org.'] },
  },
  {
    title: 'records of foreign owners are dropped and reported (srv M8)',
    parts: { answer: [srv('1 2 3 evil.example.net.', 60, '_x._tcp.example.net.'), srv('1 2 3 a.example.org.')] },
    want: {
      kind: 'records',
      ttl: 60,
      records: ['1 2 3 a.example.org.'],
      dropped: ['foreign-owner 1 2 3 evil.example.net.'],
      warnings: ['foreign-owner'],
    },
  },
  {
    title: 'foreign owners alone are no records',
    parts: { answer: [srv('1 2 3 evil.example.net.', 60, '_x._tcp.example.net.')], authority: [SOA] },
    want: { kind: 'nodata', ttl: 300, dropped: ['foreign-owner 1 2 3 evil.example.net.'], warnings: ['foreign-owner'] },
  },
  {
    title: 'other types beside the set are dropped quietly (signatures)',
    parts: { answer: [srv('1 2 3 a.example.org.'), `${OWNER} 60 IN TXT x`] },
    want: { kind: 'records', ttl: 60, records: ['1 2 3 a.example.org.'], dropped: ['other-type "x"'] },
  },
  {
    title: 'aliases inside the answer are followed, the TTL is the least of all (srv A1)',
    parts: {
      answer: [
        `${OWNER} 40 IN CNAME b.example.org.`,
        'b.example.org. 20 IN CNAME c.example.org.',
        srv('1 2 3 a.example.org.', 60, 'c.example.org.'),
      ],
    },
    want: { kind: 'records', ttl: 20, records: ['1 2 3 a.example.org.'], chain: [OWNER, 'b.example.org.'] },
  },
  {
    title: 'the DNAME from which an alias was made is part of the chain (RFC 6672), that of others is not',
    parts: {
      answer: [
        'example.org. 50 IN TYPE39 \\# 13 076578616d706c65036e657400',
        'example.com. 50 IN TYPE39 \\# 13 076578616d706c65036e657400',
        `${OWNER} 40 IN CNAME b.example.net.`,
        srv('1 2 3 a.example.org.', 60, 'b.example.net.'),
      ],
    },
    want: {
      kind: 'records',
      ttl: 40,
      records: ['1 2 3 a.example.org.'],
      chain: [OWNER],
      dropped: ['foreign-owner \\# 13 076578616d706c65036e657400'],
      warnings: ['foreign-owner'],
    },
  },
  {
    title: 'aliases in any order are followed',
    parts: {
      answer: [
        srv('1 2 3 a.example.org.', 60, 'c.example.org.'),
        'b.example.org. 20 IN CNAME c.example.org.',
        `${OWNER} 40 IN CNAME b.example.org.`,
      ],
    },
    want: { kind: 'records', ttl: 20, records: ['1 2 3 a.example.org.'], chain: [OWNER, 'b.example.org.'] },
  },
  {
    title: 'records at a name that is an alias do not belong to its end',
    parts: {
      answer: [`${OWNER} 40 IN CNAME b.example.org.`, srv('9 9 9 z.example.org.'), srv('1 2 3 a.example.org.', 60, 'b.example.org.')],
    },
    want: {
      kind: 'records',
      ttl: 40,
      records: ['1 2 3 a.example.org.'],
      chain: [OWNER],
      dropped: ['foreign-owner 9 9 9 z.example.org.'],
      warnings: ['foreign-owner'],
    },
  },
  {
    title: 'an alias loop is a failure',
    parts: { answer: [`${OWNER} 40 IN CNAME b.example.org.`, `b.example.org. 40 IN CNAME ${OWNER}`] },
    want: { kind: 'failed', why: 'alias-loop', chain: [OWNER, 'b.example.org.'] },
  },
  {
    title: 'more than 16 aliases are a loop',
    parts: {
      answer: [`${OWNER} 9 IN CNAME n0.example.`, ...Array.from({ length: 16 }, (_, n) => `n${n}.example. 9 IN CNAME n${n + 1}.example.`)],
    },
    want: { kind: 'failed', why: 'alias-loop', chain: [OWNER, ...Array.from({ length: 16 }, (_, n) => `n${n}.example.`)] },
  },
  {
    title: 'an alias that leads out of the response has to be asked for (srv M8)',
    parts: { answer: [`${OWNER} 40 IN CNAME b.example.net.`] },
    want: { kind: 'alias', ttl: 40, target: 'b.example.net.', chain: [OWNER] },
  },
  {
    title: 'an alias to a name that has no such records is NODATA',
    parts: { answer: [`${OWNER} 40 IN CNAME b.example.org.`], authority: [SOA] },
    want: { kind: 'nodata', ttl: 40, chain: [OWNER] },
  },
  {
    title: 'an alias to a name that does not exist is NXDOMAIN',
    parts: { rcode: 'NXDOMAIN', answer: [`${OWNER} 40 IN CNAME b.example.org.`], authority: [SOA] },
    want: { kind: 'nxdomain', ttl: 40, chain: [OWNER] },
  },
  {
    title: 'an alias asked for as such is a record',
    question: question(OWNER, 'CNAME'),
    parts: { answer: [`${OWNER} 40 IN CNAME b.example.org.`] },
    want: { kind: 'records', ttl: 40, records: ['b.example.org.'] },
  },
  { title: 'NODATA lasts for the MINIMUM of the SOA', parts: { authority: [SOA] }, want: { kind: 'nodata', ttl: 300 } },
  {
    title: 'NODATA lasts for the TTL of the SOA when that is less',
    parts: { authority: ['example.org. 120 IN SOA ns.example.org. root.example.org. 7 1 1 1 300'] },
    want: { kind: 'nodata', ttl: 120 },
  },
  {
    title: 'negative answers last for three hours at most (RFC 2308 section 5)',
    parts: { rcode: 'NXDOMAIN', authority: ['example.org. 90000 IN SOA ns.example.org. root.example.org. 7 1 1 1 90000'] },
    want: { kind: 'nxdomain', ttl: 10_800 },
  },
  { title: 'NODATA without an SOA has no TTL', parts: {}, want: { kind: 'nodata', ttl: null } },
  { title: 'NXDOMAIN without an SOA has no TTL', parts: { rcode: 'NXDOMAIN' }, want: { kind: 'nxdomain', ttl: null } },
  {
    title: 'an SOA of somewhere else says nothing',
    parts: { authority: ['example.net. 900 IN SOA ns.example.net. root.example.net. 7 1 1 1 300'] },
    want: { kind: 'nodata', ttl: null },
  },
  {
    title: 'name servers without an SOA are a referral, not NODATA (RFC 2308 section 2.2)',
    parts: { authority: ['example.org. 900 IN NS ns.example.org.'] },
    want: { kind: 'failed', why: 'referral' },
  },
  { title: 'SERVFAIL is a failure (srv M7)', parts: { rcode: 'SERVFAIL' }, want: { kind: 'failed', why: 'servfail' } },
  { title: 'REFUSED is a failure', parts: { rcode: 'REFUSED' }, want: { kind: 'failed', why: 'refused' } },
  { title: 'NOTIMP is a failure', parts: { rcode: 'NOTIMP' }, want: { kind: 'failed', why: 'rcode' } },
  { title: 'an RCODE nobody knows is a failure', parts: { rcode: 'RCODE13' }, want: { kind: 'failed', why: 'rcode' } },
];

for (const { title, parts, question = asked, want } of CASES) {
  test(title, (t) => {
    t.deepEqual(summary(interpretResponse(question, response(question, parts))), want);
  });
}

test('the limit holds for other types, too', (t) => {
  const a = question('a.example.org', 'A');
  const answer = ['192.0.2.9', '192.0.2.1', '192.0.2.5'].map((address) => `a.example.org. 60 IN A ${address}`);
  const limited = interpretResponse(a, response(a, { answer }), { maxRecords: 2 });
  t.deepEqual(summary(limited), {
    kind: 'records',
    ttl: 60,
    records: ['192.0.2.1', '192.0.2.5'],
    dropped: ['over-limit 192.0.2.9'],
    warnings: ['over-limit'],
  });
});

test('records of another class are dropped', (t) => {
  const message = response(asked, { answer: [srv('1 2 3 a.example.org.'), srv('1 2 3 b.example.org.')] });
  const [first, second] = message.answer;
  const answer = interpretResponse(asked, { ...message, answer: [first!, { ...second!, class: 'CH' }] });
  t.is(answer.kind === 'records' && answer.records.length, 1);
  t.deepEqual(
    answer.dropped.map(({ why }) => why),
    ['other-class'],
  );
});
