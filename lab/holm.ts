/**
 * Holm's step-down adjustment: with these in place of the chances of single tests, "at most `level`" is wrong about any of them with a chance of
 * at most `level`, however the tests depend on each other.
 */
export function holm(chances: readonly number[]): readonly number[] {
  const order = [...chances.keys()].toSorted((a, b) => (chances[a] ?? 1) - (chances[b] ?? 1));
  const adjusted = chances.map(() => 1);
  let highest = 0;
  for (const [rank, at] of order.entries()) {
    highest = Math.max(highest, Math.min(1, (chances[at] ?? 1) * (chances.length - rank)));
    adjusted[at] = highest;
  }
  return adjusted;
}
