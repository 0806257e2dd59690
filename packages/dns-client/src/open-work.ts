/** Something under way. It lands by itself, or soon after its signal was aborted. */
export interface Run<T> {
  readonly landing: Promise<T>;
}

/** A run, and how a caller leaves it. Each caller either waits for its landing or leaves it, once. */
export interface Flight<R> {
  readonly run: R;
  /** True when nobody else waits for it: then the run is aborted with `reason`. */
  readonly leave: (reason: unknown) => boolean;
}

/** All that is under way. What was aborted counts until it has landed. */
export class OpenWork {
  readonly #slots = new Set<Slot>();

  /** Begins a run for one caller. `landed` is called before any caller hears of the landing. */
  begin<R extends Run<unknown>>(start: (signal: AbortSignal) => R, landed?: () => void): Flight<R> {
    const controller = new AbortController();
    const run = start(controller.signal);
    const leave = (reason: unknown): boolean => {
      controller.abort(reason);
      return true;
    };
    const slot: Slot = { flight: { run, leave } };
    const land = (): void => {
      this.#slots.delete(slot);
      slot.flight = undefined;
      landed?.();
    };
    this.#slots.add(slot);
    // Also handles the rejection of a run that every caller has left.
    run.landing.then(land, land);
    return { run, leave };
  }

  /** Aborts everything: all who wait are rejected with `reason`. Settles when everything has landed. */
  async abortAll(reason: Error): Promise<void> {
    const flights = [...this.#slots].flatMap(({ flight }) => flight ?? []);
    for (const { leave } of flights) leave(reason);
    await Promise.allSettled(flights.map(({ run }) => run.landing));
  }
}

/** V8 keeps what was deleted from a Set or Map for a while, and all that hangs on it: an empty slot is little. */
export interface Slot<F = Flight<Run<unknown>>> {
  flight: F | undefined;
}
