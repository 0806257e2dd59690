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
  const watch = new PublisherWatch(options);
  watch.start();
  return watch;
}

class PublisherWatch implements Watch {
  readonly #options: WatchOptions;
  readonly #times: ReturnType<typeof watchTimes>;
  readonly #rules: WatchRules;
  readonly #now: () => number;
  /** Ends what is under way. Nothing new is begun afterwards. */
  readonly #ending = new AbortController();
  #desired: Desired;
  #state: WatchState;
  #timer: NodeJS.Timeout | undefined;
  /** The action that is under way, and what follows from it. */
  #doing: Promise<void> = Promise.resolve();
  #stopped: Promise<void> | undefined;
  /** Nothing is told any more. */
  #isOver = false;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#times = watchTimes(options);
    this.#rules = { times: this.#times, random: options.random ?? { below: (bound) => randomInt(bound) } };
    this.#now = options.now ?? steadyNow;
    this.#desired = options.desired;
    this.#state = initialState(this.#times);
  }

  get state(): WatchState {
    return this.#state;
  }

  start(): void {
    const { signal } = this.#options;
    signal?.addEventListener('abort', this.#abandon, { once: true });
    if (signal?.aborted === true) this.#abandon();
    this.#step({ kind: 'start' });
  }

  update(desired: Desired): void {
    this.#desired = desired;
    this.#step({ kind: 'settings' });
  }

  stop(): Promise<void> {
    return (this.#stopped ??= this.#stop());
  }

  /** Tells the state machine what has happened, and does what it says. */
  #step(event: WatchEvent): void {
    if (this.#ending.signal.aborted) return;
    clearTimeout(this.#timer);
    const before = this.#state.stage;
    const { state, action, wakeAt } = next(this.#state, event, this.#now(), this.#rules);
    this.#state = state;
    if (state.stage !== before) this.#tell({ kind: 'stage', stage: state.stage });
    if (action !== undefined) this.#doing = this.#act(action).then((outcome) => this.#step(outcome));
    else if (wakeAt !== undefined) this.#timer = setTimeout(() => this.#step({ kind: 'wake' }), timerMs(wakeAt - this.#now()));
  }

  async #act(action: WatchAction): Promise<WatchEvent> {
    if (action.kind === 'publish') return this.#publish(action);
    const answered = await probe(this.#options, this.#desired.port, this.#times.probeTimeoutMs, this.#ending.signal);
    return { kind: 'probed', answered };
  }

  async #publish({ stage, reason }: Extract<WatchAction, { kind: 'publish' }>): Promise<WatchEvent> {
    const { publisher } = this.#options;
    const desired = this.#desired;
    const { signal } = this.#ending;
    const onUnfinished = this.#reported(reason);
    try {
      // Where publishing is switched off nothing is touched, whatever the service does (kms P-27).
      const goes = stage === 'withdrawn' && desired.enabled !== false;
      const report = goes
        ? await publisher.withdraw(desired, { signal, onUnfinished })
        : await publisher.publish({ ...desired, draining: stage === 'draining' }, { signal, onUnfinished, refresh: true });
      this.#reported(reason)(report);
      return { kind: 'published', good: isGoodOutcome(report.outcome), ttl: longestTtl(report) ?? desired.ttl ?? DEFAULT_TTL };
    } catch (error) {
      if (error !== signal.reason) this.#tell({ kind: 'broke', reason, error: asError(error) });
      return { kind: 'published', good: false, ttl: desired.ttl ?? DEFAULT_TTL };
    }
  }

  async #stop(): Promise<void> {
    const { stopTimeoutMs } = this.#times;
    this.#options.signal?.removeEventListener('abort', this.#abandon);
    this.#end(new Error('the watch was stopped'));
    const isDone = await within(stopTimeoutMs, (signal) => this.#finish(signal));
    if (!isDone) this.#tell({ kind: 'broke', reason: 'stop', error: overdue(stopTimeoutMs) });
    this.#isOver = true;
  }

  async #finish(signal: AbortSignal): Promise<void> {
    const { onStop, signal: abandoned } = this.#options;
    await this.#doing;
    if (onStop === 'withdraw' && this.#desired.enabled !== false && abandoned?.aborted !== true) await this.#withdraw(signal);
  }

  async #withdraw(signal: AbortSignal): Promise<void> {
    const onUnfinished = this.#reported('stop');
    try {
      this.#reported('stop')(await this.#options.publisher.withdraw(this.#desired, { signal, onUnfinished }));
    } catch (error) {
      this.#tell({ kind: 'broke', reason: 'stop', error: asError(error) });
    }
  }

  readonly #abandon = (): void => this.#end(this.#options.signal?.reason);

  #end(reason: unknown): void {
    clearTimeout(this.#timer);
    this.#ending.abort(reason);
  }

  #reported(reason: PublishReason | 'stop'): (report: PublishReport) => void {
    return (report) => this.#tell({ kind: 'published', reason, report });
  }

  #tell(event: WatchingEvent): void {
    if (!this.#isOver) this.#options.onEvent?.(event);
  }
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
