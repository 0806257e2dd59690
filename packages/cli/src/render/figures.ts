/** How a terminal is shown figures; `-` where there are none. */

/** `1,234,567`, whatever the locale. */
export function count(value: number | null): string {
  return value === null ? '-' : String(value).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

/** `37.44 %`. */
export function percent(share: number | null): string {
  return share === null ? '-' : `${(share * 100).toFixed(2)} %`;
}

/** `40ms`, `6.1s`, `4h`. */
export function duration(ms: number | null): string {
  if (ms === null) return '-';
  if (ms < 1000) return `${ms}ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)}s`;
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)}m`;
  return ms < 86_400_000 ? `${Math.floor(ms / 3_600_000)}h` : `${Math.floor(ms / 86_400_000)}d`;
}
