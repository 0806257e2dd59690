import type { Timers } from '../timers.ts';

const LONGEST_MS = 2 ** 31 - 1;

/** The system's clock and timers. Waiting for ever takes no timer. */
export const systemTimers: Timers = {
  now: Date.now,
  clock: () => performance.now(),
  after: (ms, action) => {
    if (ms > LONGEST_MS) return () => {};
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  },
};
