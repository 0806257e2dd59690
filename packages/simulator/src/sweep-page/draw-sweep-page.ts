import { legend, section } from '../report-page/draw-page.ts';
import { count, element, noneOf } from '../report-page/elements.ts';
import type { PageDocument, PageElement } from '../report-page/page-dom.ts';
import { table } from '../report-page/tables.ts';
import { sizesOf } from './axis-scale.ts';
import { cellText, figureText } from './cell-text.ts';
import { movingCharts, stillFigures } from './figure-charts.ts';
import type { FigureChart } from './figure-charts.ts';
import { knobChart } from './knob-chart.ts';
import type { SweepTable } from './sweep-table.ts';

/** Fills the page; charts are drawn again when the window's width changes, or what they show is chosen anew. */
export function drawSweepPage(page: PageDocument, sweep: SweepTable): void {
  const { scenarios, seeds, firstSeed, axes, rows } = sweep;
  const title = scenarios.join(' and ');
  page.title = `${title}: srvkit sweep`;
  const told = seeds === 1 ? `seed ${firstSeed}` : `${count(seeds)} seeds each, from ${firstSeed} on`;
  const variants = axes[0]?.name === 'seed' ? rows.length : rows.length * seeds;
  const choice = axisChoice(page, sweep);
  const drawn = movingCharts(sweep).map((chart) => chartSection(page, sweep, chart, choice.chosen));
  const still = stillFigures(sweep).map(({ title, column }) => {
    const { unit = 'count' } = sweep.columns[column] ?? {};
    return `${title}: ${cellText(rows[0]?.cells[column] ?? null, unit)}`;
  });
  page
    .querySelector('#report')
    ?.replaceChildren(
      element(
        page,
        'header',
        {},
        element(page, 'h1', {}, title),
        element(page, 'p', { class: 'quiet' }, `${count(variants)} variants · ${told}`),
      ),
      ...(choice.controls === undefined ? [] : [choice.controls]),
      element(page, 'div', { class: 'charts' }, ...drawn.map(({ section }) => section)),
      section(
        page,
        seeds === 1 || axes[0]?.name === 'seed' ? 'The same in every variant' : 'Of the same median in every variant',
        still.length === 0 ? noneOf(page, 'Every figure moves.') : element(page, 'p', { class: 'quiet' }, still.join(' · ')),
      ),
      axes[0]?.name === 'seed' ? seedTable(page, sweep) : variantTable(page, sweep),
    );
  const draw = (): void => {
    for (const each of drawn) each.draw();
  };
  draw();
  choice.listen(draw);
  page.defaultView.addEventListener('resize', draw);
}

/** What is on the axis of the charts, and at which values everything else is held. */
export interface Chosen {
  readonly axis: number;
  readonly held: readonly number[];
}

/** Selects for both, where there is something to choose. */
export function axisChoice(
  page: PageDocument,
  { axes }: SweepTable,
): { readonly controls: PageElement | undefined; readonly chosen: () => Chosen; readonly listen: (draw: () => void) => void } {
  const options = (names: readonly string[]): PageElement[] => names.map((name, value) => element(page, 'option', { value }, name));
  const axisSelect = element(page, 'select', { id: 'axis' }, ...options(axes.map(({ name }) => name)));
  const held = axes.map(({ name, values }, at) => {
    const select = element(page, 'select', { id: `held-${at}` }, ...options(values));
    return { select, label: element(page, 'label', {}, `${name} = `, select) };
  });
  const chosen = (): Chosen => ({
    axis: axes.length > 1 ? Number(axisSelect.value) : 0,
    held: held.map(({ select }) => Number(select.value)),
  });
  // The value of what is on the axis is not held.
  const showHeld = (): void => {
    for (const [at, { label }] of held.entries()) label.setAttribute('class', at === chosen().axis ? 'hidden' : '');
  };
  if (axes.length < 2) return { controls: undefined, chosen, listen: () => undefined };
  showHeld();
  const labels = [element(page, 'label', {}, 'along ', axisSelect), ...held.map(({ label }) => label)];
  return {
    controls: element(page, 'section', { class: 'controls' }, ...labels),
    chosen,
    listen: (draw) => {
      for (const select of [axisSelect, ...held.map(({ select }) => select)]) {
        select.addEventListener('change', () => {
          showHeld();
          draw();
        });
      }
    },
  };
}

export function chartSection(
  page: PageDocument,
  { axes, rows }: SweepTable,
  { title, unit, lines, left }: FigureChart,
  chosen: () => Chosen,
): { readonly section: PageElement; readonly draw: () => void } {
  const box = element(page, 'div', { class: 'chart' });
  const readout = element(page, 'p', { class: 'readout' });
  const solid = lines.filter(({ dashed }) => !dashed);
  const others = left > 0 ? [{ name: `${left} more hosts move less`, tone: 8, values: [] }] : [];
  const law = element(page, 'p', { class: 'quiet' }, 'Dashed: what the law gives.');
  const names = solid.length > 1 || left > 0 ? [legend(page, 'tone', [...solid.map((line) => ({ ...line, values: [] })), ...others])] : [];
  const draw = (): void => {
    const { axis, held } = chosen();
    const { name = '', values = [] } = axes[axis] ?? {};
    const shownRows = values.map((_, value) =>
      rows.find(({ at }) => at.every((place, each) => place === (each === axis ? value : held[each]))),
    );
    const shown = lines.map((line) => ({ ...line, cells: shownRows.map((row) => row?.cells[line.column] ?? null) }));
    const apart = name === 'seed' || sizesOf(values) === undefined;
    law.setAttribute('class', apart || solid.length === lines.length ? 'hidden' : 'quiet');
    box.replaceChildren(knobChart(page, { lines: shown, axis: { name, values }, unit, apart, width: box.clientWidth }, readout));
    readout.replaceChildren('');
  };
  return { section: section(page, title, box, ...names, law, readout), draw };
}

/** A row for each combination: its values, the figures of the estate, and the shares that move the most. */
export function variantTable(page: PageDocument, sweep: SweepTable): PageElement {
  const { axes, columns, rows, seeds } = sweep;
  const estate = columns.flatMap(({ headline }, column) => (headline ? [column] : []));
  const shares = movingCharts(sweep).flatMap(({ lines }) =>
    lines.filter(({ column, dashed }) => !dashed && columns[column]?.name === 'share'),
  );
  const chosen = [...estate, ...shares.map(({ column }) => column)];
  const cells = rows.map((row) => [
    ...axes.map(({ values }, axis) => values[row.at[axis] ?? 0] ?? ''),
    ...chosen.map((column) => {
      const [value] = row.cells[column] ?? [];
      return value === undefined ? '–' : figureText(value, columns[column]?.unit ?? 'count');
    }),
  ]);
  const heading = [...axes.map(({ name }) => name), ...chosen.map((column) => columns[column]?.label ?? '')];
  return section(
    page,
    seeds === 1 ? 'Variants' : 'Variants: medians over the seeds',
    element(page, 'p', { class: 'quiet' }, 'Times are those of the slowest site; most means at once.'),
    table(page, heading, axes.length, cells),
  );
}

/** Of one scenario with many seeds, how each figure is spread. */
export function seedTable(page: PageDocument, { columns, overall }: SweepTable): PageElement {
  const cells = columns.flatMap(({ label, unit }, column) => {
    const [median, least, most, from, to] = overall[column] ?? [];
    if (median === undefined || least === undefined || most === undefined || most === 0) return [];
    const interval = from === undefined || to === undefined ? '–' : `${figureText(from, unit)} to ${figureText(to, unit)}`;
    return [[label, figureText(median, unit), interval, figureText(least, unit), figureText(most, unit)]];
  });
  return section(page, 'Over the seeds', table(page, ['figure', 'median', '95 % of the median', 'least', 'most'], 1, cells));
}
