import { figureColumns } from '../sweep/figure-columns.ts';
import type { Figure } from '../sweep/figure-columns.ts';
import { figureLabel, HEADLINES } from '../sweep/figure-label.ts';
import { seedSpread } from '../sweep/seed-spread.ts';
import type { SweepReport, VariantReport } from '../sweep/sweep-report.ts';

/** What the page of a sweep is drawn from: a row for each combination, a column for each figure. */
export interface SweepTable {
  readonly scenarios: readonly string[];
  readonly seeds: number;
  readonly firstSeed: number;
  /** What differs from row to row: the knobs, and the scenario where there are several. Without any of them, the seed. */
  readonly axes: readonly { readonly name: string; readonly values: readonly string[] }[];
  readonly columns: readonly (Pick<Figure, 'name' | 'host' | 'unit'> & {
    readonly label: string;
    /** Whether the table of variants has it. */ readonly headline: boolean;
  })[];
  readonly rows: readonly {
    /** The place of its value on each axis. */
    readonly at: readonly number[];
    readonly cells: readonly (Cell | null)[];
  }[];
  /** Over all seeds, when these are the only axis. */
  readonly overall: readonly (Cell | null)[];
}

/** A value; of several seeds their median, the least and the most, and the ends of the median's interval where there is one. */
export type Cell = readonly number[];

/** Puts a sweep in the form in which it is drawn. */
export function sweepTable({ scenarios, knobs, seeds, variants }: SweepReport): SweepTable {
  const axes = [
    ...knobs.map(({ path, values }) => ({ name: path, values: values.map(String) })),
    ...(scenarios.length > 1
      ? [{ name: 'scenario', values: scenarios.map((name, at) => `${String.fromCodePoint(65 + at)} ${name}`) }]
      : []),
  ];
  const figures = variants.map(
    (variant) => new Map(figureColumns(variant).map((figure) => [JSON.stringify([figure.name, figure.host]), figure])),
  );
  const columns = [...new Map(figures.flatMap((row) => [...row])).values()].map(({ name, host, unit }) => ({
    name,
    host,
    unit,
    label: figureLabel({ name, host }),
    headline: host === null && HEADLINES.has(name),
  }));
  const valuesOf = (from: number, to: number): readonly (readonly number[])[] =>
    columns.map(({ name, host }) => figures.slice(from, to).flatMap((row) => row.get(JSON.stringify([name, host]))?.value ?? []));
  const onlySeeds = axes.length === 0 && seeds > 1;
  const step = onlySeeds ? 1 : seeds;
  const firsts = variants.filter((_, at) => at % step === 0);
  return {
    scenarios,
    seeds,
    firstSeed: variants[0]?.seed ?? 0,
    axes: onlySeeds ? [{ name: 'seed', values: variants.map(({ seed }) => String(seed)) }] : axes,
    columns,
    rows: firsts.map((variant, at) => ({
      at: onlySeeds ? [at] : placeOf(variant, { scenarios, knobs }),
      cells: valuesOf(at * step, (at + 1) * step).map(cellOf),
    })),
    overall: onlySeeds ? valuesOf(0, variants.length).map(cellOf) : [],
  };
}

function placeOf({ scenario, settings }: VariantReport, { scenarios, knobs }: Pick<SweepReport, 'scenarios' | 'knobs'>): readonly number[] {
  return [...knobs.map(({ values }, at) => values.indexOf(settings[at] ?? '')), ...(scenarios.length > 1 ? [scenario] : [])];
}

function cellOf(values: readonly number[]): Cell | null {
  const spread = seedSpread(values);
  if (spread === null) return null;
  return spread.count === 1 ? [spread.median] : [spread.median, spread.least, spread.most, ...(spread.median95 ?? [])];
}
