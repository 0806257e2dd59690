import test from 'ava';
import { OpenWork } from '../src/open-work.ts';
import { heldRuns } from './runs.ts';

test('who leaves his run aborts it', (t) => {
  const work = new OpenWork();
  const { started, start } = heldRuns();
  const reason = new Error('enough');
  t.true(work.begin(start).leave(reason));
  t.is(started[0]?.signal.reason, reason);
});

test('abortAll waits for every run to land, for those that were left before too', async (t) => {
  const work = new OpenWork();
  const { started, start } = heldRuns();
  work.begin(start).leave(new Error('left'));
  work.begin(start);
  const reason = new Error('closing');
  let isClosed = false;
  const closing = work.abortAll(reason).then(() => (isClosed = true));
  t.is(started[1]?.signal.reason, reason);
  started[1]?.reject(reason);
  await new Promise((resolve) => setImmediate(resolve));
  t.false(isClosed, 'the run that was left has not landed');
  started[0]?.reject(reason);
  t.true(await closing);
  await work.abortAll(reason);
});

test('what has landed is over', async (t) => {
  const work = new OpenWork();
  const { started, start } = heldRuns();
  const { run } = work.begin(start);
  started[0]?.resolve(1);
  t.is(await run.landing, 1);
  await work.abortAll(new Error('closing'));
  t.false(started[0]?.signal.aborted);
});
