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
  for (const group of groups) {
    for (let member = 0; member < group.count; member += 1) {
      const minute = Math.min(arrivalMinute(group, member), durationMinutes);
      const row = nextRow[minute] ?? 0;
      nextRow[minute] = row + 1;
      words[(row << WORDS_SHIFT) + CLIENT] = group.first + member;
      words[(row << WORDS_SHIFT) + GROUP_AND_HOST] = group.index << 16;
      calendar.enter(row, minute);
    }
  }
}

/** The first row of each minute; of the end also all those who come later. */
function firstRows(groups: readonly Group[], durationMinutes: number): Int32Array {
  const rows = new Int32Array(durationMinutes + 2);
  for (const group of groups) {
    for (let member = 0; member < group.count; member += 1) {
      const after = Math.min(arrivalMinute(group, member), durationMinutes) + 1;
      rows[after] = (rows[after] ?? 0) + 1;
    }
  }
  for (let minute = 1; minute < rows.length; minute += 1) rows[minute] = (rows[minute] ?? 0) + (rows[minute - 1] ?? 0);
  return rows;
}
