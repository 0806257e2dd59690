import { getEventListeners } from 'node:events';
import test from 'ava';
import { withinTime } from '../src/io/within-time.ts';

const never = new Promise<never>(() => {});

test('an answer in time is given, an error too; a late one is undefined', async (t) => {
  const { signal } = new AbortController();
  t.is(await withinTime(Promise.resolve(7), { timeoutMs: 60_000, signal }), 7);
  await t.throwsAsync(withinTime(Promise.reject(new Error('broken')), { timeoutMs: 60_000, signal }), { message: 'broken' });
  t.is(await withinTime(never, { timeoutMs: 1, signal }), undefined);
  t.is(getEventListeners(signal, 'abort').length, 0);
});

test('the reason of the signal comes at once, though the answer never does', async (t) => {
  const abort = new AbortController();
  const waiting = withinTime(never, { timeoutMs: 60_000, signal: abort.signal });
  abort.abort(new Error('enough'));
  await t.throwsAsync(waiting, { message: 'enough' });
  const failing = Promise.reject(new Error('of no interest any more'));
  await t.throwsAsync(withinTime(failing, { timeoutMs: 60_000, signal: abort.signal }), { message: 'enough' });
});
