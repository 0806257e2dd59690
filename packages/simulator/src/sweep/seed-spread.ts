/** How a figure is spread over the seeds that it was played with. */
export interface SeedSpread {
  /** In how many of them there was such a figure. */
  readonly count: number;
  /** The middle one; of an even number, halfway between the two in the middle. */
  readonly median: number;
  readonly least: number;
  readonly most: number;
  /** In which the median of all seeds there are lies with at least 95 %; null for fewer than 6 seeds, which cannot tell. */
  readonly median95: readonly [number, number] | null;
}

/**
 * Median, ends and confidence interval of what different seeds gave; null of nothing. The interval takes no law of chance for granted: it
 * is that of the sign test, from the k-th value to the k-th from above, with the largest k that leaves at most 2.5 % on each side.
 */
export function seedSpread(values: readonly number[]): SeedSpread | null {
  const sorted = values.toSorted((a, b) => a - b);
  const count = sorted.length;
  const at = (rank: number): number => sorted[rank - 1] ?? Number.NaN;
  if (count === 0) return null;
  const rank = intervalRank(count);
  return {
    count,
    median: Math.round(((at(Math.floor((count + 1) / 2)) + at(Math.ceil((count + 1) / 2))) / 2) * 1e6) / 1e6,
    least: at(1),
    most: at(count),
    median95: rank === 0 ? null : [at(rank), at(count + 1 - rank)],
  };
}

/**
 * The largest k for which fewer than k of n values lie below the median with a probability of at most 1/40: of n fair coins, fewer than k
 * heads. In whole numbers, so exactly; 0 when not even k = 1 will do.
 */
export function intervalRank(n: number): number {
  const all = 1n << BigInt(n);
  let ways = 1n; // for exactly k heads
  let below = 0n; // for fewer than k
  for (let k = 0; ; k += 1) {
    if (40n * (below + ways) > all) return k;
    below += ways;
    ways = (ways * BigInt(n - k)) / BigInt(k + 1);
  }
}
