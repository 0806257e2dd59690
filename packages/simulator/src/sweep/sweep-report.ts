import { figureColumns } from './figure-columns.ts';
import type { Figure } from './figure-columns.ts';
import { seedSpread } from './seed-spread.ts';
import type { SeedSpread } from './seed-spread.ts';
import type { VariantFigures } from './variant-figures.ts';
import type { SettingValue, Sweep } from './variants.ts';

/** What a sweep found: the document of `simulate --sweep` and `simulate --seeds`. */
export interface SweepReport {
  readonly v: 1;
  readonly scenarios: readonly string[];
  readonly knobs: Sweep['knobs'];
  readonly seeds: number;
  readonly variants: readonly VariantReport[];
  /** For each combination of settings, over its seeds; empty when there is one seed only. */
  readonly spreads: readonly SpreadReport[];
}

/** Which variant: its place among `scenarios`, and a value for each of `knobs`. */
interface Combination {
  readonly scenario: number;
  readonly settings: readonly SettingValue[];
}

export type VariantReport = Combination & { readonly seed: number } & VariantFigures;

export type SpreadReport = Combination & { readonly figures: readonly FigureSpread[] };

/** A figure of `figureColumns`, over the seeds. */
export type FigureSpread = Omit<Figure, 'value'> & SeedSpread;

/** Puts what was played beside what it was played for. `figures` are in the order of the sweep's variants. */
export function sweepReport({ scenarios, knobs, seeds, variants }: Sweep, figures: readonly VariantFigures[]): SweepReport {
  if (figures.length !== variants.length) throw new RangeError(`${variants.length} variants have figures, not ${figures.length}`);
  const played = variants.flatMap(({ scenarioIndex: scenario, settings, seed }, at) => {
    const found = figures[at];
    return found === undefined ? [] : [{ scenario, settings, seed, ...found }];
  });
  const firsts = played.filter((_, at) => at % seeds === 0);
  return {
    v: 1,
    scenarios,
    knobs,
    seeds,
    variants: played,
    spreads: seeds === 1 ? [] : firsts.map((first, at) => spreadReport(first, played.slice(at * seeds, (at + 1) * seeds))),
  };
}

function spreadReport({ scenario, settings }: Combination, played: readonly VariantReport[]): SpreadReport {
  const rows = played.map((variant) => figureColumns(variant));
  const figures = (rows[0] ?? []).flatMap(({ name, host, unit }, column) => {
    const spread = seedSpread(rows.flatMap((row) => row[column]?.value ?? []));
    return spread === null ? [] : [{ name, host, unit, ...spread }];
  });
  return { scenario, settings, figures };
}
