const PAGE_SHIFT = 6;
const PAGE = 1 << PAGE_SHIFT;
const ENTRIES = PAGE - 1; // the last word of a page leads to the next one
const NONE = -1;

/**
 * The clients that are due in each minute, in pages of 63 that are used again and again. To enter a client or to take it out costs the same
 * however far ahead its minute is. Clients due at the end or later are forgotten.
 */
export class Calendar {
  readonly #first: Int32Array;
  /** How many entries the first page of each minute has; all others are full. */
  readonly #fill: Uint8Array;
  #pages: Int32Array;
  #used = 0;
  #free = NONE;

  constructor(clients: number, minutes: number) {
    this.#first = new Int32Array(minutes).fill(NONE);
    this.#fill = new Uint8Array(minutes);
    this.#pages = new Int32Array((Math.ceil(clients / ENTRIES) + Math.min(minutes, 4096)) << PAGE_SHIFT);
  }

  enter(client: number, minute: number): void {
    if (minute >= this.#first.length) return;
    let page = this.#first[minute] ?? NONE;
    let fill = this.#fill[minute] ?? 0;
    if (page === NONE || fill === ENTRIES) {
      page = this.#takePage(page);
      this.#first[minute] = page;
      fill = 0;
    }
    this.#pages[(page << PAGE_SHIFT) + fill] = client;
    this.#fill[minute] = fill + 1;
  }

  /** Moves some of the clients that are due at `minute` into `batch`, which has room for 63, and says how many; 0 when there are no more. */
  take(minute: number, batch: Int32Array): number {
    const page = this.#first[minute] ?? NONE;
    if (page === NONE) return 0;
    const start = page << PAGE_SHIFT;
    const count = this.#fill[minute] ?? 0;
    for (let at = 0; at < count; at += 1) batch[at] = this.#pages[start + at] ?? 0;
    this.#first[minute] = this.#pages[start + ENTRIES] ?? NONE;
    this.#fill[minute] = ENTRIES;
    this.#pages[start + ENTRIES] = this.#free;
    this.#free = page;
    return count;
  }

  /** A page whose next is `next`. */
  #takePage(next: number): number {
    let page = this.#free;
    if (page === NONE) {
      page = this.#used;
      this.#used += 1;
      if (this.#used << PAGE_SHIFT > this.#pages.length) this.#grow();
    } else this.#free = this.#pages[(page << PAGE_SHIFT) + ENTRIES] ?? NONE;
    this.#pages[(page << PAGE_SHIFT) + ENTRIES] = next;
    return page;
  }

  #grow(): void {
    const pages = new Int32Array(Math.ceil((this.#used * 5) / 4 + 1) << PAGE_SHIFT);
    pages.set(this.#pages);
    this.#pages = pages;
  }
}

/** Room for what `take` gives. */
export function createBatch(): Int32Array {
  return new Int32Array(ENTRIES);
}
