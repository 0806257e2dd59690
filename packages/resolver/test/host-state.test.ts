import test from 'ava';
import { healthOptions } from '../src/health-options.ts';
import { afterAttempt, type HostState, isHeldBack, onTrialIfDue, type Sign } from '../src/host-state.ts';

const options = healthOptions({ penaltyMs: 1000, maxPenaltyMs: 5000, jitter: 0.5 });
const after = (state: HostState | undefined, sign: Sign, { now = 0, random = 0, seen = state } = {}): HostState | undefined =>
  afterAttempt(seen, state, sign, { now, random: () => random, options });
const failed = (failures: number, until: number, isOnTrial = false): HostState => ({ failures, silences: 0, until, isOnTrial });

test('penalties double with each failure in a row, up to the longest', (t) => {
  let state: HostState | undefined;
  const penalties = [1, 2, 3, 4, 5].map(() => (state = after(state, 'dead'))?.until);
  t.deepEqual(penalties, [1000, 2000, 4000, 5000, 5000]);
});

for (const { random, until } of [
  { random: 0, until: 1000 },
  { random: 0.5, until: 750 },
  { random: 1, until: 500 },
]) {
  test(`the jitter ${random} makes a penalty of 1000 ms end after ${until} ms`, (t) =>
    t.is(after(undefined, 'dead', { random })?.until, until));
}

test('a host that answers is well, whatever came before', (t) => {
  t.is(after(failed(7, 5000), 'alive'), undefined);
  t.is(after(failed(7, 5000, true), 'alive'), undefined);
});

test('attempts that ran at the same time count as one failure', (t) => {
  const once = after(undefined, 'dead');
  t.is(afterAttempt(undefined, once, 'dead', { now: 0, random: () => 0, options }), once);
});

test('the third silence in a row is a failure, a word in between begins anew', (t) => {
  const twice = after(after(undefined, 'silent'), 'silent');
  t.like(twice, { failures: 0, silences: 2 });
  t.like(after(twice, 'silent'), { failures: 1, until: 1000 });
  t.is(after(twice, 'alive'), undefined);
});

test('when its time is over a host gets one trial; until that has ended it is held back from others', (t) => {
  const state = failed(1, 1000);
  t.true(isHeldBack(state, 999));
  t.false(isHeldBack(state, 1000));
  t.is(onTrialIfDue(state, 999, options), state);
  const trial = onTrialIfDue(state, 1000, options);
  t.true(isHeldBack(trial, 1000));
  t.is(onTrialIfDue(trial, 1000, options), trial);
  t.like(after(trial, 'dead', { now: 1000 }), { failures: 2, until: 3000, isOnTrial: false });
  t.deepEqual(after(trial, 'unknown', { now: 1000 }), state);
});

test('a trial that nobody hears of is waited for as long as the longest penalty, then there is another', (t) => {
  const trial = onTrialIfDue(failed(1, 1000), 1000, options);
  t.true(isHeldBack(trial, 5999));
  t.false(isHeldBack(trial, 6000));
  const another = onTrialIfDue(trial, 6000, options);
  t.true(isHeldBack(another, 6000));
  t.like(after(another, 'dead', { now: 6000, seen: trial }), { failures: 2, isOnTrial: false });
});

test('a trial that ends after somebody else saw the host fail leaves that penalty as it is', (t) => {
  const trial = onTrialIfDue(failed(1, 1000), 1000, options);
  const seenByAnother = after(trial, 'dead', { now: 1100, seen: failed(1, 1000) });
  for (const sign of ['dead', 'silent', 'unknown'] as const) t.is(after(seenByAnother, sign, { now: 1200, seen: trial }), seenByAnother);
});

for (const [given, message] of [
  [{ penaltyMs: 0 }, /penaltyMs 0/],
  [{ penaltyMs: 10, maxPenaltyMs: 9 }, /maxPenaltyMs 9/],
  [{ jitter: 1.1 }, /jitter 1\.1/],
  [{ maxHosts: 0 }, /maxHosts 0/],
] as const) {
  test(`${JSON.stringify(given)} is refused`, (t) => void t.throws(() => healthOptions(given), { instanceOf: RangeError, message }));
}
