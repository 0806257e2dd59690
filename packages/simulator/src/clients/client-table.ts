// What is known of every client: a row of eight 32-bit words, so that a visit costs one line of the processor's cache. The row of a client
// begins at the word `row << WORDS_SHIFT`, and the constants are the places of its fields from there on. A word is -1 while there is nothing to say.

/** Passes made, less one. */
export const PASSES = 0;
/** The endpoint it remembers. */
export const REMEMBERED = 1;
/** The minute since when it remembers it. */
export const SINCE = 2;
/** The minute of its last success. */
export const SUCCEEDED_AT = 3;
/** The minute of the first failure in a row. */
export const FAILED_AT = 4;
/** Its group in the high half, in the low half the host that answered it last, plus one. */
export const GROUP_AND_HOST = 5;
/** The minute it was switched on for the first time. */
export const ARRIVED_AT = 6;
/** Its number, counted through all groups: rows are in another order. */
export const CLIENT = 7;
export const WORDS_SHIFT = 3;

/** Room for `count` clients. */
export function createClientTable(count: number): Int32Array {
  return new Int32Array(count << WORDS_SHIFT).fill(-1);
}
