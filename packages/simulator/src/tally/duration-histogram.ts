/** How durations are spread: their median, 95th percentile and the worst, in whole milliseconds. */
export interface DurationSpread {
  readonly count: number;
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly worstMs: number;
}

const SUB_BITS = 7;
const SUBS = 1 << SUB_BITS;
const LOW_BITS = 24;
const ROWS = 48;

/**
 * Counts durations in boxes that are at most 1/128 wide in proportion (exact below 256 ms), so that ten million of them need a few
 * kilobytes. Whatever the order, the result is the same.
 */
export class DurationHistogram {
  readonly #boxes: Uint32Array = new Uint32Array(ROWS * SUBS);
  #count = 0;
  #worst = 0;

  add(milliseconds: number): void {
    const whole = Math.round(milliseconds);
    const box = boxOf(whole);
    this.#boxes[box] = (this.#boxes[box] ?? 0) + 1;
    this.#count += 1;
    if (whole > this.#worst) this.#worst = whole;
  }

  /** Null when nothing was counted. A percentile is the lower edge of its box. */
  spread(): DurationSpread | null {
    if (this.#count === 0) return null;
    return { count: this.#count, medianMs: this.#percentile(0.5), p95Ms: this.#percentile(0.95), worstMs: this.#worst };
  }

  #percentile(rank: number): number {
    const wanted = Math.ceil(this.#count * rank);
    let seen = 0;
    for (const [box, count] of this.#boxes.entries()) {
      seen += count;
      if (seen >= wanted) return edgeOf(box);
    }
    return this.#worst;
  }
}

function boxOf(value: number): number {
  if (value < SUBS) return value;
  const high = Math.floor(value / 2 ** LOW_BITS);
  const bits = high > 0 ? LOW_BITS + 32 - Math.clz32(high) : 32 - Math.clz32(value);
  const row = bits - SUB_BITS;
  return row * SUBS + Math.floor(value / 2 ** (row - 1)) - SUBS;
}

function edgeOf(box: number): number {
  const row = Math.floor(box / SUBS);
  return row === 0 ? box : ((box % SUBS) + SUBS) * 2 ** (row - 1);
}
