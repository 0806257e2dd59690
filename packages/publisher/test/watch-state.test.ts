import test from 'ava';
import { initialState, next } from '../src/watch-state.ts';
import type { WatchEvent, WatchRules, WatchStep, WatchTimes } from '../src/watch-state.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const TIMES: WatchTimes = { refreshMs: 24 * HOUR, retryMs: MINUTE, probeMs: undefined, fall: 3, rise: 2 };
const PROBED: WatchTimes = { ...TIMES, probeMs: 10_000 };
/** Nothing comes earlier. */
const LATEST = { below: () => 0 };
/** Everything comes as early as it may. */
const EARLIEST = { below: (bound: number) => bound - 1 };

/** `at` in ms; `then`: what is done, or when to wake. */
type Row = readonly [at: number, event: WatchEvent, then: string];

const START: WatchEvent = { kind: 'start' };
const WAKE: WatchEvent = { kind: 'wake' };
const SETTINGS: WatchEvent = { kind: 'settings' };
const GOOD: WatchEvent = { kind: 'published', good: true, ttl: 600 };
const BAD: WatchEvent = { kind: 'published', good: false, ttl: 600 };
const UP: WatchEvent = { kind: 'probed', answered: true };
const DOWN: WatchEvent = { kind: 'probed', answered: false };

const cases: readonly { title: string; times?: WatchTimes; random?: WatchRules['random']; rows: readonly Row[] }[] = [
  {
    title: 'it publishes at the start and at every refresh',
    rows: [
      [0, START, 'publish inService start'],
      [500, GOOD, `wake ${24 * HOUR + 500}`],
      [24 * HOUR, WAKE, `wake ${24 * HOUR + 500}`],
      [24 * HOUR + 500, WAKE, 'publish inService refresh'],
      [24 * HOUR + 900, GOOD, `wake ${48 * HOUR + 900}`],
    ],
  },
  {
    title: 'a refresh comes up to a tenth earlier, never later',
    random: EARLIEST,
    rows: [
      [0, START, 'publish inService start'],
      [0, GOOD, `wake ${24 * HOUR * 0.9}`],
    ],
  },
  {
    title: 'failures are tried again, each time after twice as long, an hour at most; success begins anew',
    rows: [
      [0, START, 'publish inService start'],
      [0, BAD, `wake ${MINUTE}`],
      [MINUTE, WAKE, 'publish inService start'],
      [MINUTE, BAD, `wake ${3 * MINUTE}`],
      [3 * MINUTE, WAKE, 'publish inService start'],
      [0, BAD, `wake ${4 * MINUTE}`],
      [4 * MINUTE, WAKE, 'publish inService start'],
      [0, BAD, `wake ${8 * MINUTE}`],
      [8 * MINUTE, WAKE, 'publish inService start'],
      [0, BAD, `wake ${16 * MINUTE}`],
      [16 * MINUTE, WAKE, 'publish inService start'],
      [0, BAD, `wake ${32 * MINUTE}`],
      [32 * MINUTE, WAKE, 'publish inService start'],
      [0, BAD, `wake ${HOUR}`],
      [HOUR, WAKE, 'publish inService start'],
      [0, BAD, `wake ${HOUR}`],
      [HOUR, WAKE, 'publish inService start'],
      [0, GOOD, `wake ${24 * HOUR}`],
      [24 * HOUR, WAKE, 'publish inService refresh'],
      [0, BAD, `wake ${MINUTE}`],
    ],
  },
  {
    title: 'a repetition comes up to a half earlier, and never later than a refresh would',
    times: { ...TIMES, refreshMs: 30_000 },
    random: EARLIEST,
    rows: [
      [0, START, 'publish inService start'],
      [0, BAD, 'wake 15000'],
    ],
  },
  {
    title: 'changed settings are published at once, also while it waits after a failure, and count as a new beginning',
    rows: [
      [0, START, 'publish inService start'],
      [0, BAD, `wake ${MINUTE}`],
      [1, SETTINGS, 'publish inService settings'],
      [1, BAD, `wake ${MINUTE + 1}`],
    ],
  },
  {
    title: 'settings that change during a publish are published after it, whatever becomes of it',
    rows: [
      [0, START, 'publish inService start'],
      [1, SETTINGS, 'busy'],
      [2, SETTINGS, 'busy'],
      [3, BAD, 'publish inService settings'],
      [4, GOOD, `wake ${24 * HOUR + 4}`],
    ],
  },
  {
    title: 'a service that is probed is published when it has answered',
    times: PROBED,
    rows: [
      [0, START, 'probe'],
      [5, UP, 'publish inService start'],
      [10, GOOD, 'wake 10005'],
      [10_005, WAKE, 'probe'],
      [10_010, UP, 'wake 20010'],
    ],
  },
  {
    title: 'a service that never answered is not published; what is left of it goes',
    times: PROBED,
    rows: [
      [0, START, 'probe'],
      [0, DOWN, 'wake 10000'],
      [10_000, WAKE, 'probe'],
      [10_000, DOWN, 'wake 20000'],
      [20_000, WAKE, 'probe'],
      [20_000, DOWN, 'publish draining service-down'],
      [20_000, { kind: 'published', good: true, ttl: 0 }, 'publish withdrawn drained'],
    ],
  },
  {
    title: 'one answer is enough to forgive failures before the last',
    times: PROBED,
    rows: [
      [0, START, 'probe'],
      [0, UP, 'publish inService start'],
      [0, GOOD, 'wake 10000'],
      [10_000, WAKE, 'probe'],
      [10_000, DOWN, 'wake 20000'],
      [20_000, WAKE, 'probe'],
      [20_000, DOWN, 'wake 30000'],
      [30_000, WAKE, 'probe'],
      [30_000, UP, 'wake 40000'],
      [40_000, WAKE, 'probe'],
      [40_000, DOWN, 'wake 50000'],
    ],
  },
  {
    title: 'out of service: worse than all others first, withdrawn when the TTL has passed, back after two answers',
    times: { ...PROBED, fall: 1, probeMs: 400_000 },
    rows: [
      [0, START, 'probe'],
      [0, UP, 'publish inService start'],
      [0, GOOD, 'wake 400000'],
      [400_000, WAKE, 'probe'],
      [400_000, DOWN, 'publish draining service-down'],
      [401_000, GOOD, 'wake 800000'],
      [800_000, WAKE, 'probe'],
      [800_000, DOWN, 'wake 1001000'],
      [1_001_000, WAKE, 'publish withdrawn drained'],
      [1_001_000, GOOD, 'wake 1200000'],
      [1_200_000, WAKE, 'probe'],
      [1_200_000, UP, 'wake 1600000'],
      [1_600_000, WAKE, 'probe'],
      [1_600_000, UP, 'publish inService service-up'],
      [1_600_000, GOOD, 'wake 2000000'],
    ],
  },
  {
    title: 'back before the TTL has passed: nothing is withdrawn any more',
    times: { ...PROBED, fall: 1, rise: 1, probeMs: 100_000 },
    rows: [
      [0, START, 'probe'],
      [0, UP, 'publish inService start'],
      [0, GOOD, 'wake 100000'],
      [100_000, WAKE, 'probe'],
      [100_000, DOWN, 'publish draining service-down'],
      [100_000, GOOD, 'wake 200000'],
      [200_000, WAKE, 'probe'],
      [200_000, UP, 'publish inService service-up'],
      [200_000, GOOD, 'wake 300000'],
      [700_000, WAKE, 'probe'],
    ],
  },
  {
    title: 'a zone that cannot be reached does not keep the others from being withdrawn in time',
    times: { ...PROBED, fall: 1, probeMs: HOUR },
    rows: [
      [0, START, 'probe'],
      [0, UP, 'publish inService start'],
      [0, GOOD, `wake ${HOUR}`],
      [HOUR, WAKE, 'probe'],
      [HOUR, DOWN, 'publish draining service-down'],
      [HOUR, BAD, `wake ${HOUR + MINUTE}`],
      [HOUR + MINUTE, WAKE, 'publish draining service-down'],
      [HOUR + MINUTE, BAD, `wake ${HOUR + 3 * MINUTE}`],
      [HOUR + 10 * MINUTE, WAKE, 'publish withdrawn drained'],
    ],
  },
];

for (const { title, times = TIMES, random = LATEST, rows } of cases) {
  test(title, (t) => {
    let state = initialState(times);
    for (const [at, event, then] of rows) {
      const step = next(state, event, at, { times, random });
      t.is(shown(step), then, `${event.kind} at ${at}`);
      ({ state } = step);
    }
  });
}

function shown({ action, wakeAt }: WatchStep): string {
  if (action?.kind === 'publish') return `publish ${action.stage} ${action.reason}`;
  if (action !== undefined) return action.kind;
  return wakeAt === undefined ? 'busy' : `wake ${wakeAt}`;
}
