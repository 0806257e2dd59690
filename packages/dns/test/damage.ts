import * as fc from 'fast-check';

/** Something done to the octets of a message; `where` is a share of its length. */
export interface Damage {
  /** `flip`: one bit. `count`: one of the four counts of the header lies. `pointer`: a compression pointer to anywhere, loops too. */
  readonly kind: 'set' | 'flip' | 'count' | 'pointer' | 'insert' | 'delete' | 'cut' | 'repeat' | 'append';
  readonly where: number;
  readonly value: number;
}

/** One to four damages. */
export const damages: fc.Arbitrary<readonly Damage[]> = fc.array(
  fc.record({
    kind: fc.constantFrom('set', 'set', 'set', 'flip', 'flip', 'count', 'pointer', 'insert', 'delete', 'cut', 'repeat', 'append'),
    where: fc.double({ min: 0, max: 1, noNaN: true }),
    value: fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0, 0x3f, 0x40, 0xc0, 0xff)),
  }),
  { minLength: 1, maxLength: 4 },
);

/** The octets with all of that done to them, in order. */
export function damage(bytes: Uint8Array, damages: readonly Damage[]): Uint8Array {
  return Uint8Array.from(damages.reduce(inflict, [...bytes]));
}

function inflict(bytes: readonly number[], { kind, where, value }: Damage): number[] {
  const at = Math.floor(where * bytes.length);
  switch (kind) {
    case 'set':
      return bytes.toSpliced(at, 1, value);
    case 'flip':
      return bytes.toSpliced(at, 1, (bytes[at] ?? 0) ^ (1 << (value & 7)));
    case 'count': {
      const high = 4 + 2 * (value & 3);
      return bytes.toSpliced(high, 2, Math.floor(where * 3) === 0 ? 0 : 0xff & (value >> 2), value);
    }
    case 'pointer':
      return bytes.toSpliced(at, 2, 0xc0 | (value >> 6), value);
    case 'insert':
      return bytes.toSpliced(at, 0, value);
    case 'delete':
      return bytes.toSpliced(at, 1 + (value & 3));
    case 'cut':
      return bytes.slice(0, at);
    case 'repeat':
      return bytes.toSpliced(at, 0, ...bytes.slice(at, at + value));
    case 'append':
      return [...bytes, ...Array.from({ length: 1 + value }, (_, n) => (value + n) & 0xff)];
    default:
      return kind satisfies never;
  }
}
