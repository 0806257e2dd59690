import { performance } from 'node:perf_hooks'; // the global one is a getter, which costs as much again
import type { Timers } from '../timers.ts';

const LONGEST_MS = 2 ** 31 - 1;

/**
 * The system's clock and timers. Waiting for ever takes no timer. After a stall the event loop would run a timer before it reads the
 * replies that lie there already; so what has come in goes first, and our own lateness is not taken for a host's silence.
 */
export const systemTimers: Timers = {
  now: Date.now,
  clock: () => performance.now(),
  after: (ms, action) => {
    if (ms > LONGEST_MS) return () => {};
    let turn: NodeJS.Immediate | undefined;
    const timer = setTimeout(() => {
      turn = setImmediate(action);
    }, ms);
    return () => {
      clearTimeout(timer);
      clearImmediate(turn);
    };
  },
};
