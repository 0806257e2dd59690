import type { Calendar } from './calendar.ts';
import { CLIENT, GROUP_AND_HOST, WORDS_SHIFT } from './client-table.ts';
import { arrivalMinute } from './population.ts';
import type { Group } from './population.ts';

/**
 * Gives every client its row, and enters it for the minute in which it is switched on. Rows are in the order of these minutes: clients that
 * arrive together come again together while all goes well, so that a minute visits rows that lie side by side.
 */
export function enterArrivals(groups: readonly Group[], words: Int32Array, calendar: Calendar, durationMinutes: number): void {
  const nextRow = firstRows(groups, durationMinutes);
  for (const group of groups) enterGroup(group, nextRow, words, calendar);
}

// `nextRow`: the next free row of each minute; the last stands for all minutes from the end on.
function enterGroup(group: Group, nextRow: Int32Array, words: Int32Array, calendar: Calendar): void {
  const end = nextRow.length - 1;
  for (let member = 0; member < group.count; member += 1) {
    const minute = Math.min(arrivalMinute(group, member), end);
    const row = nextRow[minute] ?? 0;
    nextRow[minute] = row + 1;
    words[(row << WORDS_SHIFT) + CLIENT] = group.first + member;
    words[(row << WORDS_SHIFT) + GROUP_AND_HOST] = group.index << 16;
    calendar.enter(row, minute);
  }
}

/** The first row of each minute, and of all those from the end on. */
function firstRows(groups: readonly Group[], durationMinutes: number): Int32Array {
  const counts = new Int32Array(durationMinutes + 1);
  for (const group of groups) countArrivals(group, counts);
  let row = 0;
  return counts.map((count) => (row += count) - count);
}

function countArrivals(group: Group, counts: Int32Array): void {
  const end = counts.length - 1;
  for (let member = 0; member < group.count; member += 1) {
    const minute = Math.min(arrivalMinute(group, member), end);
    counts[minute] = (counts[minute] ?? 0) + 1;
  }
}
