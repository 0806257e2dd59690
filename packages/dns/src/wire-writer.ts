import type { DomainName } from './domain-name.ts';

const MAX_POINTER = 0x3fff; // RFC 1035 section 4.1.4

/** Writes the octets of one message, or of one RDATA, from the left, and remembers where which name went for compression. */
export class WireWriter {
  #bytes = new Uint8Array(512);
  #at = 0;
  readonly #compression: boolean;
  readonly #suffixes = new Map<number, number>();

  /** With `compression: false` names are always spelled out: for RDATA that stands alone. */
  constructor(options: { readonly compression?: boolean } = {}) {
    this.#compression = options.compression !== false;
  }

  /** How many octets have been written. */
  get at(): number {
    return this.#at;
  }

  uint8(value: number): void {
    if ((value & 0xff) !== value) outOfRange(value, 0xff);
    this.#bytes[this.#take(1)] = value;
  }

  uint16(value: number): void {
    const at = this.#take(2);
    this.#put16(at, value);
  }

  uint32(value: number): void {
    if (value >>> 0 !== value) outOfRange(value, 0xffff_ffff);
    const at = this.#take(4);
    this.#bytes[at] = value >>> 24;
    this.#bytes[at + 1] = value >>> 16;
    this.#bytes[at + 2] = value >>> 8;
    this.#bytes[at + 3] = value;
  }

  uint48(value: number): void {
    if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff_ffff) outOfRange(value, 0xffff_ffff_ffff);
    this.uint16(Math.floor(value / 0x1_0000_0000));
    this.uint32(value % 0x1_0000_0000);
  }

  octets(octets: Uint8Array): void {
    const at = this.#take(octets.length);
    this.#bytes.set(octets, at);
  }

  /** Leaves room for a 16-bit length, to be filled in by `closeLength` with the number of octets written since. */
  openLength(): number {
    return this.#take(2);
  }

  closeLength(place: number): void {
    this.#put16(place, this.#at - place - 2);
  }

  /** Overwrites the 16 bits at `place`. */
  patch16(place: number, value: number): void {
    this.#put16(place, value);
  }

  /** A name spelled out, which later names may still point to. */
  plainName(name: DomainName): void {
    const { wire } = name;
    const at = this.#take(wire.length);
    for (let index = 0; index < wire.length; index += 1) this.#bytes[at + index] = wire[index] ?? 0;
    if (this.#compression) this.#remember(wire, at);
  }

  /** A name that ends in a pointer to an earlier one where it can (RFC 1035 section 4.1.4). Letter case is kept: only equal octets are shared. */
  name(name: DomainName): void {
    const { wire } = name;
    if (!this.#compression || wire.length === 1) return this.plainName(name);
    let at = 0;
    let pointer: number | undefined;
    for (let label = wire[0] ?? 0; label !== 0; label = wire[at] ?? 0) {
      pointer = this.#find(wire, at);
      if (pointer !== undefined) break;
      at += label + 1;
    }
    if (pointer === undefined) return this.plainName(name);
    const start = this.#take(at + 2);
    for (let index = 0; index < at; index += 1) this.#bytes[start + index] = wire[index] ?? 0;
    this.#put16(start + at, 0xc000 | pointer);
    this.#remember(wire, start, at);
  }

  /** Takes back everything written from `at` on, the names too. */
  rewind(at: number): void {
    this.#at = at;
    for (const [hash, place] of this.#suffixes) if (place >= at) this.#suffixes.delete(hash);
  }

  /** What has been written, as its own copy. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#at);
  }

  /** Remembers where the labels of `wire` before `end` were written. */
  #remember(wire: Uint8Array, start: number, end = wire.length - 1): void {
    for (let at = 0; at < end && start + at <= MAX_POINTER; at += (wire[at] ?? 0) + 1) {
      const hash = hashFrom(wire, at);
      if (!this.#suffixes.has(hash)) this.#suffixes.set(hash, start + at);
    }
  }

  #find(wire: Uint8Array, at: number): number | undefined {
    const place = this.#suffixes.get(hashFrom(wire, at));
    return place !== undefined && this.#isWrittenAt(place, wire, at) ? place : undefined;
  }

  /** Whether the name at `place` in what has been written, pointers followed, is `wire` from `from` on. */
  #isWrittenAt(place: number, wire: Uint8Array, from: number): boolean {
    const bytes = this.#bytes;
    let at = place;
    for (let index = from; index < wire.length;) {
      const length = bytes[at] ?? 0;
      if (length >= 0xc0) {
        at = ((length & 0x3f) << 8) | (bytes[at + 1] ?? 0);
        continue;
      }
      for (const end = index + length + 1; index < end; index += 1, at += 1) if (bytes[at] !== wire[index]) return false;
    }
    return true;
  }

  #put16(at: number, value: number): void {
    if ((value & 0xffff) !== value) outOfRange(value, 0xffff);
    this.#bytes[at] = value >> 8;
    this.#bytes[at + 1] = value;
  }

  #take(length: number): number {
    const at = this.#at;
    const end = at + length;
    if (end > this.#bytes.length) this.#grow(end);
    this.#at = end;
    return at;
  }

  #grow(needed: number): void {
    const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    larger.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = larger;
  }
}

// FNV-1a. A collision only costs a pointer, because a hit is compared octet by octet.
function hashFrom(wire: Uint8Array, from: number): number {
  let hash = 0x811c9dc5;
  for (let at = from; at < wire.length; at += 1) hash = Math.imul(hash ^ (wire[at] ?? 0), 0x01000193);
  return hash;
}

function outOfRange(value: number, limit: number): never {
  throw new RangeError(`${value} is not an integer from 0 to ${limit}`);
}
