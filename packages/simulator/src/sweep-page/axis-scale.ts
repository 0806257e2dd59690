import type { Unit } from './cell-text.ts';

/** Where values stand on an axis, from 0 to 1: by their size where they have one, else one after the other. */
export function placesOn(values: readonly string[]): readonly number[] {
  if (values.length === 1) return [0.5];
  const sizes = sizesOf(values) ?? values.map((_, at) => at);
  const least = Math.min(...sizes);
  const most = Math.max(...sizes);
  return sizes.map((size) => (size - least) / (most - least));
}

/** The sizes of values that are quantities of one kind; undefined when they are words, or two of them are the same. */
export function sizesOf(values: readonly string[]): readonly number[] | undefined {
  const units: Readonly<Record<string, number>> = { '': 1, '%': 1, ms: 1, s: 1e3, m: 6e4, h: 3.6e6, d: 8.64e7 };
  const kinds: Readonly<Record<string, string>> = { '': 'number', '%': 'share' };
  const read = values.map((value) => /^([+-]?\d+(?:\.\d+)?)(ms|s|m|h|d|%|)$/.exec(value));
  const sizes = read.map((match) => Number(match?.[1]) * (units[match?.[2] ?? ''] ?? 1));
  const isOneKind = new Set(read.map((match) => kinds[match?.[2] ?? ''] ?? 'duration')).size === 1;
  return read.includes(null) || !isOneKind || new Set(sizes).size < sizes.length ? undefined : sizes;
}

/** The unit in which an axis is written, so that its numbers stay short. */
export function scaleOf(unit: Unit, highest: number): { readonly size: number; readonly name: string } {
  if (unit === 'share') return { size: 0.01, name: '%' };
  if (unit === 'count') return { size: 1, name: '' };
  const scales = [
    { size: 86_400_000, name: 'd' },
    { size: 3_600_000, name: 'h' },
    { size: 60_000, name: 'min' },
    { size: 1000, name: 's' },
  ];
  return scales.find(({ size }) => highest >= 2 * size) ?? { size: 1, name: 'ms' };
}
