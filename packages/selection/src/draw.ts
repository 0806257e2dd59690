import type { PreparedSet, SrvTarget } from './prepared-set.ts';
import type { Random } from './random.ts';

/** Options of a draw. */
export interface DrawOptions<T extends SrvTarget = SrvTarget> {
  /**
   * Targets that come last in their group. They are drawn like all others and then held back, so the order among the others, and the
   * order among the demoted ones, is the very order that the same `random` gives without demotion. Asked once a target, when it is drawn.
   */
  readonly demoted?: ((target: T) => boolean) | undefined;
}

/**
 * The order of `set`, drawn lazily: ascending priority, every group by the law of the set, without replacement. Stop where you like:
 * what is not asked for is not drawn.
 */
export function* drawOrder<T extends SrvTarget>(
  set: PreparedSet<T>,
  random: Random,
  options: DrawOptions<T> = {},
): Generator<T, undefined, undefined> {
  const draw = new Draw(set, random, options.demoted);
  while (draw.enterNextGroup()) {
    for (let target = draw.nextInGroup(); target !== undefined; target = draw.nextInGroup()) yield target;
  }
}

/**
 * One pass over a prepared set, for callers that must know where a priority group ends:
 *
 *     const draw = new Draw(set, random);
 *     while (draw.enterNextGroup()) {
 *       for (let t = draw.nextInGroup(); t !== undefined; t = draw.nextInGroup()) ...
 *     }
 *
 * Made for hot paths: entering a group costs nothing, the first target of a group one or two random numbers and no copy. The set is
 * never written to. `demoted` as in `DrawOptions`.
 */
export class Draw<T extends SrvTarget = SrvTarget> {
  readonly #set: PreparedSet<T>;
  readonly #random: Random;
  readonly #demoted: ((target: T) => boolean) | undefined;
  #entered = 0;
  #remaining: readonly T[] = NONE;
  #weightSum = 0;
  /** Where the target drawn last still stands in `#remaining`; -1 before the first draw of a group. */
  #drawnAt = -1;
  #held: T[] | undefined;

  constructor(set: PreparedSet<T>, random: Random, demoted?: (target: T) => boolean) {
    this.#set = set;
    this.#random = random;
    this.#demoted = demoted;
  }

  /** Goes on to the next priority group, whatever is left of this one. The first call enters the best. False when there is none. */
  enterNextGroup(): boolean {
    const group = this.#set.groups[this.#entered];
    this.#entered += 1;
    this.#remaining = group === undefined ? NONE : group.targets;
    this.#weightSum = group === undefined ? 0 : group.weightSum;
    this.#drawnAt = -1;
    this.#held = undefined;
    return group !== undefined;
  }

  /** Draws the next target of the group entered last; undefined when the group is used up. */
  nextInGroup(): T | undefined {
    for (;;) {
      const target = this.#drawOne();
      if (target === undefined) return this.#held?.shift();
      if (this.#demoted === undefined || !this.#demoted(target)) return target;
      this.#held ??= [];
      this.#held.push(target);
    }
  }

  #drawOne(): T | undefined {
    if (this.#drawnAt >= 0) this.#remaining = without(this.#remaining, this.#drawnAt);
    this.#drawnAt = this.#remaining.length > 1 ? this.#pick() : this.#remaining.length - 1;
    const target = this.#remaining[this.#drawnAt];
    if (target !== undefined && this.#weightSum > 0) this.#weightSum -= target.weight;
    return target;
  }

  /**
   * RFC 2782, "Usage rules": shuffle, zeros first, a uniform integer in 0..sum, the first record whose running sum reaches it. A number
   * above 0 is reached with the same chance in every arrangement, so the canonical one will do; for 0 all that counts is which
   * record stands first. The shuffle is therefore not made: its first record is drawn when it is needed. (What remains is uniformly
   * shuffled again, whoever was taken, so this holds for every further draw.)
   */
  #pick(): number {
    const sum = this.#weightSum;
    if (sum === 0) return this.#random.below(this.#remaining.length);
    if (this.#set.law === 'proportional') return reaching(this.#remaining, 1 + this.#random.below(sum));
    const drawn = this.#random.below(sum + 1);
    return drawn > 0 ? reaching(this.#remaining, drawn) : firstOfShuffle(this.#remaining, this.#random);
  }
}

const NONE: readonly never[] = [];

/** Where the running sum of weights reaches `drawn`, a number in 1..sum. */
function reaching(targets: readonly SrvTarget[], drawn: number): number {
  let missing = drawn;
  let at = 0;
  for (; at < targets.length - 1; at += 1) {
    missing -= targets[at]?.weight ?? 0;
    if (missing <= 0) break;
  }
  return at;
}

/** A copy without the item at `left`. Not `toSpliced`, which takes five times as long for the few items of a group. */
function without<T>(items: readonly T[], left: number): T[] {
  const rest: T[] = [];
  for (let at = 0; at < items.length; at += 1) {
    if (at !== left) rest.push(items[at] as T);
  }
  return rest;
}

/** Who stands first after a uniform shuffle that puts zeros first. */
function firstOfShuffle(targets: readonly SrvTarget[], random: Random): number {
  const zeros = [...targets.keys()].filter((at) => targets[at]?.weight === 0);
  const picked = random.below(zeros.length || targets.length);
  return zeros[picked] ?? picked;
}
