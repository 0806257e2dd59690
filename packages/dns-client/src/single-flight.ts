/**
 * One run for all who want the same thing at the same time (srv C5). Each waiter has its own signal: leaving rejects with that
 * signal's reason, and the run itself is aborted when the last one has left. Later callers start anew; nothing is remembered.
 */
export class SingleFlight<T> {
  readonly #slots = new Map<string, Slot<T>>();

  /** Waits for the run under way for `key`, or starts one. */
  join(key: string, signal: AbortSignal | undefined, start: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (signal?.aborted === true) return Promise.reject(signal.reason as Error);
    const flight = this.#slots.get(key)?.flight ?? this.#start(key, start);
    flight.waiters += 1;
    return signal === undefined ? flight.landing : waitWith(signal, flight);
  }

  /** Aborts every run under way: all who wait are rejected with `reason`. Settles when every run has ended. */
  async abortAll(reason: Error): Promise<void> {
    const flights = [...this.#slots.values()].flatMap(({ flight }) => flight ?? []);
    for (const { abort } of flights) abort(reason);
    await Promise.allSettled(flights.map(({ landing }) => landing));
  }

  #start(key: string, start: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const controller = new AbortController();
    const slot: Slot<T> = { flight: undefined };
    const forget = (): void => {
      // V8 keeps what was deleted from a Map for a while, and all that hangs on it: an empty slot is little.
      slot.flight = undefined;
      if (this.#slots.get(key) === slot) this.#slots.delete(key);
    };
    const abort = (reason: unknown): void => {
      forget();
      controller.abort(reason);
    };
    const flight = { abort, landing: start(controller.signal), waiters: 0 };
    slot.flight = flight;
    this.#slots.set(key, slot);
    // The first to hear of the landing; and when everybody has left, the one who handles the rejection.
    flight.landing.then(forget, forget);
    return flight;
  }
}

interface Slot<T> {
  flight: Flight<T> | undefined;
}

interface Flight<T> {
  /** Ends the run; nobody joins it any more. */
  readonly abort: (reason: unknown) => void;
  readonly landing: Promise<T>;
  waiters: number;
}

function waitWith<T>(signal: AbortSignal, flight: Flight<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      flight.waiters -= 1;
      if (flight.waiters === 0) flight.abort(signal.reason);
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', leave, { once: true });
    flight.landing.finally(() => signal.removeEventListener('abort', leave)).then(resolve, reject);
  });
}
