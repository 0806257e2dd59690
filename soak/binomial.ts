/**
 * The fewest successes in `n` independent trials of chance `p` that are still believable: fewer have a chance of at most `alpha`. Exact, up to
 * rounding. With `n - fewestSuccesses(n, 1 - p, alpha)` it gives the most.
 */
export function fewestSuccesses(n: number, p: number, alpha: number): number {
  let logChance = n * Math.log1p(-p);
  let sum = 0;
  for (let successes = 0; successes < n; successes += 1) {
    sum += Math.exp(logChance);
    if (sum > alpha) return successes;
    logChance += Math.log(((n - successes) / (successes + 1)) * (p / (1 - p)));
  }
  return n;
}
