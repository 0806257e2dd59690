import { getEventListeners } from 'node:events';
import test from 'ava';
import { awaitLanding } from '../src/io/await-landing.ts';
import { OpenWork } from '../src/open-work.ts';
import { SingleFlight } from '../src/single-flight.ts';
import { heldRuns } from './runs.ts';
import type { HeldRun } from './runs.ts';

const SOON_MS = 5;
const LATE_MS = 60_000;

test('everybody who waits is given what the run brings', async (t) => {
  const { started, join } = makeFlights();
  const { signal } = new AbortController();
  const both = Promise.all([awaitLanding(join(), { signal: undefined }), awaitLanding(join(), { signal })]);
  t.is(started.length, 1);
  started[0]?.resolve(7);
  t.deepEqual(await both, [7, 7]);
  t.is(getEventListeners(signal, 'abort').length, 0);
});

test('one waiter leaves with his own reason, the others stay', async (t) => {
  const { started, join } = makeFlights();
  const leaver = new AbortController();
  const leaving = awaitLanding(join(), { signal: leaver.signal });
  const staying = awaitLanding(join(), { signal: undefined });
  const reason = new Error('enough');
  leaver.abort(reason);
  t.is(await t.throwsAsync(leaving), reason);
  t.false(started[0]?.signal.aborted);
  started[0]?.resolve(7);
  t.is(await staying, 7);
});

test('the last one who leaves aborts the run with his reason', async (t) => {
  const { started, join } = makeFlights();
  const leavers = [new AbortController(), new AbortController()];
  const waits = leavers.map(({ signal }) => awaitLanding(join(), { signal }));
  for (const [n, leaver] of leavers.entries()) leaver.abort(new Error(`leaver ${n}`));
  for (const [n, wait] of waits.entries()) await t.throwsAsync(wait, { message: `leaver ${n}` });
  t.like(started[0]?.signal.reason, { message: 'leaver 1' });
});

test('whose time is over has his own outcome, the others wait on', async (t) => {
  const { started, join } = makeFlights();
  const impatient = join();
  const wait = awaitLanding(join(), { signal: undefined, deadline: { timeoutMs: LATE_MS, atEnd: () => t.fail() } });
  const { signal } = new AbortController();
  const atEnd = (): number => (impatient.leave(new Error('late')) ? -1 : 1);
  t.is(await awaitLanding(impatient, { signal, deadline: { timeoutMs: SOON_MS, atEnd } }), 1);
  t.is(getEventListeners(signal, 'abort').length, 0);
  started[0]?.resolve(7);
  t.is(await wait, 7);
});

test('whose patience is over has what is there instead, and then only his deadline ends the run', async (t) => {
  const { started, join } = makeFlights();
  const flight = join();
  const abort = new AbortController();
  const { promise: ended, resolve: end } = Promise.withResolvers<boolean>();
  const atEnd = (): number => {
    end(flight.leave(new Error('late')));
    return 0;
  };
  const patience = { patienceMs: SOON_MS, instead: () => 1 };
  t.is(await awaitLanding(flight, { signal: abort.signal, patience, deadline: { timeoutMs: 4 * SOON_MS, atEnd } }), 1);
  abort.abort(new Error('too late to end anything'));
  t.not((started[0]?.signal.reason as Error | undefined)?.message, 'too late to end anything');
  t.true(await ended);
});

test('who was given the landing in time needs nothing instead', async (t) => {
  const { started, join } = makeFlights();
  const wait = awaitLanding(join(), { signal: undefined, patience: { patienceMs: SOON_MS, instead: () => t.fail() } });
  started[0]?.resolve(7);
  t.is(await wait, 7);
  // Until that patience would have been over.
  t.is(await awaitLanding(join(), { signal: undefined, deadline: { timeoutMs: 2 * SOON_MS, atEnd: () => 8 } }), 8);
});

test('without anything instead, patience goes on', async (t) => {
  const { started, join } = makeFlights();
  const instead = (): undefined => {
    started[0]?.resolve(7);
  };
  t.is(await awaitLanding(join(), { signal: undefined, patience: { patienceMs: SOON_MS, instead } }), 7);
});

function makeFlights(): { started: HeldRun[]; join: () => ReturnType<SingleFlight<HeldRun>['join']> } {
  const flights = new SingleFlight<HeldRun>(new OpenWork());
  const { started, start } = heldRuns();
  return { started, join: () => flights.join('k', start) };
}
