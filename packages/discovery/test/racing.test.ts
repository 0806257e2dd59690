import test from 'ava';
import { parseDomainName } from '@srvkit/dns';
import { prepareSet, scriptedRandom } from '@srvkit/selection';
import { type Answer, type AttemptResult, discover, makeRequest, type Step } from '../src/index.ts';

const REFUSED: AttemptResult = { kind: 'refused' };
const REACHED: AttemptResult = { kind: 'reached', address: null };
const OUT_OF_TIME: Answer = { kind: 'out-of-time' };

test('a host is started beside a pending one of its own group', (t) => {
  const script = play('10 a, 10 b');
  script.attempt('a', pending());
  script.attempt('b', REACHED);
  t.is(script.end(), 'reached b');
});

test('the next group waits until the group before it is settled', (t) => {
  const script = play('10 a, 10 b, 20 c');
  script.attempt('a', pending());
  script.attempt('b', pending());
  script.settle('b', REFUSED);
  script.settle('a', REFUSED);
  script.attempt('c', REACHED);
  t.is(script.end(), 'reached c');
});

test('a host reached while others are pending ends it, whoever was started last', (t) => {
  const script = play('10 a, 10 b, 20 c');
  script.attempt('a', pending());
  script.attempt('b', pending());
  script.settle('a', REACHED);
  t.is(script.end(), 'reached a');
});

test('an outcome that is ready is heard before another host is started', (t) => {
  const script = play('10 a, 10 b, 10 c');
  script.attempt('a', pending());
  script.attempt('b', pending({ ready: true }));
  script.settle('a', REACHED);
  t.is(script.end(), 'reached a');
});

test('all outcomes that are ready are heard before another host is started', (t) => {
  const script = play('10 a, 10 b, 10 c');
  script.attempt('a', pending());
  script.attempt('b', pending({ ready: true }));
  script.settle('a', REFUSED, { ready: true });
  script.settle('b', REACHED);
  t.is(script.end(), 'reached b');
});

test('after a failure the next host starts at once, while others are still pending', (t) => {
  const script = play('10 a, 10 b, 10 c');
  script.attempt('a', pending());
  script.attempt('b', REFUSED);
  script.attempt('c', pending());
  script.settle('c', REFUSED);
  script.settle('a', REACHED);
  t.is(script.end(), 'reached a');
});

test('a final refusal ends it while others are pending', (t) => {
  const script = play('10 a, 10 b');
  script.attempt('a', pending());
  script.attempt('b', { kind: 'rejected', final: true, code: null, address: null });
  t.is(script.end(), 'rejected b');
});

test('a pending pinned host is settled before the next source', (t) => {
  const script = play('10 a', { pinned: [{ source: 'global', host: 'p', port: 80 }] });
  script.attempt('p', pending());
  script.settle('p', REFUSED);
  script.lookup();
  script.attempt('a', REACHED);
  t.is(script.end(), 'reached a');
});

test('the deadline may pass while hosts are pending', (t) => {
  const script = play('10 a, 10 b');
  script.attempt('a', pending());
  script.attempt('b', pending());
  script.answer('settle', OUT_OF_TIME);
  t.is(script.end(), 'timed-out');
});

test('the limit of attempts counts hosts that are pending', (t) => {
  const script = play('10 a, 10 b, 10 c', { maxAttempts: 2 });
  script.attempt('a', pending());
  script.attempt('b', pending());
  script.settle('a', REFUSED);
  script.settle('b', REFUSED);
  t.is(script.end(), 'exhausted');
});

test('what is remembered after a race is the host that won, by the group it is in', (t) => {
  const script = play('10 a, 20 b, 20 c', { caching: true });
  script.recall();
  script.lookup();
  script.attempt('a', REFUSED);
  script.attempt('b', pending());
  script.attempt('c', pending());
  script.settle('b', REACHED);
  const step = script.answer('remember', undefined);
  t.like(step, { host: { target: 'b.', provisional: true } });
  t.is(script.end(), 'reached b');
});

function pending({ ready = false } = {}): Answer {
  return { kind: 'pending', ready };
}

/** Leads discovery by hand through hosts like `10 a, 20 b` (priority, name; equal weights, drawn in the order given). Starts at the first host unless something comes before. */
function play(records: string, parts: Partial<Parameters<typeof makeRequest>[0]> = {}) {
  const request = makeRequest({ service: '_sip._tcp', domains: ['example.org'], caching: false, ...parts });
  const set = prepareSet(
    records.split(', ').map((record) => {
      const [priority, name = ''] = record.split(' ');
      return { priority: Number(priority), weight: 0, port: 80, target: parseDomainName(name) };
    }),
  );
  const discovery = discover(request, scriptedRandom(Array.from({ length: 10 }, () => 0)));
  const started = new Map<string, Extract<Step, { kind: 'attempt' }>['candidate']>();
  const script = {
    answer(kind: Step['kind'], answer: Answer): Step {
      const { step } = discovery;
      if (step?.kind !== kind) throw new Error(`expected ${kind}, got ${JSON.stringify(step)}`);
      discovery.tell(answer);
      return step;
    },
    recall: () => script.answer('recall', undefined),
    lookup: () => script.answer('lookup', { kind: 'records', set }),
    attempt(name: string, answer: Answer) {
      const { step } = discovery;
      if (step?.kind !== 'attempt' || bare(step.candidate.target) !== name)
        throw new Error(`expected attempt ${name}, got ${JSON.stringify(step)}`);
      started.set(name, step.candidate);
      script.answer('attempt', answer);
    },
    settle(name: string, result: AttemptResult, { ready = false } = {}) {
      const candidate = started.get(name);
      if (candidate === undefined) throw new Error(`${name} was not started`);
      script.answer('settle', { kind: 'settled', candidate, result, ready });
    },
    end(): string {
      const { verdict } = discovery;
      return 'candidate' in verdict ? `${verdict.outcome} ${bare(verdict.candidate.target)}` : verdict.outcome;
    },
  };
  if (!request.caching && request.pinned.length === 0) script.lookup();
  return script;
}

function bare(target: string): string {
  return target.replace(/\.$/, '');
}
