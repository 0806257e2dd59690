/** An exact probability, in lowest terms, `denominator` above 0. */
export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** `numerator / denominator` in lowest terms. The denominator is above 0. */
export function makeRational(numerator: bigint, denominator: bigint): Rational {
  const divisor = greatestCommonDivisor(numerator, denominator);
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}

export const ZERO: Rational = { numerator: 0n, denominator: 1n };
export const ONE: Rational = { numerator: 1n, denominator: 1n };

export function add(a: Rational, b: Rational): Rational {
  return makeRational(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);
}

export function multiply(a: Rational, b: Rational): Rational {
  return makeRational(a.numerator * b.numerator, a.denominator * b.denominator);
}

/** The nearest floating-point number, for tables and charts; within two units in the last place. */
export function toNumber(rational: Rational): number {
  // Beyond 2^1023 a bigint is Infinity as a number; what is cut off here is far below the precision of the result.
  const excess = BigInt(Math.max(0, rational.denominator.toString(2).length - 1000));
  return Number(rational.numerator >> excess) / Number(rational.denominator >> excess);
}

/** `3/8`; `0` and `1` without a denominator. */
export function formatRational(rational: Rational): string {
  return rational.denominator === 1n ? `${rational.numerator}` : `${rational.numerator}/${rational.denominator}`;
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [larger, smaller] = [b, a];
  while (smaller !== 0n) [larger, smaller] = [smaller, larger % smaller];
  return larger;
}
