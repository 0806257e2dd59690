import type { Flight, OpenWork, Run, Slot } from './open-work.ts';

/**
 * One run for all callers that want the same thing at the same time (srv C5). Each leaves when it likes; the run is aborted when the last
 * one has left. Later callers start anew; nothing is remembered.
 */
export class SingleFlight<R extends Run<unknown>> {
  readonly #work: OpenWork;
  readonly #slots = new Map<string, Slot<CountedFlight<R>>>();

  constructor(work: OpenWork) {
    this.#work = work;
  }

  /** Joins the run under way for `key`, or begins one. */
  join(key: string, start: (signal: AbortSignal) => R): Flight<R> {
    const flight = this.#slots.get(key)?.flight ?? this.#begin(key, start);
    flight.waiters += 1;
    return flight;
  }

  #begin(key: string, start: (signal: AbortSignal) => R): CountedFlight<R> {
    const slot: Slot<CountedFlight<R>> = { flight: undefined };
    const shut = (): void => {
      slot.flight = undefined;
      if (this.#slots.get(key) === slot) this.#slots.delete(key);
    };
    const { run, leave } = this.#work.begin(start, shut);
    const leaveOne = (reason: unknown): boolean => {
      flight.waiters -= 1;
      if (flight.waiters > 0) return false;
      shut();
      return leave(reason);
    };
    const flight: CountedFlight<R> = { run, leave: leaveOne, waiters: 0 };
    slot.flight = flight;
    this.#slots.set(key, slot);
    return flight;
  }
}

interface CountedFlight<R> extends Flight<R> {
  waiters: number;
}
