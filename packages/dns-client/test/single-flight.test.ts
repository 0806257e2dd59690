import test from 'ava';
import { OpenWork } from '../src/open-work.ts';
import { SingleFlight } from '../src/single-flight.ts';
import { heldRuns } from './runs.ts';
import type { HeldRun } from './runs.ts';

test('those who come while it runs share one run, later ones start anew', async (t) => {
  const flights = new SingleFlight<HeldRun>(new OpenWork());
  const { started, start } = heldRuns();
  const [first, second] = [flights.join('k', start), flights.join('k', start)];
  t.is(started.length, 1);
  t.is(first.run, second.run);
  started[0]?.resolve(7);
  t.is(await first.run.landing, 7);
  t.not(flights.join('k', start).run, first.run);
  t.is(started.length, 2);
});

test('different keys do not meet', (t) => {
  const flights = new SingleFlight<HeldRun>(new OpenWork());
  const { started, start } = heldRuns();
  flights.join('a', start);
  flights.join('b', start);
  t.is(started.length, 2);
});

test('the run is aborted when the last one has left, and the next one starts anew', (t) => {
  const flights = new SingleFlight<HeldRun>(new OpenWork());
  const { started, start } = heldRuns();
  const [first, second] = [flights.join('k', start), flights.join('k', start)];
  t.false(first.leave(new Error('first')));
  t.false(started[0]?.signal.aborted);
  const reason = new Error('second');
  t.true(second.leave(reason));
  t.is(started[0]?.signal.reason, reason);
  flights.join('k', start);
  t.is(started.length, 2);
});

test('a run that is aborted and lands late does not shut the door on the one after it', async (t) => {
  const flights = new SingleFlight<HeldRun>(new OpenWork());
  const { started, start } = heldRuns();
  flights.join('k', start).leave(new Error('enough'));
  const second = flights.join('k', start);
  started[0]?.resolve(1);
  await started[0]?.landing;
  t.is(flights.join('k', start).run, second.run);
});

test('an error goes to those who wait, and to nobody later', async (t) => {
  const flights = new SingleFlight<HeldRun>(new OpenWork());
  const { started, start } = heldRuns();
  const { run } = flights.join('k', start);
  started[0]?.reject(new Error('broken'));
  await t.throwsAsync(run.landing, { message: 'broken' });
  flights.join('k', start);
  t.is(started.length, 2);
});
