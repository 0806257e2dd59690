import type { Random } from '@srvkit/selection';
import type { RandomDraw } from './decision.ts';

/** A source of chance that keeps a note of what it gave. */
export class DrawRecorder implements Random {
  readonly #random: Random;
  #draws: RandomDraw[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  below(bound: number): number {
    const value = this.#random.below(bound);
    this.#draws.push({ bound, value });
    return value;
  }

  /** What was drawn since the last call. */
  take(): readonly RandomDraw[] {
    const draws = this.#draws;
    this.#draws = [];
    return draws;
  }
}
