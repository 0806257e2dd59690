import { scriptedRandom } from '../src/index.ts';
import type { Random } from '../src/index.ts';

/**
 * Runs `run` with every sequence of draws it can ask for, each through `scriptedRandom`, and hands its result to `visit` with the
 * number of equally likely cases that this run is one of.
 */
export function everyScript<T>(run: (random: Random) => T, visit: (result: T, oneIn: number) => void): void {
  const script = Array.from({ length: MAX_DRAWS }, () => 0);
  const bounds: number[] = [];
  for (;;) {
    bounds.length = 0;
    const scripted = scriptedRandom(script);
    const result = run({
      below(bound) {
        bounds.push(bound);
        return scripted.below(bound);
      },
    });
    let oneIn = 1;
    for (const bound of bounds) oneIn *= bound;
    visit(result, oneIn);
    let last = bounds.length - 1;
    while (last >= 0 && script[last] === bounds[last]! - 1) last -= 1;
    if (last < 0) return;
    script[last]! += 1;
    script.fill(0, last + 1);
  }
}

const MAX_DRAWS = 16;

/** The exact chance of every result of `run`, as text: `{ab: '3/8', ba: '5/8'}`. */
export function exactChances(run: (random: Random) => string): Record<string, string> {
  const cases = new Map<string, Map<number, bigint>>();
  everyScript(run, (result, oneIn) => {
    const counts = cases.get(result) ?? new Map<number, bigint>();
    cases.set(result, counts);
    counts.set(oneIn, (counts.get(oneIn) ?? 0n) + 1n);
  });
  return Object.fromEntries([...cases].map(([result, counts]) => [result, sumText(counts)] as const).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function sumText(counts: ReadonlyMap<number, bigint>): string {
  let numerator = 0n;
  let denominator = 1n;
  for (const [oneIn, count] of counts) {
    numerator = numerator * BigInt(oneIn) + count * denominator;
    denominator *= BigInt(oneIn);
  }
  let [divisor, rest] = [denominator, numerator];
  while (rest !== 0n) [divisor, rest] = [rest, divisor % rest];
  return denominator === divisor ? `${numerator / divisor}` : `${numerator / divisor}/${denominator / divisor}`;
}
