import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { decodeMessage, encodeMessage, WireError } from '../src/index.ts';
import type { Message } from '../src/index.ts';
import { domainName, message } from './arbitrary-message.ts';
import { damage, damages } from './damage.ts';
import { GOLDEN, hex } from './golden.ts';

/** What must hold of the codec for whatever it is given. `pnpm fuzz` runs the same with many more values. */
export interface CodecProperty {
  readonly title: string;
  readonly property: fc.IProperty<[Message]> | fc.IProperty<[Uint8Array]>;
}

export const PROPERTIES: readonly CodecProperty[] = [
  { title: 'any message is decoded to what was encoded', property: fc.property(message, survives) },
  { title: 'any octets decode or give a WireError in bounded time', property: fc.property(anyOctets(), decodesOrFails) },
  { title: 'any octets behind a sound header decode or give a WireError in bounded time', property: fc.property(headed(), decodesOrFails) },
  { title: 'real messages that were damaged decode or give a WireError in bounded time', property: fc.property(damaged(), decodesOrFails) },
];

// A record of 14 octets can hold two names of 255 octets behind up to 127 pointers, and each name is walked twice.
const MAX_READS_AN_OCTET = 150;

/** Decodes, and throws when the outcome is neither a message that can be encoded again nor an honest `WireError`, or took too long. */
export function decodesOrFails(bytes: Uint8Array): void {
  const counted = countReads(bytes);
  const outcome = decoded(counted.bytes);
  if (counted.reads() > MAX_READS_AN_OCTET * (bytes.length + 12)) throw new Error(`${counted.reads()} reads of ${bytes.length} octets`);
  if (!(outcome instanceof WireError)) survives(outcome);
  else if (!(outcome.offset >= 0 && outcome.offset <= bytes.length)) throw new Error('The offset lies outside', { cause: outcome });
}

function decoded(bytes: Uint8Array): Message | WireError {
  try {
    return decodeMessage(bytes);
  } catch (error) {
    if (error instanceof WireError) return error;
    throw error;
  }
}

function survives(original: Message): void {
  const copy = decodeMessage(encodeMessage(original));
  if (!isDeepStrictEqual(copy, original)) throw new Error(`became ${JSON.stringify(copy)}`);
}

/** The octets behind a proxy that counts how many were looked at. */
function countReads(bytes: Uint8Array): { readonly bytes: Uint8Array; readonly reads: () => number } {
  let reads = 0;
  const proxy = new Proxy(bytes, {
    get(target, key) {
      if (key === 'subarray') {
        return (start: number, end: number): Uint8Array => {
          reads += end - start;
          return target.subarray(start, end);
        };
      }
      if (key !== 'length') reads += 1;
      return Reflect.get(target, key, target) as unknown;
    },
  });
  return { bytes: proxy, reads: () => reads };
}

function anyOctets(): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ maxLength: 600 });
}

/** Small counts, and a body full of what names and records are made of. */
function headed(): fc.Arbitrary<Uint8Array> {
  const count = fc.integer({ min: 0, max: 4 });
  const piece = fc.oneof(
    domainName.map((name) => [...name.wire]),
    fc.integer({ min: 0, max: 80 }).map((target) => [0xc0, target]),
    fc.constantFrom(1, 2, 5, 6, 12, 15, 16, 28, 33, 41, 249, 250, 255).map((number) => [0, number]),
    fc.constantFrom([0, 1], [0, 254], [0, 255], [0, 0, 14, 16], [0, 4], [0, 0], [0x80, 0, 0, 0]),
    fc.uint8Array({ maxLength: 6 }).map((bytes) => [...bytes]),
  );
  return fc
    .tuple(fc.constantFrom(0x00, 0x28, 0x84), fc.array(count, { minLength: 4, maxLength: 4 }), fc.array(piece, { maxLength: 40 }))
    .map(([flags, counts, body]) => Uint8Array.from([0, 1, flags, 0, ...counts.flatMap((number) => [0, number]), ...body.flat()]));
}

function damaged(): fc.Arbitrary<Uint8Array> {
  return fc.tuple(fc.constantFrom(...GOLDEN.values()), damages).map(([bytes, damages]) => damage(bytes, damages));
}

/** A counterexample as hexadecimal digits; as JSON where it has no octets. */
export function shown(value: Message | Uint8Array): string {
  if (value instanceof Uint8Array) return hex(value);
  try {
    return hex(encodeMessage(value));
  } catch (error) {
    return `${JSON.stringify(value)} (${String(error)})`;
  }
}
