import type { Random } from './random.ts';

/** A `Random` that also gives its raw outputs. */
export interface Pcg32 extends Random {
  /** The next output: an unsigned 32-bit integer. */
  nextUint32(): number;
  /** Begins anew, as `pcg32(seed, stream)` would: for whoever needs many short sequences. */
  restart(seed: number, stream: number): void;
}

/**
 * PCG-XSH-RR 64/32 (M. E. O'Neill, "PCG: A Family of Simple Fast Space-Efficient Statistically Good Algorithms for Random Number
 * Generation", 2014), seeded and bounded as its reference implementation does, so that a seed means the same choices for ever and in
 * every language. `seed` and `stream` are unsigned 32-bit integers, anything else is a `RangeError`; different streams of one seed are
 * independent sequences. Not for secrets: message ids and ports come from `node:crypto`.
 */
export function pcg32(seed: number, stream = 0): Pcg32 {
  const generator = new Generator();
  generator.restart(seed, stream);
  return generator;
}

// The multiplier 6364136223846793005, cut for 32-bit arithmetic. Both halves of the low word are below 2^15, so that their products
// with 16-bit numbers stay in 31 bits and V8 never leaves small integers.
const MULTIPLIER_HIGH = 0x5851f42d;
const MULTIPLIER_LOW = 0x4c957f2d;
const LOW_WORD_HIGH_HALF = 0x4c95;
const LOW_WORD_LOW_HALF = 0x7f2d;

/** The 64-bit state is two signed 32-bit words: BigInt would cost thirty times as much. */
class Generator implements Pcg32 {
  #high = 0;
  #low = 0;
  #incrementHigh = 0;
  #incrementLow = 0;

  restart(seed: number, stream: number): void {
    requireUint32('seed', seed);
    requireUint32('stream', stream);
    this.#incrementHigh = stream >>> 31;
    this.#incrementLow = (stream << 1) | 1;
    // The reference steps from the state 0, which leads to the increment, adds the seed, and steps again. Here that last step is left to
    // the first output: most generators of a resolution never give one.
    this.#low = (this.#incrementLow + seed) | 0;
    this.#high = this.#incrementHigh + (this.#low >>> 0 < seed ? 1 : 0);
  }

  nextUint32(): number {
    this.#step();
    const high = this.#high;
    const low = this.#low;
    // ((state >> 18) ^ state) >> 27, rotated right by state >> 59
    const mixedHigh = high ^ (high >>> 18);
    const mixedLow = low ^ ((low >>> 18) | (high << 14));
    const shifted = (mixedLow >>> 27) | (mixedHigh << 5);
    const rotation = high >>> 27;
    return ((shifted >>> rotation) | (shifted << (-rotation & 31))) >>> 0;
  }

  below(bound: number): number {
    const divisor = bound >>> 0;
    if (divisor !== bound || divisor === 0) throw badBound(bound);
    for (;;) {
      const output = this.nextUint32();
      // The lowest 2^32 mod bound outputs are rejected, so that each remainder is left equally often; that many is below `bound`.
      if (output >= divisor || output >= remainder(-divisor >>> 0, divisor)) return remainder(output, divisor);
    }
  }

  /** state = state * multiplier + increment, modulo 2^64. */
  #step(): void {
    const low = this.#low;
    const lowHalf = low & 0xffff;
    const highHalf = low >>> 16;
    const inner = Math.imul(highHalf, LOW_WORD_LOW_HALF);
    const outer = Math.imul(lowHalf, LOW_WORD_HIGH_HALF);
    const middle = (Math.imul(lowHalf, LOW_WORD_LOW_HALF) >>> 16) + (inner & 0xffff) + (outer & 0xffff);
    const carried = Math.imul(highHalf, LOW_WORD_HIGH_HALF) + (inner >>> 16) + (outer >>> 16) + (middle >>> 16);

    const nextLow = (Math.imul(low, MULTIPLIER_LOW) + this.#incrementLow) | 0;
    const carry = nextLow >>> 0 < this.#incrementLow >>> 0 ? 1 : 0;
    const product = (Math.imul(low, MULTIPLIER_HIGH) + Math.imul(this.#high, MULTIPLIER_LOW)) | 0;
    this.#high = (product + ((carried + this.#incrementHigh + carry) | 0)) | 0;
    this.#low = nextLow;
  }
}

// Of unsigned 32-bit integers. `>>> 0` says that it is never NaN, without which V8 would divide floating-point numbers.
function remainder(dividend: number, divisor: number): number {
  return (dividend % divisor) >>> 0;
}

function badBound(bound: number): RangeError {
  return new RangeError(`bound ${bound} of a random draw is not an integer in 1..4294967295`);
}

function requireUint32(what: string, value: number): void {
  if (value >>> 0 !== value) throw new RangeError(`${what} ${value} is not an unsigned 32-bit integer: use 0..4294967295`);
}
