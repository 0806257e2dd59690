import { getEventListeners } from 'node:events';
import test from 'ava';
import { Cancellation } from '../src/cancellation.ts';
import { withinTime } from '../src/within-time.ts';
import { FakeTimers, settled } from './fake-timers.ts';

const never = new Promise<never>(() => {});

test('an answer that is there at once needs no timer', async (t) => {
  const timers = new FakeTimers();
  const answer = withinTime(Promise.resolve(7), { timers, timeoutMs: 10, cancellation: new Cancellation(undefined) });
  await Promise.resolve();
  t.is(timers.pending, 0);
  t.is(await answer, 7);
  t.is(timers.pending, 0);
});

test('an answer in time is given, and nothing is left', async (t) => {
  const timers = new FakeTimers();
  const cancellation = new Cancellation(undefined);
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const limit = { timers, timeoutMs: 10, cancellation };
  const answers = [withinTime(promise, limit), withinTime(never, limit)];
  await timers.advance(9);
  resolve(7);
  t.is(await answers[0], 7);
  reject(new Error('too late'));
  const tooLate = t.throwsAsync(answers[1] ?? never, { message: 'it did not answer in time' });
  await timers.advance(1);
  await tooLate;
  t.is(timers.pending, 0);
  t.is(getEventListeners(cancellation.signal, 'abort').length, 0);
});

test('an error is its own', async (t) => {
  const limit = { timers: new FakeTimers(), timeoutMs: 10, cancellation: new Cancellation(undefined) };
  await t.throwsAsync(withinTime(Promise.reject(new Error('broken')), limit), { message: 'broken' });
});

test('an abort rejects with its reason, before and while it waits', async (t) => {
  const timers = new FakeTimers();
  const caller = new AbortController();
  const limit = { timers, timeoutMs: 10, cancellation: new Cancellation(caller.signal) };
  const waiting = withinTime(never, limit);
  await settled();
  t.is(timers.pending, 1);
  caller.abort(new Error('enough'));
  await t.throwsAsync(waiting, { message: 'enough' });
  await t.throwsAsync(withinTime(never, limit), { message: 'enough' });
  t.is(timers.pending, 0);
});
