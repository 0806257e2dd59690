import { csv } from '../report/csv.ts';
import { figureColumns } from './figure-columns.ts';
import type { Figure } from './figure-columns.ts';
import type { SweepReport } from './sweep-report.ts';

/**
 * A sweep as CSV files (RFC 4180), by file name: `variants.csv` with a row for each variant; with several seeds also `spreads.csv` with a
 * row for each figure of each combination of settings. A figure that a variant does not have is empty.
 */
export function sweepCsv({ scenarios, knobs, seeds, variants, spreads }: SweepReport): ReadonlyMap<string, string> {
  const settings = ['scenario', ...knobs.map(({ path }) => path)];
  const rows = variants.map((variant) => new Map(figureColumns(variant).map((figure) => [columnName(figure), figure.value])));
  // Two scenarios may have different hosts.
  const columns = [...new Set(rows.flatMap((row) => [...row.keys()]))];
  const files = new Map([
    [
      'variants.csv',
      csv(
        [...settings, 'seed', ...columns],
        variants.map(({ scenario, settings, seed }, at) => [
          scenarios[scenario] ?? '',
          ...settings,
          seed,
          ...columns.map((column) => rows[at]?.get(column) ?? null),
        ]),
      ),
    ],
  ]);
  if (seeds === 1) return files;
  const rowsOfSpreads = spreads.flatMap(({ scenario, settings, figures }) =>
    figures.map((figure) => {
      const { count, median, least, most, median95 } = figure;
      return [
        scenarios[scenario] ?? '',
        ...settings,
        columnName(figure),
        count,
        median,
        least,
        most,
        median95?.[0] ?? null,
        median95?.[1] ?? null,
      ];
    }),
  );
  return files.set(
    'spreads.csv',
    csv([...settings, 'figure', 'count', 'median', 'least', 'most', 'median95From', 'median95To'], rowsOfSpreads),
  );
}

function columnName({ name, host }: Pick<Figure, 'name' | 'host'>): string {
  return host === null ? name : `${name} ${host}`;
}
