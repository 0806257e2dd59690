import type { Group, Law, PreparedSet, SrvTarget } from './prepared-set.ts';
import { add, makeRational, multiply, ONE, ZERO } from './rational.ts';
import type { Rational } from './rational.ts';

/** A target and the exact chance that it is the one. */
export interface Share<T extends SrvTarget = SrvTarget> {
  readonly target: T;
  readonly probability: Rational;
}

/** A whole order of a set and its exact chance. */
export interface Ordering<T extends SrvTarget = SrvTarget> {
  readonly order: readonly T[];
  readonly probability: Rational;
}

/** Which targets fail when they are tried. */
export interface FirstChoiceOptions<T extends SrvTarget = SrvTarget> {
  readonly failed?: ((target: T) => boolean) | undefined;
}

const MAX_FAILED_IN_GROUP = 16; // each set of failed targets is a case of its own: 65,536 of them
const MAX_ORDERINGS = 50_000; // 8! = 40,320

/**
 * The exact chance of every target to come first in a draw (srv O2), in canonical order; 0 for those outside the best group. With
 * `failed`: to be the first in order that has not failed, which is the load a working host gets while others are down; all zeros
 * when all have failed. Throws a `RangeError` when more than 16 targets of the group that decides have failed.
 */
export function exactFirstChoice<T extends SrvTarget>(set: PreparedSet<T>, options: FirstChoiceOptions<T> = {}): readonly Share<T>[] {
  const failed = options.failed ?? (() => false);
  const deciding = set.groups.find((group) => !group.targets.every(failed));
  return set.groups.flatMap((group) => {
    const shares = group === deciding ? sharesInGroup(group, set.law, failed) : group.targets.map(() => ZERO);
    return group.targets.map((target, at) => ({ target, probability: shares[at] ?? ZERO }));
  });
}

/**
 * Every order that a draw can give, over all groups, with its exact chance; they add up to 1. Orders that cannot happen are left out.
 * Throws a `RangeError` for a set with more than 50,000 orders.
 */
export function exactOrderings<T extends SrvTarget>(set: PreparedSet<T>): readonly Ordering<T>[] {
  let count = 1;
  for (const { targets } of set.groups) for (let size = targets.length; size > 1; size -= 1) count *= size;
  if (count > MAX_ORDERINGS) throw new RangeError(`a set of ${set.size} has ${count} orders: at most ${MAX_ORDERINGS} are listed`);
  let orderings: Ordering<T>[] = [{ order: [], probability: ONE }];
  for (const group of set.groups) {
    const inGroup = orderingsOf(group.targets, set.law);
    orderings = orderings.flatMap((before) =>
      inGroup.map((after) => ({
        order: [...before.order, ...after.order],
        probability: multiply(before.probability, after.probability),
      })),
    );
  }
  return orderings;
}

/**
 * The chance of each of `targets` to be drawn next, n of them with the sum S and z zeros (srv O2, O3):
 *
 *     rfc2782        z = 0: (w + 1/n) / (S + 1)       z > 0: w / (S + 1), a zero 1/z / (S + 1)
 *     proportional   w / S
 *     uniform, and S = 0 in all: 1 / n
 *
 * Whoever is drawn, the rest stands in a uniform shuffle again; so this law holds for every draw, and an order's chance is the product.
 */
function choiceLaw(targets: readonly SrvTarget[], law: Law): readonly Rational[] {
  const n = BigInt(targets.length);
  const weights = targets.map(({ weight }) => BigInt(weight));
  const sum = weights.reduce((total, weight) => total + weight, 0n);
  const zeros = BigInt(weights.filter((weight) => weight === 0n).length);
  if (law === 'uniform' || sum === 0n) return weights.map(() => makeRational(1n, n));
  if (law === 'proportional') return weights.map((weight) => makeRational(weight, sum));
  if (zeros === 0n) return weights.map((weight) => makeRational(n * weight + 1n, n * (sum + 1n)));
  return weights.map((weight) => (weight > 0n ? makeRational(weight, sum + 1n) : makeRational(1n, zeros * (sum + 1n))));
}

/** Sums over every set of failed targets that may be drawn, in whatever order, before the first working one. */
function sharesInGroup<T extends SrvTarget>(group: Group<T>, law: Law, failed: (target: T) => boolean): readonly Rational[] {
  const failedAt = [...group.targets.keys()].filter((at) => failed(group.targets[at] as T));
  if (failedAt.length > MAX_FAILED_IN_GROUP) {
    throw new RangeError(
      `${failedAt.length} targets of priority ${group.priority} have failed: the exact law is computed for at most ${MAX_FAILED_IN_GROUP}`,
    );
  }
  if (failedAt.length === 0) return choiceLaw(group.targets, law);
  const shares = group.targets.map(() => ZERO);
  // reached[tried]: the chance that exactly the failed targets in the bit set `tried` have been drawn at some time.
  const reached: Rational[] = [ONE];
  for (let tried = 0; tried < 1 << failedAt.length; tried += 1) {
    const chance = reached[tried] ?? ZERO;
    const left = [...group.targets.keys()].filter((at) => (tried & bitOf(failedAt, at)) === 0);
    const next = choiceLaw(
      left.map((at) => group.targets[at] as T),
      law,
    );
    for (const [index, at] of left.entries()) {
      const probability = multiply(chance, next[index] ?? ZERO);
      const bit = bitOf(failedAt, at);
      if (bit === 0) shares[at] = add(shares[at] ?? ZERO, probability);
      else reached[tried | bit] = add(reached[tried | bit] ?? ZERO, probability);
    }
  }
  return shares;
}

/** The bit that stands for the target at `at`; 0 for a working one. */
function bitOf(failedAt: readonly number[], at: number): number {
  const index = failedAt.indexOf(at);
  return index < 0 ? 0 : 1 << index;
}

function orderingsOf<T extends SrvTarget>(targets: readonly T[], law: Law): Ordering<T>[] {
  if (targets.length === 0) return [{ order: [], probability: ONE }];
  const next = choiceLaw(targets, law);
  return targets.flatMap((target, at) => {
    const chance = next[at] ?? ZERO;
    if (chance.numerator === 0n) return [];
    return orderingsOf(targets.toSpliced(at, 1), law).map(({ order, probability }) => ({
      order: [target, ...order],
      probability: multiply(chance, probability),
    }));
  });
}
