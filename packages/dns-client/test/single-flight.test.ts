import test from 'ava';
import { SingleFlight } from '../src/single-flight.ts';

test('those who come while it runs share one run, later ones start anew', async (t) => {
  const flights = new SingleFlight<number>();
  const runs = makeRuns();
  const both = Promise.all([flights.join('k', undefined, runs.start), flights.join('k', new AbortController().signal, runs.start)]);
  t.is(runs.started.length, 1);
  runs.started[0]?.resolve(7);
  t.deepEqual(await both, [7, 7]);
  const later = flights.join('k', undefined, runs.start);
  t.is(runs.started.length, 2);
  runs.started[1]?.resolve(8);
  t.is(await later, 8);
});

test('different keys do not meet', (t) => {
  const flights = new SingleFlight<number>();
  const runs = makeRuns();
  void flights.join('a', undefined, runs.start);
  void flights.join('b', undefined, runs.start);
  t.is(runs.started.length, 2);
});

test('one waiter leaves with its own reason, the others stay', async (t) => {
  const flights = new SingleFlight<number>();
  const runs = makeRuns();
  const leaver = new AbortController();
  const leaving = flights.join('k', leaver.signal, runs.start);
  const staying = flights.join('k', new AbortController().signal, runs.start);
  const reason = new Error('enough');
  leaver.abort(reason);
  t.is(await t.throwsAsync(leaving), reason);
  t.false(runs.started[0]?.signal.aborted);
  runs.started[0]?.resolve(7);
  t.is(await staying, 7);
});

test('the run is aborted when the last waiter has left, and the next one starts anew', async (t) => {
  const flights = new SingleFlight<number>();
  const runs = makeRuns();
  const [first, second] = [new AbortController(), new AbortController()];
  const waits = [flights.join('k', first.signal, runs.start), flights.join('k', second.signal, runs.start)];
  first.abort(new Error('first'));
  t.false(runs.started[0]?.signal.aborted);
  second.abort(new Error('second'));
  t.true(runs.started[0]?.signal.aborted);
  await Promise.all(waits.map((wait, n) => t.throwsAsync(wait, { message: n === 0 ? 'first' : 'second' })));
  void flights.join('k', undefined, runs.start);
  t.is(runs.started.length, 2);
});

test('a waiter without a signal keeps the run going', (t) => {
  const flights = new SingleFlight<number>();
  const runs = makeRuns();
  const leaver = new AbortController();
  void flights.join('k', undefined, runs.start);
  void flights.join('k', leaver.signal, runs.start).catch(() => {});
  leaver.abort();
  t.false(runs.started[0]?.signal.aborted);
});

test('an aborted signal starts nothing', async (t) => {
  const flights = new SingleFlight<number>();
  const runs = makeRuns();
  const reason = new Error('before');
  t.is(await t.throwsAsync(flights.join('k', AbortSignal.abort(reason), runs.start)), reason);
  t.is(runs.started.length, 0);
});

test('an error goes to everybody who waits, and to nobody later', async (t) => {
  const flights = new SingleFlight<number>();
  const runs = makeRuns();
  const waits = [flights.join('k', undefined, runs.start), flights.join('k', new AbortController().signal, runs.start)];
  runs.started[0]?.reject(new Error('broken'));
  for (const wait of waits) await t.throwsAsync(wait, { message: 'broken' });
  const later = flights.join('k', undefined, runs.start);
  runs.started[1]?.resolve(1);
  t.is(await later, 1);
});

test('no listener is left on a signal that outlives the run', async (t) => {
  const flights = new SingleFlight<number>();
  const runs = makeRuns();
  const { signal } = new AbortController();
  let listeners = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>) => ((listeners += 1), add(...args));
  signal.removeEventListener = (...args: Parameters<typeof remove>) => ((listeners -= 1), remove(...args));
  const wait = flights.join('k', signal, runs.start);
  t.is(listeners, 1);
  runs.started[0]?.resolve(1);
  await wait;
  t.is(listeners, 0);
});

test('abortAll rejects everybody with its reason', async (t) => {
  const flights = new SingleFlight<number>();
  const runs = makeRuns();
  const waits = [flights.join('a', undefined, runs.start), flights.join('b', new AbortController().signal, runs.start)];
  const reason = new Error('closing');
  const [closed] = await Promise.all([flights.abortAll(reason), ...waits.map((wait) => t.throwsAsync(wait, { message: 'closing' }))]);
  t.is(closed, undefined);
});

interface Run {
  readonly signal: AbortSignal;
  readonly resolve: (value: number) => void;
  readonly reject: (error: Error) => void;
}

function makeRuns(): { started: Run[]; start: (signal: AbortSignal) => Promise<number> } {
  const started: Run[] = [];
  const start = (signal: AbortSignal): Promise<number> =>
    new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error));
      started.push({ signal, resolve, reject });
    });
  return { started, start };
}
