import { ParseError } from '../parse-error.ts';

const MAX_OCTETS = 255;

/** Reads a character-string (RFC 1035 sections 3.3 and 5.1), its quotes removed. Characters beyond ASCII become UTF-8. Throws `ParseError`. */
export function parseCharacterString(text: string): Uint8Array {
  const octets: number[] = [];
  for (let at = 0; at < text.length && octets.length <= MAX_OCTETS;) {
    const character = text.codePointAt(at) ?? 0;
    if (character === BACKSLASH) {
      const digits = /^\d{1,3}/.exec(text.slice(at + 1, at + 4))?.[0];
      if (digits === undefined) {
        at += 1;
      } else {
        if (digits.length < 3 || Number(digits) > 255)
          throw new ParseError('BAD_ESCAPE', 'an escape that is not \\DDD with DDD from 000 to 255', { column: at + 1 });
        octets.push(Number(digits));
        at += 4;
        continue;
      }
    }
    const literal = String.fromCodePoint(text.codePointAt(at) ?? 0);
    octets.push(...UTF8.encode(literal));
    at += literal.length;
  }
  if (octets.length > MAX_OCTETS)
    throw new ParseError(
      'STRING_TOO_LONG',
      `a string of more than ${MAX_OCTETS} octets: split it into several of at most ${MAX_OCTETS}, each in quotes`,
    );
  return Uint8Array.from(octets);
}

/** Writes octets as a quoted character-string: printable ASCII as it is, `\"`, `\\`, and `\DDD` for all else. */
export function formatCharacterString(octets: Uint8Array): string {
  let text = '"';
  for (const octet of octets) {
    if (octet < 0x20 || octet > 0x7e) text += `\\${String(octet).padStart(3, '0')}`;
    else text += octet === QUOTE || octet === BACKSLASH ? `\\${String.fromCharCode(octet)}` : String.fromCharCode(octet);
  }
  return `${text}"`;
}

const UTF8 = new TextEncoder();
const BACKSLASH = 0x5c;
const QUOTE = 0x22;
