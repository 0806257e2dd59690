/**
 * One run for all who want the same thing at the same time (srv C5). Each waiter has its own signal: leaving rejects with that
 * signal's reason, and the run itself is aborted when the last one has left. Later callers start anew; nothing is remembered.
 */
export class SingleFlight<T> {
  readonly #flights = new Map<string, Flight<T>>();

  /** Waits for the run under way for `key`, or starts one. */
  join(key: string, signal: AbortSignal | undefined, start: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (signal?.aborted === true) return Promise.reject(signal.reason as Error);
    const flight = this.#flights.get(key) ?? this.#start(key, start);
    flight.waiters += 1;
    return signal === undefined ? flight.landing : this.#waitWith(signal, key, flight);
  }

  /** Aborts every run under way: all who wait are rejected with `reason`. Settles when every run has ended. */
  async abortAll(reason: Error): Promise<void> {
    const flights = [...this.#flights.values()];
    for (const { abort } of flights) abort.abort(reason);
    await Promise.allSettled(flights.map(({ landing }) => landing));
  }

  #start(key: string, start: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const abort = new AbortController();
    const landing = start(abort.signal).finally(() => this.#forget(key, flight));
    const flight: Flight<T> = { abort, landing, waiters: 0 };
    // When everybody has left, nobody else handles the rejection.
    landing.catch(() => {});
    this.#flights.set(key, flight);
    return flight;
  }

  #waitWith(signal: AbortSignal, key: string, flight: Flight<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        flight.waiters -= 1;
        if (flight.waiters === 0) {
          this.#forget(key, flight);
          flight.abort.abort(signal.reason);
        }
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', leave, { once: true });
      flight.landing.finally(() => signal.removeEventListener('abort', leave)).then(resolve, reject);
    });
  }

  #forget(key: string, flight: Flight<T>): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key);
  }
}

interface Flight<T> {
  readonly abort: AbortController;
  readonly landing: Promise<T>;
  waiters: number;
}
