/** What a product needs of its host: whose clients it is counted with, and from how many on the host activates it (kms T-09). */
export interface ProductThreshold {
  readonly product: 'windows-client' | 'windows-server' | 'office';
  /** Windows clients and servers are counted together; Office has a licence, and a count, of its own. */
  readonly family: 'windows' | 'office';
  readonly threshold: number;
}

/** The N-policy (kms T-09). Not configurable. */
export const PRODUCT_THRESHOLDS: readonly ProductThreshold[] = [
  { product: 'windows-client', family: 'windows', threshold: 25 },
  { product: 'windows-server', family: 'windows', threshold: 5 },
  { product: 'office', family: 'office', threshold: 5 },
];

/** How long a host counts a client after its last request (kms T-10). */
export const COUNTED_MINUTES: number = 30 * 24 * 60;

/** More than this between the clocks of client and host, and the host refuses (kms T-11). */
export const CLOCK_TOLERANCE_MINUTES: number = 4 * 60;

/**
 * The clients a host remembers for one family of products (kms T-10): each once, by its machine id, for 30 days from its last request, and
 * at most twice the largest threshold that has asked: 10 for servers and Office, 50 once a Windows client has asked; the room never
 * shrinks. When it is full the longest silent one makes room. Made for hot paths: nothing is allocated once the room is there.
 */
export class ActivationCount {
  #room = 0;
  /** A ring, the longest silent first. Plain arrays: of many hosts, they are together in fewer lines of the processor's cache than typed ones. */
  #machines: number[] = [];
  #askedAt: number[] = [];
  #first = 0;
  #size = 0;
  /** How many of those counted have a number with these low bits: most who ask are not counted, and need not be sought. */
  readonly #marks: Uint8Array = new Uint8Array(MARKS);

  /** Counts a request: `machine` is an integer, `now` in whole minutes and never less than before. Gives the count after it. */
  count(machine: number, threshold: number, now: number): number {
    if (2 * threshold > this.#room) this.#grow(2 * threshold);
    this.#forgetSilent(now);
    this.#remove(machine);
    if (this.#size === this.#room) this.#dropFirst();
    const at = this.#place(this.#size);
    this.#machines[at] = machine;
    this.#askedAt[at] = now;
    this.#size += 1;
    this.#mark(machine, 1);
    return this.#size;
  }

  /** How many clients are counted. */
  current(now: number): number {
    this.#forgetSilent(now);
    return this.#size;
  }

  /** All are forgotten, as a restart of the host may do (kms T-10). */
  clear(): void {
    this.#machines.fill(NOBODY);
    this.#marks.fill(0);
    this.#first = 0;
    this.#size = 0;
  }

  #place(index: number): number {
    const at = this.#first + index;
    return at >= this.#room ? at - this.#room : at;
  }

  #forgetSilent(now: number): void {
    while (this.#size > 0 && now - (this.#askedAt[this.#first] ?? 0) >= COUNTED_MINUTES) this.#dropFirst();
  }

  #dropFirst(): void {
    this.#mark(this.#machines[this.#first] ?? NOBODY, -1);
    this.#machines[this.#first] = NOBODY;
    this.#first = this.#place(1);
    this.#size -= 1;
  }

  #remove(machine: number): void {
    if (this.#marks[machine & (MARKS - 1)] === 0) return;
    const known = this.#machines.indexOf(machine);
    if (known < 0) return;
    this.#mark(machine, -1);
    let index = known - this.#first;
    if (index < 0) index += this.#room;
    for (; index < this.#size - 1; index += 1) this.#copy(this.#place(index + 1), this.#place(index));
    this.#machines[this.#place(this.#size - 1)] = NOBODY;
    this.#size -= 1;
  }

  #mark(machine: number, change: 1 | -1): void {
    const at = machine & (MARKS - 1);
    this.#marks[at] = (this.#marks[at] ?? 0) + change;
  }

  #copy(from: number, to: number): void {
    this.#machines[to] = this.#machines[from] ?? NOBODY;
    this.#askedAt[to] = this.#askedAt[from] ?? 0;
  }

  #grow(room: number): void {
    const machines = Array.from({ length: room }, () => NOBODY);
    const askedAt = Array.from({ length: room }, () => 0);
    for (let index = 0; index < this.#size; index += 1) {
      machines[index] = this.#machines[this.#place(index)] ?? NOBODY;
      askedAt[index] = this.#askedAt[this.#place(index)] ?? 0;
    }
    this.#room = room;
    this.#machines = machines;
    this.#askedAt = askedAt;
    this.#first = 0;
  }
}

const NOBODY = -1;
const MARKS = 512; // of a byte each: no more than 50 have the same
