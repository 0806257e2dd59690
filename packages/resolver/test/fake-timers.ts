import type { Timers } from '../src/timers.ts';

/** Timers that stand still until `advance`. */
export class FakeTimers implements Timers {
  #time = 0;
  #due: { readonly at: number; readonly action: () => void }[] = [];

  readonly now = (): number => 1_000_000 + this.#time;
  readonly clock = (): number => this.#time;

  readonly after = (ms: number, action: () => void): (() => void) => {
    const timer = { at: this.#time + ms, action };
    if (ms !== Infinity) this.#due.push(timer);
    return () => {
      this.#due = this.#due.filter((other) => other !== timer);
    };
  };

  /** How many timers are set. */
  get pending(): number {
    return this.#due.length;
  }

  /** Lets time pass that no timer sees, as when the event loop stalls. */
  stall(ms: number): void {
    this.#time += ms;
  }

  /** Lets time pass, timer by timer, with room for promises after each. */
  async advance(ms: number): Promise<void> {
    const end = this.#time + ms;
    await settled();
    for (;;) {
      const [next] = this.#due.filter(({ at }) => at <= end).toSorted((one, other) => one.at - other.at);
      if (next === undefined) break;
      this.#due = this.#due.filter((other) => other !== next);
      this.#time = Math.max(this.#time, next.at);
      next.action();
      await settled();
    }
    this.#time = end;
  }
}

/** Lets every promise that can settle do so. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
