import type { DomainName } from './domain-name.ts';

const MAX_POINTER = 0x3fff; // RFC 1035 section 4.1.4: a pointer has 14 bits
const SLOTS = 1024;
const MAX_PROBES = 8;
const MAX_GENERATION = 0x1_ffff;
const MAX_OBJECTS = 16;

/** Where the tail of a name was written before. */
export interface SharedTail {
  /** Where in the name's wire form the tail starts. */
  readonly from: number;
  /** Where in the message it lies. */
  readonly place: number;
}

/**
 * Which names lie where in the message that is being written: what name compression looks up. A hash table with a limited number of
 * slots and probes; when it is full, names are merely spelled out. Slots of earlier messages are told by their generation.
 */
export class NamePlaces {
  readonly #slots = new Int32Array(SLOTS); // generation << 14 | place
  #generation = 1;
  // The names themselves, for the most frequent case: the same object again.
  readonly #objects: DomainName[] = [];
  readonly #objectPlaces: number[] = [];
  #objectCount = 0;

  /** The longest tail of the name that has been written before, if any. */
  find(bytes: Uint8Array, name: DomainName): SharedTail | undefined {
    for (let object = 0; object < this.#objectCount; object += 1)
      if (this.#objects[object] === name) return { from: 0, place: this.#objectPlaces[object] ?? 0 };
    const { wire } = name;
    let from = 0;
    for (let length = wire[0] ?? 0; length !== 0; length = wire[from] ?? 0) {
      const place = this.#lookUp(bytes, wire, from);
      if (place !== undefined) return { from, place };
      from += length + 1;
    }
    return undefined;
  }

  /** Notes that the name has been written at `start`, all of it or up to a pointer. */
  remember(bytes: Uint8Array, name: DomainName, start: number): void {
    const { wire } = name;
    if (start > MAX_POINTER || wire.length === 1) return;
    if (this.#objectCount < MAX_OBJECTS) {
      this.#objects[this.#objectCount] = name;
      this.#objectPlaces[this.#objectCount] = start;
      this.#objectCount += 1;
    }
    let from = 0;
    for (let length = wire[0] ?? 0; length !== 0 && start + from <= MAX_POINTER; length = wire[from] ?? 0) {
      if (!this.#insert(bytes, wire, from, start + from)) return;
      from += length + 1;
    }
  }

  /** Forgets all names. The arrays stay as they are: making them anew for each message would cost more than writing it. */
  forget(): void {
    this.#objectCount = 0;
    this.#generation += 1;
    if (this.#generation <= MAX_GENERATION) return;
    this.#generation = 1;
    this.#slots.fill(0);
  }

  #lookUp(bytes: Uint8Array, wire: Uint8Array, from: number): number | undefined {
    let slot = slotOf(wire, from);
    for (let probe = 0; probe < MAX_PROBES; probe += 1) {
      const entry = this.#slots[slot] ?? 0;
      if (entry >>> 14 !== this.#generation) return undefined;
      const place = entry & MAX_POINTER;
      if (isWrittenAt(bytes, place, wire, from)) return place;
      slot = (slot + 1) % SLOTS;
    }
    return undefined;
  }

  /** Enters a tail that is new. False when it is known, and so are all that are shorter. */
  #insert(bytes: Uint8Array, wire: Uint8Array, from: number, place: number): boolean {
    let slot = slotOf(wire, from);
    for (let probe = 0; probe < MAX_PROBES; probe += 1) {
      const entry = this.#slots[slot] ?? 0;
      if (entry >>> 14 !== this.#generation) {
        this.#slots[slot] = (this.#generation << 14) | place;
        return true;
      }
      if (isWrittenAt(bytes, entry & MAX_POINTER, wire, from)) return false;
      slot = (slot + 1) % SLOTS;
    }
    return true;
  }
}

/** Where the tail of `wire` at `from` is looked for first: by its first label and its length. */
function slotOf(wire: Uint8Array, from: number): number {
  let hash = wire.length - from;
  const end = from + (wire[from] ?? 0);
  for (let at = from + 1; at <= end; at += 1) hash = (Math.imul(hash, 31) + (wire[at] ?? 0)) | 0;
  return (hash ^ (hash >>> 10)) & (SLOTS - 1);
}

/** Whether the name at `place`, pointers followed, is `wire` from `from` on. */
function isWrittenAt(bytes: Uint8Array, place: number, wire: Uint8Array, from: number): boolean {
  let at = place;
  let index = from;
  while (index < wire.length) {
    const length = bytes[at] ?? 0;
    if (length >= 0xc0) {
      at = ((length & 0x3f) << 8) | (bytes[at + 1] ?? 0);
      continue;
    }
    const end = index + length + 1;
    for (; index < end; index += 1, at += 1) if (bytes[at] !== wire[index]) return false;
  }
  return true;
}
