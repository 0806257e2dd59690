import { count, element, svg } from './elements.ts';
import type { PageDocument, PageElement } from './page-dom.ts';

/** Values over time: one each `binDays`. `tone` is one of the style's colours; lines of tone 8 stand back. */
export interface Line {
  readonly name: string;
  readonly tone: number;
  readonly values: readonly number[];
}

/** A moment to mark, with the number by which a list names it. */
export interface Mark {
  readonly day: number;
  readonly label: string;
}

export interface Chart {
  readonly lines: readonly Line[];
  readonly marks: readonly Mark[];
  readonly binDays: number;
  readonly days: number;
  readonly unit: string;
  readonly width: number;
}

/** Where a chart draws: room for the axes is left out. */
export interface Plot {
  readonly root: PageElement;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly x: (day: number) => number;
  readonly y: (value: number) => number;
}

/** About `wanted` round numbers from 0 to `highest`. */
export function ticks(highest: number, wanted: number): readonly number[] {
  const rough = Math.max(highest, 1e-9) / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? rough;
  return Array.from({ length: Math.floor(highest / step + 1e-9) + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}

/** Axes and grid. */
export function plot(page: PageDocument, { width, days, unit, marks }: Chart, highest: number): Plot {
  const left = Math.max(34, 14 + 7 * count(Math.round(highest)).length);
  const [top, right, bottom] = [22 + (marks.length > 0 ? 20 : 0), width - 14, 270];
  const root = svg(page, 'svg', { width, height: 310, viewBox: `0 0 ${width} 310`, role: 'img', 'aria-label': unit });
  const x = (day: number): number => left + (days === 0 ? 0 : (day / days) * (right - left));
  const y = (value: number): number => bottom - (highest === 0 ? 0 : (value / highest) * (bottom - top));
  root.append(svg(page, 'text', { x: 0, y: 12, class: 'axis' }, unit));
  for (const value of ticks(highest, 4)) {
    root.append(svg(page, 'line', { x1: left, x2: right, y1: y(value), y2: y(value), class: 'grid' }));
    root.append(svg(page, 'text', { x: left - 6, y: y(value) + 4, class: 'axis end' }, count(value)));
  }
  for (const day of ticks(days, Math.max(2, Math.floor((right - left) / 90)))) {
    root.append(svg(page, 'line', { x1: x(day), x2: x(day), y1: bottom, y2: bottom + 5, class: 'grid' }));
    root.append(svg(page, 'text', { x: x(day), y: bottom + 19, class: 'axis middle' }, count(day)));
  }
  root.append(svg(page, 'text', { x: right, y: bottom + 36, class: 'axis end' }, 'day'));
  return { root, left, top, right, bottom, x, y };
}

/** The marked moments as numbered lines; numbers that would meet are put one above the other. */
export function timeMarks(page: PageDocument, { root, top, bottom, x }: Plot, marks: readonly Mark[]): void {
  let last = -Infinity;
  let row = 0;
  for (const { day, label } of marks) {
    const at = x(day);
    row = at - last < 9 + 7 * label.length ? 1 - row : 0;
    last = at;
    root.append(svg(page, 'line', { x1: at, x2: at, y1: top - 4, y2: bottom, class: 'mark' }));
    root.append(svg(page, 'text', { x: at, y: top - 8 - 12 * row, class: 'marked middle' }, label));
  }
}

/** Lines over time, and under the pointer their values. */
export function lineChart(page: PageDocument, chart: Chart, readout: PageElement): PageElement {
  const highest = chart.lines.reduce((most, { values }) => values.reduce((high, value) => Math.max(high, value), most), 0);
  const drawn = plot(page, chart, highest);
  for (const { name, tone, values } of [...chart.lines].sort((a, b) => b.tone - a.tone)) {
    const points = values.map(
      (value, bin) => `${drawn.x(Math.min(bin * chart.binDays, chart.days)).toFixed(1)},${drawn.y(value).toFixed(1)}`,
    );
    drawn.root.append(svg(page, 'polyline', { points: points.join(' '), class: `line tone-${tone}` }, svg(page, 'title', {}, name)));
  }
  timeMarks(page, drawn, chart.marks);
  const cursor = svg(page, 'line', { x1: -9, x2: -9, y1: drawn.top, y2: drawn.bottom, class: 'cursor' });
  drawn.root.append(cursor);
  drawn.root.addEventListener('pointermove', ({ clientX }) => {
    const box = drawn.root.getBoundingClientRect();
    const at = ((clientX - box.left) * chart.width) / box.width;
    const part = Math.min(1, Math.max(0, (at - drawn.left) / (drawn.right - drawn.left)));
    const bin = Math.round((part * chart.days) / chart.binDays);
    const day = Math.min(bin * chart.binDays, chart.days);
    cursor.setAttribute('x1', String(drawn.x(day)));
    cursor.setAttribute('x2', String(drawn.x(day)));
    const values = chart.lines.filter(({ tone }) => tone < 8).map((line) => `${line.name} ${count(line.values[bin] ?? 0)}`);
    readout.replaceChildren(element(page, 'strong', {}, `day ${day.toFixed(2)}`), ` ${values.join(' · ')}`);
  });
  return drawn.root;
}

/** Lines as layers upon each other, the first at the bottom. */
export function areaChart(page: PageDocument, chart: Chart): PageElement {
  const bins = chart.lines[0]?.values.length ?? 0;
  const heights = Array.from({ length: bins }, (_, bin) => chart.lines.reduce((sum, { values }) => sum + (values[bin] ?? 0), 0));
  const drawn = plot(
    page,
    chart,
    heights.reduce((most, height) => Math.max(most, height), 0),
  );
  const floor = Array.from({ length: bins }, () => 0);
  for (const { name, tone, values } of chart.lines) {
    const point = (bin: number): string =>
      `${drawn.x(Math.min(bin * chart.binDays, chart.days)).toFixed(1)},${drawn.y(floor[bin] ?? 0).toFixed(1)}`;
    const below = floor.map((_, bin) => point(bin)).toReversed();
    for (const [bin, value] of values.entries()) floor[bin] = (floor[bin] ?? 0) + value;
    const above = floor.map((_, bin) => point(bin));
    drawn.root.append(
      svg(page, 'polygon', { points: [...above, ...below].join(' '), class: `area state-${tone}` }, svg(page, 'title', {}, name)),
    );
  }
  timeMarks(page, drawn, chart.marks);
  return drawn.root;
}
