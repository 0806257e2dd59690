/** What came of `of` independent trials. */
export interface Share {
  readonly count: number;
  readonly of: number;
}

/**
 * Fisher's exact test of two shares: the chance of a difference at least as large, if both come from one law. Given how many successes there are in all,
 * those of the first are drawn without replacement. As every test here: twice the smaller tail, at most 1; exact up to rounding.
 */
export function fisherTest(first: Share, second: Share): number {
  const marked = first.count + second.count;
  const drawn = first.of;
  const others = second.of;
  return twiceTheTail(first.count, {
    least: Math.max(0, marked - others),
    most: Math.min(drawn, marked),
    mode: Math.floor(((drawn + 1) * (marked + 1)) / (drawn + others + 2)),
    ratio: (at) => ((marked - at) * (drawn - at)) / ((at + 1) * (others - marked + at + 1)),
  });
}

/** The chance that a share differs as much from `probability`, if that is its law. */
export function binomialTest({ count, of }: Share, probability: number): number {
  if (probability <= 0 || probability >= 1) return count === of * Math.round(probability) ? 1 : 0;
  const odds = probability / (1 - probability);
  return twiceTheTail(count, {
    least: 0,
    most: of,
    mode: Math.floor((of + 1) * probability),
    ratio: (at) => ((of - at) / (at + 1)) * odds,
  });
}

/** A law over `least` to `most` with one summit, by the ratio of the chance of `at + 1` to that of `at`. */
interface Law {
  readonly least: number;
  readonly most: number;
  readonly mode: number;
  readonly ratio: (at: number) => number;
}

// Chances are relative to that of the most likely count, so that none can overflow; what underflows is too little to count.
function twiceTheTail(count: number, { least, most, mode, ratio }: Law): number {
  const summit = Math.min(most, Math.max(least, mode));
  let [sum, lower, upper] = [0, 0, 0];
  const add = (at: number, chance: number): void => {
    sum += chance;
    if (at <= count) lower += chance;
    if (at >= count) upper += chance;
  };
  add(summit, 1);
  for (let at = summit, chance = 1; at < most && chance > 0; at += 1) add(at + 1, (chance *= ratio(at)));
  for (let at = summit, chance = 1; at > least && chance > 0; at -= 1) add(at - 1, (chance /= ratio(at - 1)));
  return Math.min(1, (2 * Math.min(lower, upper)) / sum);
}
