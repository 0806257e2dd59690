import { randomInt } from 'node:crypto';
import { DEFAULT_TTL } from '../plan/desired.ts';
import type { Desired } from '../plan/desired.ts';
import { isGoodOutcome } from '../report.ts';
import type { PublishReport } from '../report.ts';
import { initialState, next } from '../watch-state.ts';
import type { PublishReason, WatchAction, WatchEvent, WatchRules, WatchState } from '../watch-state.ts';
import { watchTimes } from '../watch-options.ts';
import type { WatchingEvent, WatchOptions } from '../watch-options.ts';

/** A publisher that goes on until it is stopped. */
export interface Watch {
  readonly state: WatchState;
  /** Something else is wanted from now on: it is published at once. Throws nothing; what no zone can hold is told as `broke`. */
  update(desired: Desired): void;
  /**
   * Ends what is under way, and with `onStop: 'withdraw'` withdraws. Resolves within `stopTimeoutMs`, and tells nothing after that. Leaves no
   * timer and no socket.
   */
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
    signal: abandoned,
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
  let isOver = false;
  const onEvent = (event: WatchingEvent): void => {
    if (!isOver) options.onEvent?.(event);
  };

  const reported =
    (reason: PublishReason | 'stop') =>
    (report: PublishReport): void =>
      onEvent({ kind: 'published', reason, report });

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
      const publishing = { signal: ending.signal, refresh: true, onUnfinished: reported(reason) };
      const wanted = { ...desired, draining: stage === 'draining' };
      // Where publishing is switched off nothing is touched, whatever the service does (kms P-27).
      const goes = stage === 'withdrawn' && desired.enabled !== false;
      const report = goes ? await publisher.withdraw(desired, publishing) : await publisher.publish(wanted, publishing);
      reported(reason)(report);
      return { kind: 'published', good: isGoodOutcome(report.outcome), ttl: longestTtl(report) ?? desired.ttl ?? DEFAULT_TTL };
    } catch (error) {
      if (error !== ending.signal.reason) onEvent({ kind: 'broke', reason, error: asError(error) });
      return { kind: 'published', good: false, ttl: desired.ttl ?? DEFAULT_TTL };
    }
  };

  const withdrawAtLast = async (signal: AbortSignal): Promise<void> => {
    const told = reported('stop');
    try {
      told(await publisher.withdraw(desired, { signal, onUnfinished: told }));
    } catch (error) {
      onEvent({ kind: 'broke', reason: 'stop', error: asError(error) });
    }
  };

  const finish = async (signal: AbortSignal): Promise<void> => {
    await doing;
    if (onStop === 'withdraw' && desired.enabled !== false && abandoned?.aborted !== true) await withdrawAtLast(signal);
  };

  const end = (reason: unknown): void => {
    clearTimeout(timer);
    ending.abort(reason);
  };
  const abandon = (): void => end(abandoned?.reason);
  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    abandoned?.removeEventListener('abort', abandon);
    end(new Error('the watch was stopped'));
    const isDone = await within(times.stopTimeoutMs, finish);
    if (!isDone) onEvent({ kind: 'broke', reason: 'stop', error: overdue(times.stopTimeoutMs) });
    isOver = true;
  };

  abandoned?.addEventListener('abort', abandon, { once: true });
  if (abandoned?.aborted === true) abandon();
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

/**
 * Whether it came to its end in time. What can be ended is ended by the signal when a tenth of the time is left, so that it can still tell how;
 * what cannot, such as writing to a disk that hangs, is left behind.
 */
async function within(ms: number, finish: (signal: AbortSignal) => Promise<void>): Promise<boolean> {
  const ending = new AbortController();
  const timers: NodeJS.Timeout[] = [];
  const late = new Promise<false>((settle) => {
    timers.push(
      setTimeout(() => ending.abort(overdue(ms)), ms * 0.9),
      setTimeout(() => settle(false), ms),
    );
  });
  try {
    return await Promise.race([finish(ending.signal).then(() => true), late]);
  } finally {
    timers.forEach(clearTimeout);
  }
}

function overdue(ms: number): Error {
  return new Error(`it did not come to its end in ${ms / 1000} s`);
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
