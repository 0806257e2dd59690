import { formatRecord } from '@srvkit/dns';
import type { Question, ResourceRecord } from '@srvkit/dns';
import test from 'ava';
import { interpretResponse } from '../src/answer.ts';
import type { Answer } from '../src/answer.ts';
import type { TargetPolicy } from '../src/target-policy.ts';
import { question, response } from './messages.ts';
import type { ResponseParts } from './messages.ts';

const OWNER = '_x._tcp.example.org.';
const asked = question(OWNER);
const SOA = 'example.org. 900 IN SOA ns.example.org. root.example.org. 7 1 1 1 300';

/** `record()`s of the set, and `A`s, in few words. */
const srv = (rdata: string, ttl = 60, owner = OWNER): string => `${owner} ${ttl} IN SRV ${rdata}`;

interface Case {
  readonly title: string;
  readonly parts: ResponseParts;
  readonly question?: Question;
  readonly want: object;
}

const CASES: readonly Case[] = [
  {
    title: 'records of the name asked for, with the least TTL of the set (srv A2)',
    parts: { answer: [srv('1 2 3 a.example.org.', 60), srv('1 2 3 b.example.org.', 30)] },
    want: { kind: 'records', ttl: 30, records: ['1 2 3 a.example.org.', '1 2 3 b.example.org.'], warnings: ['unequal-ttls'] },
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
  {
    title: 'a single "." is "not available here" (RFC 2782)',
    parts: { answer: [srv('0 0 0 .', 45)] },
    want: { kind: 'unavailable', ttl: 45 },
  },
  { title: 'several "." are one (srv A3)', parts: { answer: [srv('0 0 0 .'), srv('1 0 0 .')] }, want: { kind: 'unavailable', ttl: 60 } },
  {
    title: '"." beside real records is dropped',
    parts: { answer: [srv('0 0 0 .'), srv('1 2 3 a.example.org.')] },
    want: { kind: 'records', ttl: 60, records: ['1 2 3 a.example.org.'], dropped: ['root-target 0 0 0 .'], warnings: ['root-target'] },
  },
  {
    title: 'port 0 is dropped (srv A7)',
    parts: { answer: [srv('1 2 0 a.example.org.'), srv('1 2 3 b.example.org.')] },
    want: {
      kind: 'records',
      ttl: 60,
      records: ['1 2 3 b.example.org.'],
      dropped: ['port-zero 1 2 0 a.example.org.'],
      warnings: ['port-zero'],
    },
  },
  {
    title: 'IP addresses are no targets (srv A5)',
    parts: { answer: [srv('1 2 3 192.0.2.1.'), srv('1 2 3 2001:db8::1.'), srv('1 2 3 192.0.2.1.example.org.')] },
    want: {
      kind: 'records',
      ttl: 60,
      records: ['1 2 3 192.0.2.1.example.org.'],
      dropped: ['address-target 1 2 3 192.0.2.1.', 'address-target 1 2 3 2001:db8::1.'],
      warnings: ['address-target'],
    },
  },
  {
    title: 'a set without a usable record is NODATA that says why',
    parts: { answer: [srv('1 2 0 a.example.org.')] },
    want: { kind: 'nodata', ttl: 60, dropped: ['port-zero 1 2 0 a.example.org.'], warnings: ['port-zero'] },
  },
  {
    title: 'the same record twice is one record (RFC 2181 section 5)',
    parts: { answer: [srv('1 20 3 a.example.org.'), srv('1 20 3 A.example.org.')] },
    want: { kind: 'records', ttl: 60, records: ['1 20 3 a.example.org.'], dropped: ['duplicate 1 20 3 A.example.org.'] },
  },
  {
    title: 'weights of twins are added, a repetition among them is not (srv A4)',
    parts: {
      answer: [srv('1 20 3 a.example.org.'), srv('1 30 3 a.example.org.'), srv('1 20 3 a.example.org.'), srv('1 50 3 a.example.org.')],
    },
    want: {
      kind: 'records',
      ttl: 60,
      records: ['1 100 3 a.example.org.'],
      dropped: ['merged 1 30 3 a.example.org.', 'duplicate 1 20 3 a.example.org.', 'merged 1 50 3 a.example.org.'],
      warnings: ['merged'],
    },
  },
  {
    title: 'added weights stop at 65535',
    parts: { answer: [srv('1 65535 3 a.example.org.'), srv('1 2 3 a.example.org.')] },
    want: {
      kind: 'records',
      ttl: 60,
      records: ['1 65535 3 a.example.org.'],
      dropped: ['merged 1 2 3 a.example.org.'],
      warnings: ['merged'],
    },
  },
  {
    title: 'of two priorities of one endpoint the better one counts',
    parts: { answer: [srv('5 1 3 a.example.org.'), srv('1 1 3 a.example.org.'), srv('9 1 3 a.example.org.')] },
    want: {
      kind: 'records',
      ttl: 60,
      records: ['1 1 3 a.example.org.'],
      dropped: ['worse-priority 5 1 3 a.example.org.', 'worse-priority 9 1 3 a.example.org.'],
      warnings: ['worse-priority'],
    },
  },
  {
    title: 'two ports of one target are two endpoints',
    parts: { answer: [srv('1 1 3 a.example.org.'), srv('1 1 4 a.example.org.')] },
    want: { kind: 'records', ttl: 60, records: ['1 1 3 a.example.org.', '1 1 4 a.example.org.'] },
  },
  {
    title: 'numbers are unsigned (srv M6)',
    parts: { answer: [srv('65535 65535 65535 a.example.org.')] },
    want: { kind: 'records', ttl: 60, records: ['65535 65535 65535 a.example.org.'] },
  },
  {
    title: 'addresses of targets in this answer are kept as a hint, others are not (srv A8)',
    parts: {
      answer: [srv('1 2 3 a.example.org.')],
      additional: [
        'A.example.org. 9 IN A 192.0.2.1',
        'a.example.org. 9 IN AAAA 2001:db8::1',
        'b.example.org. 9 IN A 192.0.2.2',
        'a.example.org. 9 IN TXT x',
      ],
    },
    want: { kind: 'records', ttl: 60, records: ['1 2 3 a.example.org.'], additional: ['192.0.2.1', '2001:db8::1'] },
  },
  {
    title: 'addresses of a dropped target are not kept',
    parts: { answer: [srv('1 2 3 a.example.org.'), srv('1 2 0 b.example.org.')], additional: ['b.example.org. 9 IN A 192.0.2.2'] },
    want: {
      kind: 'records',
      ttl: 60,
      records: ['1 2 3 a.example.org.'],
      dropped: ['port-zero 1 2 0 b.example.org.'],
      warnings: ['port-zero'],
    },
  },
];

for (const { title, parts, question = asked, want } of CASES) {
  test(title, (t) => {
    t.deepEqual(summary(interpretResponse(question, response(question, parts))), want);
  });
}

test('at most 100 records are kept, the same ones in whatever order they come', (t) => {
  const lines = Array.from({ length: 130 }, (_, n) => srv(`${n % 13} 1 ${1000 + n} h${n}.example.org.`));
  const [first, second] = [lines, lines.toReversed()].map((answer) => interpretResponse(asked, response(asked, { answer })));
  t.is(first?.kind, 'records');
  if (first?.kind !== 'records' || second?.kind !== 'records') return;
  t.is(first.records.length, 100);
  t.is(first.dropped.length, 30);
  t.true(first.dropped.every(({ why }) => why === 'over-limit'));
  t.deepEqual(first.records.map(formatRecord), second.records.map(formatRecord));
  const priorities = first.records.map(({ rdata }) => (rdata.type === 'SRV' ? rdata.priority : -1));
  t.is(Math.max(...priorities), 9, 'the worst priorities are the ones to go');
  t.deepEqual(
    first.warnings.map(({ code, message }) => ({ code, message })),
    [{ code: 'over-limit', message: '_x._tcp.example.org. SRV: dropped 30 records beyond the number of records kept of one set' }],
  );
});

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

const LENIENT: readonly { title: string; targets: TargetPolicy; answer: string; want: object }[] = [
  {
    title: 'an IP address as target is used when the options say so, with a warning (srv A5)',
    targets: { ipLiteral: 'accept' },
    answer: srv('1 2 3 192.0.2.1.'),
    want: { kind: 'records', ttl: 60, records: ['1 2 3 192.0.2.1.'], warnings: ['address-target'] },
  },
  {
    title: 'port 0 is the port of the options, with a warning (srv A7)',
    targets: { portZero: 1688 },
    answer: srv('1 2 0 a.example.org.'),
    want: { kind: 'records', ttl: 60, records: ['1 2 1688 a.example.org.'], warnings: ['port-zero'] },
  },
  {
    title: 'port 0 of an IP address needs both options',
    targets: { portZero: 1688 },
    answer: srv('1 2 0 2001:db8::1.'),
    want: { kind: 'nodata', ttl: 60, dropped: ['address-target 1 2 0 2001:db8::1.'], warnings: ['address-target'] },
  },
  {
    title: '"." is "." whatever the options say of port 0',
    targets: { portZero: 1688, ipLiteral: 'accept' },
    answer: srv('0 0 0 .'),
    want: { kind: 'unavailable', ttl: 60 },
  },
];

for (const { title, targets, answer, want } of LENIENT) {
  test(title, (t) => {
    t.deepEqual(summary(interpretResponse(asked, response(asked, { answer: [answer] }), { targets })), want);
  });
}

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

test('an SRV record without RDATA is dropped', (t) => {
  const message = response(asked);
  const empty = { name: asked.name, type: 'SRV', class: 'IN', ttl: 0, rdata: { type: 'EMPTY' } } as const;
  const answer = interpretResponse(asked, { ...message, answer: [empty] });
  t.is(answer.kind, 'nodata');
  t.deepEqual(
    answer.dropped.map(({ why }) => why),
    ['empty-rdata'],
  );
});

/** An answer in few words: RDATA only, nothing that is empty. */
function summary(answer: Answer): object {
  const { kind, chain, dropped, warnings } = answer;
  const lists = {
    records: kind === 'records' ? rdata(answer.records) : [],
    additional: kind === 'records' ? rdata(answer.additional) : [],
    chain: chain.map(String),
    dropped: dropped.map(({ record, why }) => `${why} ${rdata([record])[0] ?? ''}`),
    warnings: warnings.map(({ code }) => code),
  };
  return {
    kind,
    ...(kind === 'failed' ? { why: answer.why } : { ttl: answer.ttl }),
    ...(kind === 'alias' ? { target: answer.target.toString() } : {}),
    ...Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0)),
  };
}

function rdata(records: readonly ResourceRecord[]): string[] {
  return records.map((record) =>
    formatRecord(record)
      .replace(/^\S+\s+\d+\s+\S+\s+\S+\s+/, '')
      .trim(),
  );
}
