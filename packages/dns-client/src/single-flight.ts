/** Something under way. It lands by itself, or soon after its signal was aborted. */
export interface Run<T> {
  readonly landing: Promise<T>;
}

/** A run and those who wait for it. */
export interface Flight<R> {
  readonly run: R;
  /** One waiter has enough of it. True when he was the last: then the run is aborted with `reason`, and nobody joins it any more. */
  readonly leave: (reason: unknown) => boolean;
}

/**
 * One run for all who want the same thing at the same time (srv C5). Everybody leaves when he likes, and the run is aborted when the
 * last one has left. Later callers start anew; nothing is remembered.
 */
export class SingleFlight<R extends Run<unknown>> {
  /** The runs that may be joined. */
  readonly #slots = new Map<string, Slot<R>>();
  /** All that have not landed, aborted or not. */
  readonly #aloft = new Set<Slot<R>>();

  /** Joins the run under way for `key`, or starts one. Everybody who joins either waits for the landing or leaves, once. */
  join(key: string, start: (signal: AbortSignal) => R): Flight<R> {
    const flight = this.#slots.get(key)?.flight ?? this.#start(key, start);
    flight.waiters += 1;
    return flight;
  }

  /** Aborts every run that has not landed: all who wait are rejected with `reason`. Settles when every run has landed. */
  async abortAll(reason: Error): Promise<void> {
    const flights = [...this.#aloft].flatMap(({ flight }) => flight ?? []);
    for (const { abort } of flights) abort(reason);
    await Promise.allSettled(flights.map(({ run }) => run.landing));
  }

  #start(key: string, start: (signal: AbortSignal) => R): CountedFlight<R> {
    const controller = new AbortController();
    const slot: Slot<R> = { flight: undefined };
    const closeDoor = (): void => {
      if (this.#slots.get(key) === slot) this.#slots.delete(key);
    };
    const abort = (reason: unknown): void => {
      closeDoor();
      controller.abort(reason);
    };
    const leave = (reason: unknown): boolean => {
      flight.waiters -= 1;
      if (flight.waiters > 0) return false;
      abort(reason);
      return true;
    };
    const land = (): void => {
      closeDoor();
      this.#aloft.delete(slot);
      // V8 keeps what was deleted from a Map for a while, and all that hangs on it: an empty slot is little.
      slot.flight = undefined;
    };
    const flight: CountedFlight<R> = { run: start(controller.signal), leave, abort, waiters: 0 };
    slot.flight = flight;
    this.#slots.set(key, slot);
    this.#aloft.add(slot);
    // The first to hear of the landing; and when everybody has left, the one who handles the rejection.
    flight.run.landing.then(land, land);
    return flight;
  }
}

interface Slot<R> {
  flight: CountedFlight<R> | undefined;
}

interface CountedFlight<R> extends Flight<R> {
  readonly abort: (reason: unknown) => void;
  waiters: number;
}
