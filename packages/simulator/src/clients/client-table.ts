/**
 * What is known of every client, 32 octets each, side by side so that a visit costs one line of the processor's cache. Fields are offsets
 * into the table, the first word of a row is `row << WORDS_SHIFT`. -1 where there is nothing yet.
 */
/** Passes made, less one. */
export const PASSES = 0;
/** The endpoint it remembers. */
export const REMEMBERED = 1;
/** The minute since when. */
export const SINCE = 2;
/** The minute of its last success. */
export const SUCCEEDED_AT = 3;
/** The minute of the first failure in a row. */
export const FAILED_AT = 4;
/** Its group in the high half, in the low half the host that answered it last, plus one. */
export const GROUP_AND_HOST = 5;
/** The minute it was switched on for the first time. */
export const ARRIVED_AT = 6;
/** Its number, counted through all groups: the row says nothing about it. */
export const CLIENT = 7;
export const WORDS_SHIFT = 3;

/** Room for `count` clients. */
export function createClientTable(count: number): Int32Array {
  return new Int32Array(count << WORDS_SHIFT).fill(-1);
}
