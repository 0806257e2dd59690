import { getEventListeners } from 'node:events';
import test from 'ava';
import { Cancellation } from '../src/cancellation.ts';

test('the reason of the caller comes through, before and after the signal is asked for', (t) => {
  const reason = new Error('enough');
  const caller = new AbortController();
  const early = new Cancellation(caller.signal);
  const { signal } = early;
  const late = new Cancellation(caller.signal);
  caller.abort(reason);
  t.is(signal.reason, reason);
  t.is(late.signal.reason, reason);
  t.is(
    t.throws(() => early.throwIfAborted()),
    reason,
  );
  t.is(
    t.throws(() => new Cancellation(caller.signal).throwIfAborted()),
    reason,
  );
});

test('the resolver may cancel too', (t) => {
  const reason = new Error('closed');
  const cancellation = new Cancellation(undefined);
  cancellation.throwIfAborted();
  cancellation.cancel(reason);
  t.is(cancellation.signal.reason, reason);
  t.is(
    t.throws(() => cancellation.throwIfAborted()),
    reason,
  );
});

test('the end takes the listener from the caller, and stops what still waits', (t) => {
  const caller = new AbortController();
  const cancellation = new Cancellation(caller.signal);
  t.is(getEventListeners(caller.signal, 'abort').length, 0);
  let isStopped = false;
  cancellation.own.addEventListener('abort', () => (isStopped = true));
  t.is(getEventListeners(caller.signal, 'abort').length, 1);
  cancellation.end();
  t.is(getEventListeners(caller.signal, 'abort').length, 0);
  t.true(isStopped);
});

test('the end stops also those who made a signal of ours that they listen to', (t) => {
  const cancellation = new Cancellation(undefined);
  const made = AbortSignal.any([cancellation.signal, new AbortController().signal]);
  cancellation.end();
  t.true(made.aborted);
});

test('the end aborts no signal that nobody has or listens to: that would be dear', (t) => {
  const cancellation = new Cancellation(undefined);
  const { own } = cancellation;
  cancellation.end();
  t.false(own.aborted);
});
