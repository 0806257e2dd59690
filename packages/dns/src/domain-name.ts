import { ParseError } from './parse-error.ts';

const MAX_WIRE_OCTETS = 255; // RFC 1035 section 2.3.4, root label included
const MAX_LABEL_OCTETS = 63;

/**
 * An absolute domain name. Immutable. Labels are octets, not host names: `_vlmcs`, blanks and dots inside a label are all legal
 * (RFC 2181 section 11). Presented with the trailing dot and RFC 4343 escapes, so it is safe to print.
 *
 * Never compare names as text: use `equals`, or `key` in a Map.
 */
export class DomainName {
  /** Uncompressed wire form (RFC 1035 section 3.1), root label included, letter case as given. Never write to it. */
  readonly wire: Uint8Array;
  #text: string | undefined;
  #key: string | undefined;

  private constructor(wire: Uint8Array) {
    this.wire = wire;
  }

  /** Takes over wire octets that are known to be one well-formed, uncompressed name: the codec's door. Unchecked. */
  static fromWire(wire: Uint8Array): DomainName {
    return new DomainName(wire);
  }

  /** Joins labels given as octets. Throws `ParseError` when a label or the name is too long. */
  static fromLabels(labels: readonly Uint8Array[]): DomainName {
    let length = 1;
    for (const label of labels) {
      if (label.length === 0) throw new ParseError('EMPTY_LABEL', 'a domain name has an empty label: remove the extra dot');
      if (label.length > MAX_LABEL_OCTETS) throw labelTooLong(label.length);
      length += label.length + 1;
    }
    if (length > MAX_WIRE_OCTETS) throw nameTooLong(length);
    const wire = new Uint8Array(length);
    let at = 0;
    for (const label of labels) {
      wire[at] = label.length;
      wire.set(label, at + 1);
      at += label.length + 1;
    }
    return new DomainName(wire);
  }

  /** The case-folded presentation (ASCII letters only, RFC 4343): equal keys mean equal names. */
  get key(): string {
    this.#key ??= plainText(this.wire, FOLDED) ?? this.toString().replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
    return this.#key;
  }

  /** How many labels, the root not counted. */
  get labelCount(): number {
    let count = 0;
    for (let at = 0; this.wire[at] !== 0; at += this.#lengthAt(at) + 1) count += 1;
    return count;
  }

  get isRoot(): boolean {
    return this.wire.length === 1;
  }

  /** The labels as octets, from the left, the root not included. */
  labels(): Uint8Array[] {
    const labels: Uint8Array[] = [];
    for (let at = 0; this.wire[at] !== 0; at += this.#lengthAt(at) + 1) {
      labels.push(this.wire.subarray(at + 1, at + 1 + this.#lengthAt(at)));
    }
    return labels;
  }

  /** The name without its leftmost label; undefined for the root. */
  parent(): DomainName | undefined {
    return this.isRoot ? undefined : new DomainName(this.wire.subarray(this.#lengthAt(0) + 1));
  }

  /** `parseDomainName('_vlmcs._tcp').under(domain)`: this name's labels put in front of `ancestor`. Throws `ParseError` when too long. */
  under(ancestor: DomainName): DomainName {
    const length = this.wire.length - 1 + ancestor.wire.length;
    if (length > MAX_WIRE_OCTETS) throw nameTooLong(length);
    const wire = new Uint8Array(length);
    wire.set(this.wire);
    wire.set(ancestor.wire, this.wire.length - 1);
    return new DomainName(wire);
  }

  /** Whether this name is `ancestor` or lies below it, by whole labels and without regard to case. */
  isWithin(ancestor: DomainName): boolean {
    const start = this.wire.length - ancestor.wire.length;
    if (start < 0) return false;
    let at = 0;
    while (at < start) at += this.#lengthAt(at) + 1;
    return at === start && equalFolded(this.wire, start, ancestor.wire);
  }

  /** Equal without regard to ASCII case (RFC 4343). */
  equals(other: DomainName): boolean {
    return this === other || (this.wire.length === other.wire.length && equalFolded(this.wire, 0, other.wire));
  }

  /** Presentation form: absolute, trailing dot, case preserved, unusual octets as `\DDD` (RFC 1035 section 5.1). */
  toString(): string {
    this.#text ??= plainText(this.wire, AS_GIVEN) ?? present(this.wire);
    return this.#text;
  }

  toJSON(): string {
    return this.toString();
  }

  #lengthAt(at: number): number {
    return this.wire[at] ?? 0;
  }
}

/** The root name, `.`. */
export const ROOT: DomainName = DomainName.fromWire(Uint8Array.of(0));

/**
 * Reads a name in presentation form, `\.` and `\DDD` escapes included (RFC 1035 section 5.1). Text without a final dot is
 * relative to `origin`, or absolute when there is none; `@` alone is the origin itself. Characters beyond ASCII are refused
 * (convert to A-labels first). Throws `ParseError` with the column.
 */
export function parseDomainName(text: string, origin?: DomainName): DomainName {
  if (text === '.') return ROOT;
  if (text === '@' && origin !== undefined) return origin;
  if (text === '') throw new ParseError('EMPTY_NAME', 'the domain name is empty: write "." for the root');
  const wire = SCRATCH;
  let labelAt = 0;
  let at = 1;
  let absolute = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charCodeAt(index);
    absolute = false;
    if (character === 0x2e) {
      if (at === labelAt + 1)
        throw new ParseError('EMPTY_LABEL', `${quoted(text)} has an empty label: remove the extra dot`, { column: index + 1 });
      wire[labelAt] = at - labelAt - 1;
      labelAt = at;
      at += 1;
      absolute = true;
      continue;
    }
    let octet = character;
    if (character === 0x5c) {
      const escape = readEscape(text, index);
      octet = escape.octet;
      index = escape.last;
    } else if (character > 0x7e || character < 0x21) {
      throw new ParseError(
        'BAD_CHARACTER',
        `${quoted(text)} has a character that needs an escape: write \\DDD, or the A-label (xn--) of an international name`,
        { column: index + 1 },
      );
    }
    if (at - labelAt - 1 >= MAX_LABEL_OCTETS) throw labelTooLong(MAX_LABEL_OCTETS + 1, index + 1);
    if (at >= MAX_WIRE_OCTETS) throw nameTooLong(at + 1, index + 1);
    wire[at] = octet;
    at += 1;
  }
  if (!absolute) {
    wire[labelAt] = at - labelAt - 1;
    at += 1;
  }
  if (at > MAX_WIRE_OCTETS) throw nameTooLong(at);
  wire[at - 1] = 0;
  const name = DomainName.fromWire(wire.slice(0, at));
  return absolute || origin === undefined ? name : name.under(origin);
}

// Where names are put together: a fresh array of this size each time would cost more than all the rest.
const SCRATCH = new Uint8Array(MAX_WIRE_OCTETS + 1);

function readEscape(text: string, at: number): { octet: number; last: number } {
  const next = text.charCodeAt(at + 1);
  if (Number.isNaN(next)) throw new ParseError('BAD_ESCAPE', `${quoted(text)} ends in a backslash`, { column: at + 1 });
  if (next < 0x30 || next > 0x39) {
    if (next > 0x7e || next < 0x20)
      throw new ParseError('BAD_ESCAPE', `${quoted(text)} escapes a character beyond ASCII: write \\DDD`, { column: at + 1 });
    return { octet: next, last: at + 1 };
  }
  const digits = text.slice(at + 1, at + 4);
  if (!/^\d{3}$/.test(digits) || Number(digits) > 255) {
    throw new ParseError('BAD_ESCAPE', `${quoted(text)} has an escape that is not \\DDD with DDD from 000 to 255`, { column: at + 1 });
  }
  return { octet: Number(digits), last: at + 3 };
}

function present(wire: Uint8Array): string {
  if (wire.length === 1) return '.';
  let text = '';
  let labelEnd = 0;
  for (let at = 0; at < wire.length - 1; at += 1) {
    const octet = wire[at] ?? 0;
    if (at === labelEnd) {
      labelEnd = at + octet + 1;
      if (at > 0) text += '.';
    } else {
      text += PRESENTED[octet];
    }
  }
  return `${text}.`;
}

// How each octet of a label is written: itself, \X for the characters that mean something in master files, or \DDD.
const PRESENTED: readonly string[] = Array.from({ length: 256 }, (_, octet) => {
  const character = String.fromCharCode(octet);
  if (octet < 0x21 || octet > 0x7e) return `\\${String(octet).padStart(3, '0')}`;
  return '."\\;@$()'.includes(character) ? `\\${character}` : character;
});

// Length octets are at most 63, below 'A', so that folding whole wire forms is safe.
const FOLDED: Uint8Array = Uint8Array.from({ length: 256 }, (_, octet) => (octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet));

const AS_GIVEN: Uint8Array = Uint8Array.from({ length: 256 }, (_, octet) => octet);

function equalFolded(wire: Uint8Array, start: number, other: Uint8Array): boolean {
  for (let at = 0; at < other.length; at += 1) {
    if (FOLDED[wire[start + at] ?? 0] !== FOLDED[other[at] ?? 0]) return false;
  }
  return true;
}

// Texts and keys are made for every name that is looked up: those of names without escapes in one go, a third of the time of the long
// way, and a tenth of the memory.
const TEXT_SCRATCH = Buffer.alloc(MAX_WIRE_OCTETS);

/** The presentation of a name without escapes, each octet as `letters` has it; undefined for the root and for names that need escapes. */
function plainText(wire: Uint8Array, letters: Uint8Array): string | undefined {
  const last = wire.length - 1;
  if (last === 0) return undefined;
  let labelEnd = (wire[0] ?? 0) + 1;
  for (let at = 1; at < last; at += 1) {
    const octet = wire[at] ?? 0;
    if (at === labelEnd) {
      labelEnd = at + octet + 1;
      TEXT_SCRATCH[at - 1] = 0x2e;
    } else {
      if (PRESENTED[octet]?.length !== 1) return undefined;
      TEXT_SCRATCH[at - 1] = letters[octet] ?? 0;
    }
  }
  TEXT_SCRATCH[last - 1] = 0x2e;
  return TEXT_SCRATCH.toString('latin1', 0, last);
}

function labelTooLong(length: number, column?: number): ParseError {
  return new ParseError(
    'LABEL_TOO_LONG',
    `a label has ${length} octets or more: ${MAX_LABEL_OCTETS} are allowed`,
    column === undefined ? {} : { column },
  );
}

function nameTooLong(length: number, column?: number): ParseError {
  return new ParseError(
    'NAME_TOO_LONG',
    `the domain name has ${length} octets or more on the wire: ${MAX_WIRE_OCTETS} are allowed`,
    column === undefined ? {} : { column },
  );
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}...` : text);
}
