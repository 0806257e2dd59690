import { getEventListeners } from 'node:events';
import test from 'ava';
import { makeRequest } from '@srvkit/discovery';
import { pcg32 } from '@srvkit/selection';
import { Cancellation } from '../src/cancellation.ts';
import { resolveLimits } from '../src/resolve-options.ts';
import { runResolution } from '../src/run-resolution.ts';
import { Trace } from '../src/trace.ts';
import { FakeTimers } from './fake-timers.ts';
import { noTime, offlinePorts } from './offline-ports.ts';

test('each repetition of a pass waits twice as long as the one before, half a minute at most', async (t) => {
  const waited: number[] = [];
  const after = (ms: number, action: () => void): (() => void) => {
    waited.push(ms);
    queueMicrotask(action);
    return () => {};
  };
  const ports = offlinePorts({ timers: { now: noTime, clock: noTime, after } });
  // The operating system knows no address of that.
  const request = makeRequest({ service: '_sip._tcp', pinned: [{ source: 'global', host: 'nobody', port: 5060 }] });
  const cancellation = new Cancellation(undefined);
  const ended = await runResolution({
    request: { ...request, caching: false },
    ports,
    limits: resolveLimits({ retries: 7, retryDelayMs: 1000, staggerMs: 50, timeoutMs: 20_000 }),
    trace: new Trace(request, 1, noTime),
    random: pcg32(1),
    contact: { reach: () => Promise.reject(new Error('Nobody is to be contacted')), discard: () => {} },
    cancellation,
    deadlineAt: 20_000,
    isRepeated: false,
  });
  t.is(ended.verdict.outcome, 'exhausted');
  t.deepEqual(
    waited.filter((ms) => ms >= 1000 && ms !== 20_000),
    [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000],
  );
  t.deepEqual(getEventListeners(cancellation.own, 'abort'), [], 'no pass leaves a listener to the next');
});

test('each repetition of a pass has all of its time', async (t) => {
  const timers = new FakeTimers();
  const request = makeRequest({ service: '_sip._tcp', pinned: [{ source: 'global', host: '192.0.2.1', port: 5060 }], caching: false });
  let contacts = 0;
  const ended = runResolution({
    request,
    ports: offlinePorts({ timers }),
    limits: resolveLimits({ retries: 1, retryDelayMs: 1000, timeoutMs: 100 }),
    trace: new Trace(request, 1, timers.clock),
    random: pcg32(1),
    contact: {
      reach: () => {
        contacts += 1;
        return contacts === 1 ? new Promise(() => {}) : Promise.resolve({ outcome: 'reached', value: undefined });
      },
      discard: () => {},
    },
    cancellation: new Cancellation(undefined),
    deadlineAt: 100,
    isRepeated: false,
  });
  await timers.advance(2000);
  t.is((await ended).verdict.outcome, 'reached');
  t.is(contacts, 2);
});
