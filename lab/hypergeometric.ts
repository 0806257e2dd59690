/**
 * How likely it is that of `marked` marks on `drawn` + `others` things, dealt out by chance, as many or as few fell on the `drawn` as did:
 * twice the smaller tail, at most 1. That is Fisher's exact test of two counts, `count` of `drawn` against `marked - count` of `others`. Exact,
 * up to rounding, for every size; O(drawn).
 */
export function hypergeometricTest({
  count,
  drawn,
  marked,
  others,
}: {
  readonly count: number;
  readonly drawn: number;
  readonly marked: number;
  readonly others: number;
}): number {
  const least = Math.max(0, marked - others);
  const most = Math.min(drawn, marked);
  // Chances relative to that of the most likely count, so that none of them can overflow; their sum makes up for it.
  const mode = Math.min(most, Math.max(least, Math.floor(((drawn + 1) * (marked + 1)) / (drawn + others + 2))));
  const chances = new Map([[mode, 1]]);
  for (let at = mode; at < most; at += 1)
    chances.set(at + 1, ((chances.get(at) ?? 0) * ((marked - at) * (drawn - at))) / ((at + 1) * (others - marked + at + 1)));
  for (let at = mode; at > least; at -= 1)
    chances.set(at - 1, ((chances.get(at) ?? 0) * (at * (others - marked + at))) / ((marked - at + 1) * (drawn - at + 1)));
  const sum = sumWhere(chances, () => true);
  const lower = sumWhere(chances, (at) => at <= count) / sum;
  const upper = sumWhere(chances, (at) => at >= count) / sum;
  return Math.min(1, 2 * Math.min(lower, upper));
}

// The smallest first: the tails are what counts.
function sumWhere(chances: ReadonlyMap<number, number>, isMeant: (at: number) => boolean): number {
  const meant = [...chances].flatMap(([at, chance]) => (isMeant(at) ? [chance] : []));
  return meant.toSorted((a, b) => a - b).reduce((sum, chance) => sum + chance, 0);
}
