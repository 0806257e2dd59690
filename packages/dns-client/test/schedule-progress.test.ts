import test from 'ava';
import type { Schedule, TryOutcome } from '../src/ask-servers.ts';
import { ScheduleProgress } from '../src/schedule-progress.ts';
import { question, response } from './messages.ts';
import type { ResponseParts } from './messages.ts';

const asked = question('_x._tcp.example.org');
const SCHEDULE: Schedule = { servers: ['a', 'b'], attempts: 2, tryTimeoutMs: 100, tcpTimeoutMs: 300, edns: () => true };
const says = (parts: ResponseParts): TryOutcome => ({ kind: 'answered', message: response(asked, parts) });
const RECORDS = says({ answer: ['_x._tcp.example.org. 60 IN SRV 1 2 3 a.example.org.'] });

test('at the end it has the conclusion of the schedule and every try', (t) => {
  const progress = progressOf(['timeout', RECORDS]);
  t.is(progress.next, undefined);
  const { conclusion, tries } = progress.findings(1_000_000);
  t.like(conclusion, { answer: { kind: 'records' }, server: 'b', rcode: 'NOERROR' });
  t.deepEqual(tries, [
    { server: 'a', transport: 'udp', outcome: 'timeout', rcode: null, ms: 10 },
    { server: 'b', transport: 'udp', outcome: 'answered', rcode: 'NOERROR', ms: 10 },
  ]);
});

test('before its first try there is a timeout and nothing to show for it', (t) => {
  const { conclusion, tries } = new ScheduleProgress(asked, SCHEDULE).findings(0);
  t.like(conclusion, { answer: { kind: 'failed', why: 'timeout' }, rcode: null, server: null });
  t.deepEqual(tries, []);
});

test('a try under way counts as silence for as long as it lasts', (t) => {
  const progress = progressOf([says({ rcode: 'SERVFAIL' })]);
  progress.begin(1000);
  const { conclusion, tries } = progress.findings(1042);
  t.like(conclusion, { answer: { kind: 'failed', why: 'servfail' }, rcode: 'SERVFAIL', server: 'a' });
  t.deepEqual(tries.at(-1), { server: 'b', transport: 'udp', outcome: 'timeout', rcode: null, ms: 42 });
});

test('to say what it has come to changes nothing', (t) => {
  const progress = progressOf(['timeout', 'spoofing']);
  progress.begin(20);
  const early = progress.findings(25);
  t.deepEqual(progress.findings(25), early);
  t.deepEqual(
    early.conclusion.warnings.map(({ code }) => code),
    ['spoofing-suspected'],
  );
  t.is(early.conclusion.answer.kind === 'failed' ? early.conclusion.answer.why : undefined, 'tcp');
  progress.tell(RECORDS, 30);
  t.like(progress.findings(30), { conclusion: { answer: { kind: 'records' } }, tries: { length: 3 } });
});

test('what was learnt of a server meanwhile does not change what was tried', (t) => {
  let edns = true;
  const progress = new ScheduleProgress(asked, { ...SCHEDULE, edns: () => edns });
  progress.begin(0);
  progress.tell(says({ rcode: 'FORMERR' }), 10);
  edns = false;
  t.like(progress.findings(10).conclusion, { answer: { kind: 'failed', why: 'timeout' }, rcode: null });
  t.like(progress.next, { server: 'a', edns: false });
});

test('nothing is told of a try that was not begun', (t) => {
  t.throws(() => new ScheduleProgress(asked, SCHEDULE).tell({ kind: 'timeout' }, 0), { instanceOf: TypeError });
});

/** Progress that was told these outcomes, each after 10 ms. */
function progressOf(outcomes: readonly (TryOutcome | 'timeout' | 'spoofing')[]): ScheduleProgress {
  const progress = new ScheduleProgress(asked, SCHEDULE);
  for (const [n, outcome] of outcomes.entries()) {
    progress.begin(n * 10);
    progress.tell(typeof outcome === 'string' ? { kind: outcome } : outcome, (n + 1) * 10);
  }
  return progress;
}
