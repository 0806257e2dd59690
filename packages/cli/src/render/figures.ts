/** How a terminal is shown figures; `-` where there are none. */

/** `1,234,567`, whatever the locale. */
export function count(value: number | null): string {
  return value === null ? '-' : String(value).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

/** `37.44 %`. */
export function percent(share: number | null): string {
  return share === null ? '-' : `${(share * 100).toFixed(2)} %`;
}

/** `40ms`, `6.1s`, `4h`, `6.5d`: a percentile may be a little less than the time it stands for, so it is rounded to the nearest tenth. */
export function duration(ms: number | null): string {
  if (ms === null) return '-';
  if (ms < 1000) return `${ms}ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)}s`;
  if (ms < 3_600_000) return `${tenths(ms / 60_000)}m`;
  return ms < 86_400_000 ? `${tenths(ms / 3_600_000)}h` : `${tenths(ms / 86_400_000)}d`;
}

function tenths(value: number): string {
  return value.toFixed(1).replace('.0', '');
}
