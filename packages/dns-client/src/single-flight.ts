import type { Flight, OpenWork, Run, Slot } from './open-work.ts';

/**
 * One run for all callers that want the same thing at the same time (srv C5). Each leaves when it likes; the run is aborted when the last
 * one has left. Later callers start anew; nothing is remembered.
 */
export class SingleFlight<R extends Run<unknown>> {
  readonly #work: OpenWork;
  readonly #slots = new Map<string, Slot<Flight<R>>>();

  constructor(work: OpenWork) {
    this.#work = work;
  }

  /** Joins the run under way for `key`, or begins one. */
  join(key: string, start: (signal: AbortSignal) => R): Flight<R> {
    return this.#slots.get(key)?.flight?.join() ?? this.#begin(key, start);
  }

  #begin(key: string, start: (signal: AbortSignal) => R): Flight<R> {
    const slot: Slot<Flight<R>> = { flight: undefined };
    const over = (): void => {
      slot.flight = undefined;
      if (this.#slots.get(key) === slot) this.#slots.delete(key);
    };
    const flight = this.#work.begin(start, over);
    slot.flight = flight;
    this.#slots.set(key, slot);
    return flight;
  }
}
