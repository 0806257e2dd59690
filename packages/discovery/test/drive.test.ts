import test from 'ava';
import { parseDomainName } from '@srvkit/dns';
import { prepareSet } from '@srvkit/selection';
import type { Dialogue } from '../src/index.ts';
import { discover, drive, driveAsync, makeRequest } from '../src/index.ts';

const request = makeRequest({ service: '_sip._tcp', domains: ['example.org'] });
const random = { below: () => 0 };

test('a driver that says pending without answering settle is told so', (t) => {
  const pinned = makeRequest({ service: '_sip._tcp', pinned: [{ source: 'global', host: 'sip.example.org', port: 5060 }] });
  const answers = {
    recall: () => undefined,
    lookup: (): Dialogue['lookup']['told'] => ({ kind: 'nodata' }),
    attempt: (): Dialogue['attempt']['told'] => ({ kind: 'pending', ready: false }),
    remember: () => undefined,
  };
  t.throws(() => drive(discover(pinned, random), answers), { instanceOf: TypeError, message: /settle/ });
});

test('answers may come later, or be there already', async (t) => {
  const asked: string[] = [];
  const verdict = await driveAsync(discover(request, random), {
    recall: async () => {
      await Promise.resolve();
      asked.push('recall');
      return undefined;
    },
    lookup: () => {
      asked.push('lookup');
      return { kind: 'nxdomain' };
    },
    attempt: () => ({ kind: 'refused' }),
    settle: () => ({ kind: 'out-of-time' }),
    remember: () => undefined,
  });
  t.deepEqual(verdict, { outcome: 'not-found', why: 'nxdomain' });
  t.deepEqual(asked, ['recall', 'lookup']);
});

test('what an answer throws or rejects with is passed on untouched', async (t) => {
  const reason = new Error('aborted');
  const fail = (): never => {
    throw reason;
  };
  const answers = { recall: fail, lookup: fail, attempt: fail, settle: fail, remember: fail };
  t.is(
    t.throws(() => drive(discover(request, random), answers)),
    reason,
  );
  t.is(
    t.throws(() => driveAsync(discover(request, random), answers)),
    reason,
  );
  const rejecting = { ...answers, recall: () => Promise.reject(reason) };
  t.is(await t.throwsAsync(async () => driveAsync(discover(request, random), rejecting)), reason);
});

test('led by hand, discovery has no verdict before its end, and takes no answer after it', (t) => {
  const discovery = discover(request, random);
  t.is(discovery.step?.kind, 'recall');
  t.throws(() => discovery.verdict, { instanceOf: TypeError, message: 'discovery is not over: tell the answer to its step' });
  discovery.tell(undefined);
  discovery.tell({ kind: 'nodata' });
  t.is(discovery.step, undefined);
  t.is(discovery.verdict.outcome, 'not-found');
  t.throws(() => discovery.tell(undefined), { instanceOf: TypeError, message: 'discovery is over: it asked nothing' });
});

test('a host that was reached is remembered before that is the verdict', (t) => {
  const set = prepareSet([{ priority: 0, weight: 0, port: 5060, target: parseDomainName('a.example.org') }]);
  const discovery = discover(request, random);
  for (const answer of [undefined, { kind: 'records', set }, { kind: 'reached', address: null }] as const) discovery.tell(answer);
  t.is(discovery.step?.kind, 'remember');
  t.throws(() => discovery.verdict, { instanceOf: TypeError });
  discovery.tell(undefined);
  t.is(discovery.verdict.outcome, 'reached');
});

test('a dialogue whose answers are all there ends at once', (t) => {
  const answers = {
    recall: () => undefined,
    lookup: (): Dialogue['lookup']['told'] => ({ kind: 'nodata' }),
    attempt: (): Dialogue['attempt']['told'] => ({ kind: 'refused' }),
    settle: (): Dialogue['settle']['told'] => ({ kind: 'out-of-time' }),
    remember: () => undefined,
  };
  t.deepEqual(driveAsync(discover(request, random), answers), { outcome: 'not-found', why: 'nodata' });
});
