import type { Flight, Run } from '../open-work.ts';

/** How long one caller waits for a run, and what it is given instead of the landing. */
export interface Waiter<T> {
  readonly signal: AbortSignal | undefined;
  /** None: the run has its own limit. */
  readonly deadline?: {
    readonly timeoutMs: number;
    /** Leaves the run, and gives what it has come to. */
    readonly atEnd: () => T;
  };
  /** Nobody in fact: the deadline keeps no process alive. */
  readonly background?: boolean | undefined;
  /**
   * After `patienceMs` the caller is given what is there instead, and its signal no longer counts: the run goes on for its own sake until
   * the deadline (RFC 8767 section 5, the client response timer). Undefined: there is nothing any more, so the landing is waited for.
   */
  readonly patience?: { readonly patienceMs: number; readonly instead: () => T | undefined } | undefined;
}

/**
 * What the run brings, or what the caller is given instead. Leaves the run and rejects with the reason of the signal, or as the run does.
 */
export function awaitLanding<T>(flight: Flight<Run<T>>, waiter: Waiter<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const wait = new Wait(flight, waiter, resolve, reject);
    flight.run.landing.then(
      (value) => wait.land(value),
      (error: unknown) => wait.crash(error),
    );
  });
}

/** One caller that waits. An object and no closures: of these there is one for each lookup of a busy client. */
class Wait<T> {
  readonly #flight: Flight<Run<T>>;
  readonly #waiter: Waiter<T>;
  readonly #resolve: (value: T) => void;
  readonly #reject: (reason: unknown) => void;
  readonly #deadline: NodeJS.Timeout | undefined;
  readonly #patience: NodeJS.Timeout | undefined;
  readonly #abort: (() => void) | undefined;

  constructor(flight: Flight<Run<T>>, waiter: Waiter<T>, resolve: (value: T) => void, reject: (reason: unknown) => void) {
    this.#flight = flight;
    this.#waiter = waiter;
    this.#resolve = resolve;
    this.#reject = reject;
    const { signal, deadline, patience, background } = waiter;
    if (patience !== undefined) this.#patience = setTimeout(losePatience<T>, patience.patienceMs, this);
    if (deadline !== undefined) this.#deadline = setTimeout(endInTime<T>, deadline.timeoutMs, this);
    if (background === true) this.#deadline?.unref();
    if (signal === undefined || signal === null) return; // programs without types give null for what they leave out
    this.#abort = () => this.#leave(signal.reason);
    signal.addEventListener('abort', this.#abort, { once: true });
  }

  land(value: T): void {
    this.#detach();
    this.#resolve(value);
  }

  crash(error: unknown): void {
    this.#detach();
    this.#reject(error);
  }

  losePatience(): void {
    const instead = this.#waiter.patience?.instead();
    if (instead === undefined) return;
    this.#ignoreSignal();
    this.#resolve(instead);
  }

  endInTime(): void {
    this.#detach();
    const { deadline } = this.#waiter;
    if (deadline !== undefined) this.#resolve(deadline.atEnd());
  }

  #leave(reason: unknown): void {
    this.#detach();
    this.#flight.leave(reason);
    this.#reject(reason);
  }

  #detach(): void {
    clearTimeout(this.#patience);
    clearTimeout(this.#deadline);
    this.#ignoreSignal();
  }

  #ignoreSignal(): void {
    if (this.#abort !== undefined) this.#waiter.signal?.removeEventListener('abort', this.#abort);
  }
}

function losePatience<T>(wait: Wait<T>): void {
  wait.losePatience();
}

function endInTime<T>(wait: Wait<T>): void {
  wait.endInTime();
}
