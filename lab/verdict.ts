import type { Count, Question } from './census.ts';
import { holm } from './holm.ts';
import { binomialTest, fisherTest } from './exact-test.ts';
import type { Share } from './exact-test.ts';
import type { Chance } from './exact-law.ts';

/** One count of the lab beside what the simulator has for it. */
export interface Comparison {
  readonly question: Question;
  readonly period: number;
  readonly group: string;
  readonly category: string;
  readonly measured: Share;
  /** By the simulator, and by the exact law; null where that is not known. */
  readonly simulated: Share;
  readonly law: number | null;
  /** How many standard deviations what is measured is away from the law, or else from the simulation, whose error then is in it. */
  readonly z: number;
  /** The exact chance of a difference as large, if all follow the same law; and adjusted to the number of comparisons. */
  readonly chance: number;
  readonly adjusted: number;
}

export interface Verdict {
  readonly verdict: 'agrees' | 'differs';
  /** With what chance `differs` is said of a lab and a simulator that follow the same law. */
  readonly level: number;
  readonly comparisons: readonly Comparison[];
}

/** What is compared: counts of the lab, of the simulator, and the exact law as far as it is known. */
export interface Evidence {
  readonly measured: readonly Count[];
  readonly simulated: readonly Count[];
  readonly law: readonly Chance[];
}

/**
 * Compares all counts. Where the law is known, lab and simulator are both held to it, each by the exact binomial test; where it is not, they are held
 * to each other by Fisher's exact test, which has the sampling error of both in it. The whole is judged by Holm's method: the chance of a false
 * `differs` is at most `level`, whatever depends on what.
 */
export function judge({ measured, simulated, law }: Evidence, level: number): Verdict {
  const keys = new Map([...law, ...simulated, ...measured].map((each) => [keyText(each, each.category), each]));
  const [seen, expected] = [totals(measured), totals(simulated)];
  const chances = new Map(law.map((chance) => [keyText(chance, chance.category), chance.probability]));
  const isLawKnown = new Set(law.map((chance) => keyText(chance)));
  const compared = [...keys].map(([text, key]) => {
    const share = (counts: Totals): Share => ({ count: counts.get(text) ?? 0, of: counts.get(keyText(key)) ?? 0 });
    return compare(key, share(seen), share(expected), isLawKnown.has(keyText(key)) ? clamp(chances.get(text) ?? 0) : null);
  });
  const adjusted = holm(compared.map(({ chance }) => chance));
  const comparisons = compared.map((comparison, at) => ({ ...comparison, adjusted: adjusted[at] ?? 1 }));
  return { verdict: comparisons.some(({ adjusted }) => adjusted <= level) ? 'differs' : 'agrees', level, comparisons };
}

type Key = Pick<Count, 'question' | 'period' | 'group' | 'category'>;
type Totals = ReadonlyMap<string, number>;

function compare(
  { question, period, group, category }: Key,
  measured: Share,
  simulated: Share,
  law: number | null,
): Omit<Comparison, 'adjusted'> {
  // Two tests for one comparison: the chance of the less likely of them is at most twice as high.
  const chance =
    law === null ? fisherTest(measured, simulated) : Math.min(1, 2 * Math.min(binomialTest(measured, law), binomialTest(simulated, law)));
  return { question, period, group, category, measured, simulated, law, z: zOf(measured, simulated, law), chance };
}

// A sum of chances may miss 1 by a rounding error, and then nothing but everything would be likely.
function clamp(probability: number): number {
  if (probability < ROUNDING) return 0;
  return probability > 1 - ROUNDING ? 1 : probability;
}

const ROUNDING = 1e-12;

function keyText({ question, period, group }: Omit<Key, 'category'>, category?: string): string {
  return JSON.stringify([question, period, group, category]);
}

function totals(counts: readonly Count[]): Totals {
  return new Map(counts.flatMap((count) => [[keyText(count, count.category), count.count] as const, [keyText(count), count.of] as const]));
}

function zOf(measured: Share, simulated: Share, law: number | null): number {
  const expected = law ?? (measured.count + simulated.count) / (measured.of + simulated.of);
  const center = law ?? simulated.count / simulated.of;
  const error = Math.sqrt(expected * (1 - expected) * (1 / measured.of + (law === null ? 1 / simulated.of : 0)));
  const difference = measured.count / measured.of - center;
  return error > 0 && Number.isFinite(difference) ? difference / error : 0;
}
