import type { Unit } from './cell-text.ts';
import type { SweepTable } from './sweep-table.ts';

/** A chart of the page: which columns it shows. */
export interface FigureChart {
  readonly title: string;
  readonly unit: Unit;
  readonly lines: readonly FigureLine[];
  /** How many hosts it leaves out: those that move the least. */
  readonly left: number;
}

interface FigureLine {
  readonly column: number;
  readonly name: string;
  readonly tone: number;
  /** What the law says. */
  readonly dashed: boolean;
}

/** The charts of what moves from row to row. */
export function movingCharts(table: SweepTable): readonly FigureChart[] {
  return figureCharts(table).filter(({ lines }) => lines.some(({ column, dashed }) => !dashed && movement(table, column) > 0));
}

/** What does not move, and is there at all: a title and the column that has the value. */
export function stillFigures(table: SweepTable): readonly { readonly title: string; readonly column: number }[] {
  return figureCharts(table)
    .filter(({ lines }) => lines.every(({ column }) => movement(table, column) === 0))
    .flatMap(({ title, lines }) => lines.map(({ column, name }) => ({ title: lines.length === 1 ? title : `${title}, ${name}`, column })))
    .filter(({ column }) => (table.rows[0]?.cells[column]?.[0] ?? 0) > 0);
}

export function figureCharts(table: SweepTable): readonly FigureChart[] {
  return [
    hostChart(table, 'Share of each host', 'share'),
    estateChart(table, 'Activations', [['activations', 'activations']]),
    estateChart(table, 'Passes without one', [['failed', 'passes without one']]),
    estateChart(table, 'Requests over the WAN', [['wanCrossings', 'requests over the WAN']]),
    estateChart(table, 'DNS questions over the WAN', [['wanDnsQuestions', 'DNS questions over the WAN']]),
    ...[
      ['Time to activate', 'activate'],
      ['Time to fail over', 'failOver'],
      ['Time out of service', 'outOfService'],
    ].map(([title = '', name = '']) =>
      estateChart(table, `${title}, slowest site`, [
        [`${name}MedianMs`, 'median'],
        [`${name}P95Ms`, '95th'],
      ]),
    ),
    estateChart(table, 'Out of service at the end', [['outOfServiceAtEnd', 'clients']]),
    estateChart(table, 'The most clients at once', [
      ['worstOotGrace', 'in out-of-tolerance grace'],
      ['worstNotification', 'in notification'],
      ['worstDisconnected', 'disconnected'],
    ]),
    hostChart(table, 'Peak a minute of each host', 'peakPerMinute'),
    hostChart(table, 'Requests refused by each host', 'refused'),
    hostChart(table, 'Connections unanswered by each host', 'unanswered'),
    estateChart(table, 'Findings', [['findings', 'findings']]),
  ];
}

export function estateChart(
  { columns }: SweepTable,
  title: string,
  figures: readonly (readonly [name: string, label: string])[],
): FigureChart {
  const lines = figures.map(([name, label], tone) => ({
    column: columns.findIndex((each) => each.name === name && each.host === null),
    name: label,
    tone,
    dashed: false,
  }));
  return { title, unit: columns[lines[0]?.column ?? -1]?.unit ?? 'count', lines, left: 0 };
}

/** A line for each host, at most eight of them: those that move the most. Behind shares stands what the law says. */
export function hostChart(table: SweepTable, title: string, figure: string): FigureChart {
  const { columns } = table;
  const hosts = columns.flatMap(({ name, host }, column) => (name === figure && host !== null ? [{ column, name: host }] : []));
  const ranked = hosts.toSorted((a, b) => movement(table, b.column) - movement(table, a.column));
  const chosen = hosts.filter((host) => ranked.slice(0, 8).includes(host));
  const lines = chosen.map((host, tone) => ({ ...host, tone, dashed: false }));
  const law = lines.map(({ name, tone }) => ({
    column: figure === 'share' ? columns.findIndex((each) => each.name === 'expectedShare' && each.host === name) : -1,
    name,
    tone,
    dashed: true,
  }));
  return {
    title,
    unit: columns[lines[0]?.column ?? -1]?.unit ?? 'count',
    lines: [...law.filter(({ column }) => column >= 0), ...lines],
    left: hosts.length - chosen.length,
  };
}

/** From the least to the most in all rows; what some rows do not have counts as less than anything. */
export function movement({ rows }: SweepTable, column: number): number {
  const values = rows.map(({ cells }) => cells[column]?.[0] ?? -1);
  return Math.max(...values) - Math.min(...values);
}
