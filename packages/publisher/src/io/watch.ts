import { randomInt } from 'node:crypto';
import { DEFAULT_TTL } from '../plan/desired.ts';
import type { Desired } from '../plan/desired.ts';
import { isGood } from '../report.ts';
import type { PublishReport } from '../report.ts';
import { initialState, next } from '../watch-state.ts';
import type { WatchAction, WatchEvent, WatchRules, WatchState } from '../watch-state.ts';
import { watchTimes } from '../watch-options.ts';
import type { WatchOptions } from '../watch-options.ts';

/** A publisher that goes on until it is stopped. */
export interface Watch {
  readonly state: WatchState;
  /** Something else is wanted from now on: it is published at once. Throws nothing; what no zone can hold is told as `broke`. */
  update(desired: Desired): void;
  /** Ends what is under way, and with `onStop: 'withdraw'` withdraws, within its deadline. Leaves no timer and no socket. */
  stop(): Promise<void>;
}

/**
 * Publishes now, on every `update`, at every refresh, again after failures, and while the service answers. The decisions are those of
 * watch-state.ts; here are the timer, the probe and the publisher. Throws `RangeError` for options out of their bounds.
 */
export function watchPublisher(options: WatchOptions): Watch {
  const {
    publisher,
    onStop = 'leave',
    onEvent = () => {},
    now = steadyNow,
    random = { below: (bound: number) => randomInt(bound) },
  } = options;
  const times = watchTimes(options);
  const rules: WatchRules = { times, random };
  const ending = new AbortController();
  let { desired } = options;
  let state = initialState(times);
  let timer: NodeJS.Timeout | undefined;
  let doing: Promise<void> = Promise.resolve();

  const tell = (event: WatchEvent): void => {
    if (ending.signal.aborted) return;
    clearTimeout(timer);
    const before = state.stage;
    const step = next(state, event, now(), rules);
    ({ state } = step);
    if (state.stage !== before) onEvent({ kind: 'stage', stage: state.stage });
    if (step.action !== undefined) doing = act(step.action).then(tell);
    else if (step.wakeAt !== undefined) timer = setTimeout(() => tell({ kind: 'wake' }), timerMs(step.wakeAt - now()));
  };

  const act = async (action: WatchAction): Promise<WatchEvent> => {
    if (action.kind === 'probe')
      return { kind: 'probed', answered: await probe(options, desired.port, times.probeTimeoutMs, ending.signal) };
    const { stage, reason } = action;
    try {
      const publishing = { signal: ending.signal, refresh: true };
      const wanted = { ...desired, draining: stage === 'draining' };
      // Where publishing is switched off nothing is touched, whatever the service does (kms P-27).
      const goes = stage === 'withdrawn' && desired.enabled !== false;
      const report = goes ? await publisher.withdraw(desired, publishing) : await publisher.publish(wanted, publishing);
      onEvent({ kind: 'published', reason, report });
      return { kind: 'published', good: isGood(report.outcome), ttl: longestTtl(report) ?? desired.ttl ?? DEFAULT_TTL };
    } catch (error) {
      if (!ending.signal.aborted) onEvent({ kind: 'broke', reason, error: asError(error) });
      return { kind: 'published', good: false, ttl: desired.ttl ?? DEFAULT_TTL };
    }
  };

  const withdrawAtLast = async (): Promise<void> => {
    try {
      const report = await publisher.withdraw(desired, { signal: AbortSignal.timeout(times.stopTimeoutMs) });
      onEvent({ kind: 'published', reason: 'stop', report });
    } catch (error) {
      onEvent({ kind: 'broke', reason: 'stop', error: asError(error) });
    }
  };

  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    clearTimeout(timer);
    ending.abort(new Error('the watch was stopped'));
    await doing;
    if (onStop === 'withdraw' && desired.enabled !== false) await withdrawAtLast();
  };

  tell({ kind: 'start' });
  return {
    get state() {
      return state;
    },
    update(wanted) {
      desired = wanted;
      tell({ kind: 'settings' });
    },
    stop: () => (stopped ??= stop()),
  };
}

async function probe({ probe: ask }: WatchOptions, port: number, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
  try {
    return (await ask?.(port, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]))) ?? true;
  } catch {
    return false; // whatever it is: nobody answered
  }
}

/** In seconds: how long a client may remember what a set held before. */
function longestTtl({ zones }: PublishReport): number | undefined {
  const ttls = zones.flatMap((zone) => [...zone.add, ...zone.delete, ...zone.keep].map(({ ttl }) => ttl));
  return ttls.length === 0 && !zones.some(({ verified }) => verified) ? undefined : Math.max(0, ...ttls);
}

function timerMs(ms: number): number {
  return Math.min(Math.max(0, Math.ceil(ms)), 2 ** 31 - 1);
}

/** Epoch ms at the start, steady from then on whatever is done to the system's clock. */
function steadyNow(): number {
  return performance.timeOrigin + performance.now();
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
