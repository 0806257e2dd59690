import type { Count, Question } from './census.ts';
import { holm } from './holm.ts';
import { hypergeometricTest } from './hypergeometric.ts';

/** One count of the lab beside what the simulator has for it. */
export interface Comparison {
  readonly question: Question;
  readonly period: number;
  readonly group: string;
  readonly category: string;
  readonly measured: Share;
  readonly predicted: Share;
  /** How many standard deviations of the difference the two shares are apart; both errors are in it. */
  readonly z: number;
  /** The exact chance of a difference as large, if both come from the same law; and adjusted to the number of comparisons. */
  readonly chance: number;
  readonly adjusted: number;
}

export interface Share {
  readonly count: number;
  readonly of: number;
}

export interface Verdict {
  readonly verdict: 'agrees' | 'differs';
  /** With what chance `differs` is said of a lab and a simulator that follow the same law. */
  readonly level: number;
  readonly comparisons: readonly Comparison[];
}

/**
 * Compares all counts by Fisher's exact test, which has the sampling error of both sides in it, and judges the whole by Holm's method: the
 * chance of a false `differs` is at most `level`, whatever depends on what.
 */
export function judge(measured: readonly Count[], predicted: readonly Count[], level: number): Verdict {
  const pairs = new Map<string, { key: Key; measured: Share; predicted: Share }>();
  const [seen, expected] = [totals(measured), totals(predicted)];
  for (const key of [...predicted, ...measured]) {
    const text = keyText(key, key.category);
    if (pairs.has(text)) continue;
    const of = (counts: Totals): Share => ({ count: counts.get(text) ?? 0, of: counts.get(keyText(key)) ?? 0 });
    pairs.set(text, { key, measured: of(seen), predicted: of(expected) });
  }
  const compared = [...pairs.values()].map(({ key: { question, period, group, category }, measured, predicted }) => {
    return { question, period, group, category, measured, predicted, z: zOf(measured, predicted), chance: chanceOf(measured, predicted) };
  });
  const adjusted = holm(compared.map(({ chance }) => chance));
  const comparisons = compared.map((comparison, at) => ({ ...comparison, adjusted: adjusted[at] ?? 1 }));
  return { verdict: comparisons.some(({ adjusted }) => adjusted <= level) ? 'differs' : 'agrees', level, comparisons };
}

type Key = Pick<Count, 'question' | 'period' | 'group' | 'category'>;
type Totals = ReadonlyMap<string, number>;

function keyText({ question, period, group }: Omit<Key, 'category'>, category?: string): string {
  return JSON.stringify([question, period, group, category]);
}

function totals(counts: readonly Count[]): Totals {
  return new Map(counts.flatMap((count) => [[keyText(count, count.category), count.count] as const, [keyText(count), count.of] as const]));
}

function chanceOf(measured: Share, predicted: Share): number {
  return hypergeometricTest({
    count: measured.count,
    drawn: measured.of,
    marked: measured.count + predicted.count,
    others: predicted.of,
  });
}

function zOf(measured: Share, predicted: Share): number {
  const together = (measured.count + predicted.count) / (measured.of + predicted.of);
  const error = Math.sqrt(together * (1 - together) * (1 / measured.of + 1 / predicted.of));
  const difference = measured.count / measured.of - predicted.count / predicted.of;
  return error > 0 && Number.isFinite(difference) ? difference / error : 0;
}
