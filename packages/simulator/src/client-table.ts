/**
 * What is known of every client, 32 octets each, side by side so that a visit costs one line of the processor's cache. Fields are offsets
 * into `words`, a client's first word is `client << 3`:
 *
 *     0  the next client of the same minute     4  minute of the last success, -1 before
 *     1  passes made                            5  minute of the first failure in a row, -1 for none
 *     2  remembered endpoint, -1 for none       6  group, and the host that answered last (+1, in the low half)
 *     3  minute since when it is remembered     7  minute of the arrival
 */
export const NEXT = 0;
export const PASSES = 1;
export const REMEMBERED = 2;
export const SINCE = 3;
export const SUCCEEDED_AT = 4;
export const FAILED_AT = 5;
export const GROUP_AND_HOST = 6;
export const ARRIVED_AT = 7;
export const WORDS_SHIFT = 3;
/** For the bench and the README. */
export const OCTETS_A_CLIENT = 32;
const NOBODY = -1;

/** Room for `count` clients. */
export function createClientTable(count: number): Int32Array {
  return new Int32Array(count << WORDS_SHIFT).fill(NOBODY);
}

/**
 * The calendar: for every minute the clients that are due, as a chain through the table. Entering and taking out cost the same whatever
 * lies between; clients due after the end are forgotten.
 */
export class Calendar {
  readonly #words: Int32Array;
  readonly #heads: Int32Array;

  constructor(words: Int32Array, minutes: number) {
    this.#words = words;
    this.#heads = new Int32Array(minutes).fill(NOBODY);
  }

  enter(client: number, minute: number): void {
    if (minute >= this.#heads.length) return;
    this.#words[client << WORDS_SHIFT] = this.#heads[minute] ?? NOBODY;
    this.#heads[minute] = client;
  }

  /** The first client of a minute, -1 for none. The one after it is in its word `NEXT`: read it before the client is entered again. */
  first(minute: number): number {
    return this.#heads[minute] ?? NOBODY;
  }
}
