// How a report writes figures.

const DAY = 1440;

/** Minutes as days, to four places. */
export function inDays(minutes: number): number {
  return Math.round((minutes / DAY) * 10_000) / 10_000;
}

/** A share to six places; null of nothing. */
export function shareOf(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((part / whole) * 1e6) / 1e6;
}

/** `37.4 %`. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** 1,204: as people write it, whatever the locale. */
export function thousands(count: number): string {
  return String(count).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}
