import { formatRecord } from '@srvkit/dns';
import test from 'ava';
import { interpretResponse } from '../src/answer.ts';
import type { TargetPolicy } from '../src/target-policy.ts';
import { response } from './messages.ts';
import { asked, srv, summary } from './read-answer.ts';
import type { Case } from './read-answer.ts';

const CASES: readonly Case[] = [
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
