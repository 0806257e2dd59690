import { count, duration, percent } from '../report-page/elements.ts';
import type { Figure } from '../sweep/figure-columns.ts';
import type { Cell } from './sweep-table.ts';

export type Unit = Figure['unit'];

/** `16.70 % (14.20 % to 18.10 %)`: a value, and of several seeds the least and the most where they differ. */
export function cellText(cell: Cell | null, unit: Unit): string {
  if (cell === null) return '–';
  const [value = 0, least, most] = cell;
  const text = figureText(value, unit);
  return least === undefined || most === undefined || least === most
    ? text
    : `${text} (${figureText(least, unit)} to ${figureText(most, unit)})`;
}

export function figureText(value: number, unit: Unit): string {
  if (unit === 'share') return percent(value);
  return unit === 'ms' ? duration(value) : count(value);
}
