import { ticks } from '../report-page/charts.ts';
import { element, svg } from '../report-page/elements.ts';
import type { PageDocument, PageElement } from '../report-page/page-dom.ts';
import { placesOn, scaleOf } from './axis-scale.ts';
import { cellText } from './cell-text.ts';
import type { Unit } from './cell-text.ts';
import type { Cell } from './sweep-table.ts';

/** How one figure moves along an axis, of a host or of the estate: a cell for each value of the axis. */
export interface KnobLine {
  readonly name: string;
  readonly tone: number;
  /** What the law says, beside what came out. */
  readonly dashed: boolean;
  readonly cells: readonly (Cell | null)[];
}

export interface KnobChart {
  readonly lines: readonly KnobLine[];
  readonly axis: { readonly name: string; readonly values: readonly string[] };
  readonly unit: Unit;
  /** Whether neighbours on the axis are no steps of one quantity: dots without lines between them. */
  readonly apart: boolean;
  readonly width: number;
}

/** Lines with a dot for each value; behind them, of several seeds, a band from the least to the most and a bar for the median's interval. */
export function knobChart(page: PageDocument, chart: KnobChart, readout: PageElement): PageElement {
  const { lines, axis, width } = chart;
  const plot = knobPlot(page, chart);
  for (const line of lines) plot.root.append(...knobLine(page, line, plot, chart.apart));
  const cursor = svg(page, 'line', { x1: -9, x2: -9, y1: plot.top, y2: plot.bottom, class: 'cursor' });
  plot.root.append(cursor);
  plot.root.addEventListener('pointermove', ({ clientX }) => {
    const box = plot.root.getBoundingClientRect();
    const pointed = ((clientX - box.left) * width) / box.width;
    const all = axis.values.map((_, at) => at);
    const at = all.reduce((nearest, each) => (Math.abs(plot.x(each) - pointed) < Math.abs(plot.x(nearest) - pointed) ? each : nearest), 0);
    cursor.setAttribute('x1', String(plot.x(at)));
    cursor.setAttribute('x2', String(plot.x(at)));
    const told = lines.filter(({ dashed }) => !dashed).map((line) => `${line.name} ${cellText(line.cells[at] ?? null, chart.unit)}`);
    readout.replaceChildren(element(page, 'strong', {}, axis.values[at] ?? ''), ` ${told.join(' · ')}`);
  });
  return plot.root;
}

interface KnobPlot {
  readonly root: PageElement;
  readonly top: number;
  readonly bottom: number;
  readonly x: (at: number) => number;
  readonly y: (value: number) => number;
}

/** Axes and grid; labels that would touch are left out. */
export function knobPlot(page: PageDocument, { lines, axis, unit, width }: KnobChart): KnobPlot {
  const highest = lines.reduce((most, { cells }) => cells.reduce((high, cell) => Math.max(high, ...(cell ?? [])), most), 0);
  const scale = scaleOf(unit, highest);
  const steps = ticks(highest / scale.size, 4).map((value) => ({ value: value * scale.size, text: value.toLocaleString('en-US') }));
  const [top, bottom, height] = [22, 170, 210];
  const [left, right] = [14 + 7 * Math.max(3, ...steps.map(({ text }) => text.length)), width - 16];
  const places = placesOn(axis.values);
  const x = (at: number): number => left + 8 + (places[at] ?? 0) * (right - left - 16);
  const y = (value: number): number => bottom - (highest === 0 ? 0 : (value / highest) * (bottom - top));
  const root = svg(page, 'svg', { width, height, viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': `by ${axis.name}` });
  root.append(svg(page, 'text', { x: 0, y: 12, class: 'axis' }, scale.name));
  for (const { value, text } of steps) {
    root.append(svg(page, 'line', { x1: left, x2: right, y1: y(value), y2: y(value), class: 'grid' }));
    root.append(svg(page, 'text', { x: left - 6, y: y(value) + 4, class: 'axis end' }, text));
  }
  let free = -Infinity; // where the next label may begin
  for (const [at, value] of axis.values.entries()) {
    root.append(svg(page, 'line', { x1: x(at), x2: x(at), y1: bottom, y2: bottom + 5, class: 'grid' }));
    const text = value.length > 14 ? `${value.slice(0, 13)}…` : value;
    const half = 3.5 * text.length;
    const middle = Math.min(Math.max(x(at), half), width - half);
    if (middle - half < free) continue;
    free = middle + half + 4;
    root.append(svg(page, 'text', { x: middle, y: bottom + 19, class: 'axis middle' }, text));
  }
  const letters = Math.floor(width / 7);
  const name = axis.name.length > letters ? `…${axis.name.slice(1 - letters)}` : axis.name;
  root.append(svg(page, 'text', { x: right, y: bottom + 36, class: 'axis end' }, name));
  return { root, top, bottom, x, y };
}

/** One line, from what lies behind to what lies before. */
export function knobLine(
  page: PageDocument,
  { name, tone, dashed, cells }: KnobLine,
  { x, y }: KnobPlot,
  apart: boolean,
): readonly PageElement[] {
  const there = cells.flatMap((cell, at) => (cell === null ? [] : [{ at, cell }]));
  const points = (pick: (cell: Cell) => number): string[] => there.map(({ at, cell }) => `${x(at).toFixed(1)},${y(pick(cell)).toFixed(1)}`);
  const parts: PageElement[] = [];
  if (!dashed && !apart && there.some(({ cell }) => cell.length > 1)) {
    const band = [...points(([median = 0, least = median]) => least), ...points(([median = 0, , most = median]) => most).toReversed()];
    parts.push(svg(page, 'polygon', { points: band.join(' '), class: `band tone-${tone}` }));
  }
  if (!apart)
    parts.push(
      svg(page, 'polyline', { points: points(([value = 0]) => value).join(' '), class: `line tone-${tone}${dashed ? ' law' : ''}` }),
    );
  if (dashed) return parts;
  for (const { at, cell } of there) {
    const [value = 0, least, most, from, to] = cell;
    if (apart && least !== undefined && most !== undefined)
      parts.push(svg(page, 'line', { x1: x(at), x2: x(at), y1: y(least), y2: y(most), class: `line reach tone-${tone}` }));
    if (from !== undefined && to !== undefined)
      parts.push(svg(page, 'line', { x1: x(at), x2: x(at), y1: y(from), y2: y(to), class: `line tone-${tone}` }));
    parts.push(svg(page, 'circle', { cx: x(at), cy: y(value), r: 3, class: `dot tone-${tone}` }, svg(page, 'title', {}, name)));
  }
  return parts;
}
