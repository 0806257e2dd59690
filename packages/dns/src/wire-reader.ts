import { DomainName } from './domain-name.ts';
import { WireError } from './wire-error.ts';

const HEADER_OCTETS = 12;
const MAX_NAME_OCTETS = 255; // RFC 1035 section 2.3.4
const MAX_JUMPS = 127; // a name has at most 127 labels, so an honest one needs no more pointers
const MAX_INLINE = 64; // typed arrays up to this size lie on V8's heap: a loop is quicker than a second view
const MAX_SHARED = 256; // names that are looked for again: keeps the search short in any message

/**
 * Reads the octets of one message, or of one RDATA, from the left. Every read is checked; what is not there is a `WireError` with its
 * offset. Names met before are shared: the same place in a message is the same `DomainName` object.
 */
export class WireReader {
  readonly bytes: Uint8Array;
  /** Where the next read starts. */
  at = 0;
  #limit: number;
  #rdataAt = -1;
  readonly #pointerFloor: number;
  readonly #places: number[] = [];
  readonly #names: DomainName[] = [];

  /** With `compression: false` every pointer is an error: for RDATA that stands alone. */
  constructor(bytes: Uint8Array, options: { readonly compression?: boolean } = {}) {
    this.bytes = bytes;
    this.#limit = bytes.length;
    this.#pointerFloor = options.compression === false ? bytes.length : HEADER_OCTETS;
  }

  /** How many octets are left, inside the RDATA that is being read or else in the message. */
  get remaining(): number {
    return this.#limit - this.at;
  }

  uint8(): number {
    const at = this.#take(1);
    return this.bytes[at] ?? 0;
  }

  uint16(): number {
    const at = this.#take(2);
    return ((this.bytes[at] ?? 0) << 8) | (this.bytes[at + 1] ?? 0);
  }

  uint32(): number {
    const at = this.#take(4);
    const { bytes } = this;
    return (((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>> 0;
  }

  uint48(): number {
    const high = this.uint16();
    return high * 0x1_0000_0000 + this.uint32();
  }

  /** A copy of the next octets, a plain `Uint8Array` whatever the message was given as. */
  octets(length: number): Uint8Array {
    const { bytes } = this;
    const at = this.#take(length);
    if (length > MAX_INLINE) return new Uint8Array(bytes.subarray(at, at + length));
    const copy = new Uint8Array(length);
    for (let index = 0; index < length; index += 1) copy[index] = bytes[at + index] ?? 0;
    return copy;
  }

  /** A domain name, compressed or not (RFC 1035 section 4.1.4). Pointers must lead strictly backwards. */
  name(): DomainName {
    const { bytes, at } = this;
    const first = this.#limit > at ? (bytes[at] ?? 0) : this.#overrun(1);
    if (first < 0xc0) return this.#spelled(at);
    this.at = at + 2;
    if (this.at > this.#limit) this.#overrun(2);
    const target = this.#pointerAt(at, at);
    return this.#known(target) ?? this.#spelled(target, at);
  }

  /** Narrows reading to the next `length` octets, the RDATA of a record. */
  enterRdata(length: number): void {
    if (length > this.remaining)
      throw new WireError('BAD_RDLENGTH', this.at - 2, `RDLENGTH ${length} exceeds the ${this.remaining} octets that are left`);
    this.#rdataAt = this.at;
    this.#limit = this.at + length;
  }

  /** Ends what `enterRdata` began: all of the RDATA must have been read. */
  leaveRdata(): void {
    if (this.at !== this.#limit)
      throw new WireError('BAD_RDLENGTH', this.at, `the RDATA goes on for ${this.#limit - this.at} octets after its last field`);
    this.#limit = this.bytes.length;
    this.#rdataAt = -1;
  }

  /** Reads the name that starts at `start`; `from` is the pointer that led there, if one did. */
  #spelled(start: number, from = -1): DomainName {
    const { bytes } = this;
    const length = this.#measure(start, from);
    const wire = new Uint8Array(length);
    let at = start;
    for (let written = 0; written < length - 1;) {
      const label = bytes[at] ?? 0;
      if (label >= 0xc0) {
        at = ((label & 0x3f) << 8) | (bytes[at + 1] ?? 0);
        continue;
      }
      const end = at + label + 1;
      for (; at < end; at += 1, written += 1) wire[written] = bytes[at] ?? 0;
    }
    const name = DomainName.fromWire(wire);
    if (this.#places.length < MAX_SHARED) {
      this.#places.push(start);
      this.#names.push(name);
    }
    return name;
  }

  #known(place: number): DomainName | undefined {
    const places = this.#places;
    for (let index = 0; index < places.length; index += 1) if (places[index] === place) return this.#names[index];
    return undefined;
  }

  /** Walks a name, checks all of it, moves `at` behind it unless a pointer led here, and returns its uncompressed length. */
  #measure(start: number, from: number): number {
    const { bytes } = this;
    let length = 1;
    let at = start;
    let segment = start;
    let limit = from < 0 ? this.#limit : from;
    let jumps = from < 0 ? 0 : 1;
    for (;;) {
      if (at >= limit) this.#outside(limit, at, jumps);
      const label = bytes[at] ?? 0;
      if (label === 0) break;
      if (label < 0x40) {
        length += label + 1;
        if (length > MAX_NAME_OCTETS) throw new WireError('NAME_TOO_LONG', start, `a name has more than ${MAX_NAME_OCTETS} octets`);
        at += label + 1;
      } else if (label < 0xc0) {
        throw new WireError('BAD_LABEL', at, `label type ${label >> 6} is not defined`);
      } else {
        if (at + 1 >= limit) this.#outside(limit, at + 1, jumps);
        jumps += 1;
        if (jumps > MAX_JUMPS) throw new WireError('BAD_POINTER', at, `a name has more than ${MAX_JUMPS} compression pointers`);
        if (jumps === 1) this.at = at + 2;
        limit = segment;
        at = segment = this.#pointerAt(at, segment);
      }
    }
    if (jumps === 0) this.at = at + 1;
    return length;
  }

  /** The target of the pointer at `at`, which belongs to a run of labels that began at `segment`. */
  #pointerAt(at: number, segment: number): number {
    const target = (((this.bytes[at] ?? 0) & 0x3f) << 8) | (this.bytes[at + 1] ?? 0);
    if (target >= segment || target < this.#pointerFloor)
      throw new WireError('BAD_POINTER', at, `a compression pointer to ${target} does not lead to an earlier name`);
    return target;
  }

  /** The labels left the octets they may lie in: those of the message, of the RDATA, or those before the pointer that led to them. */
  #outside(limit: number, at: number, jumps: number): never {
    if (jumps > 0) throw new WireError('BAD_POINTER', limit, 'the labels behind a compression pointer run into those before it');
    return this.#overrun(at + 1 - this.at);
  }

  #take(length: number): number {
    const { at } = this;
    if (at + length > this.#limit) this.#overrun(length);
    this.at = at + length;
    return at;
  }

  #overrun(length: number): never {
    if (this.#rdataAt >= 0)
      throw new WireError('BAD_RDLENGTH', this.#rdataAt, `the RDATA has ${this.#limit - this.#rdataAt} octets, its fields need more`);
    throw new WireError('TRUNCATED_INPUT', this.#limit, `${length} more octets are needed at ${this.at}`);
  }
}
