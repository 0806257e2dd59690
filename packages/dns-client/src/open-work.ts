/** Something under way. It lands by itself, or soon after its signal was aborted. */
export interface Run<T> {
  readonly landing: Promise<T>;
}

/** A run and the callers it has. Each of them either waits for its landing or leaves it, once. */
export class Flight<R extends Run<unknown>> {
  readonly run: R;
  readonly #controller = new AbortController();
  readonly #given: (() => void) | undefined;
  #callers = 1;

  /** Starts the run for a first caller. `given`: called when the last one has left. */
  constructor(start: (signal: AbortSignal) => R, given?: () => void) {
    this.run = start(this.#controller.signal);
    this.#given = given;
  }

  /** One caller more. */
  join(): this {
    this.#callers += 1;
    return this;
  }

  /** True when nobody else waits for it: then the run is aborted with `reason`. */
  leave(reason: unknown): boolean {
    this.#callers -= 1;
    if (this.#callers > 0) return false;
    this.abort(reason);
    return true;
  }

  /** Ends the run for all its callers. */
  abort(reason: unknown): void {
    this.#given?.();
    this.#controller.abort(reason);
  }
}

/** All that is under way. What was aborted counts until it has landed. */
export class OpenWork {
  readonly #slots = new Set<Slot>();

  /**
   * Begins a run for one caller. `over` is called when nobody can join it any more: when it lands, before any caller hears of that, or
   * when the last caller has left.
   */
  begin<R extends Run<unknown>>(start: (signal: AbortSignal) => R, over?: () => void): Flight<R> {
    const flight = new Flight(start, over);
    const slot: Slot = { flight };
    const land = (): void => {
      this.#slots.delete(slot);
      slot.flight = undefined;
      over?.();
    };
    this.#slots.add(slot);
    // Also handles the rejection of a run that every caller has left.
    flight.run.landing.then(land, land);
    return flight;
  }

  /** Aborts everything: all who wait are rejected with `reason`. Settles when everything has landed. */
  async abortAll(reason: Error): Promise<void> {
    const flights = [...this.#slots].flatMap(({ flight }) => flight ?? []);
    for (const flight of flights) flight.abort(reason);
    await Promise.allSettled(flights.map(({ run }) => run.landing));
  }
}

/** V8 keeps what was deleted from a Set or Map for a while, and all that hangs on it: an empty slot is little. */
export interface Slot<F = Flight<Run<unknown>>> {
  flight: F | undefined;
}
