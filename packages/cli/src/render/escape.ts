/**
 * Makes text from the network or a file safe to print: control characters, and everything that could move a terminal's cursor or hide
 * what stands beside it, become `\DDD` octets as in RFC 4343 section 2.1. Domain names escape themselves.
 */
export function escapeText(text: string): string {
  return text.replaceAll(UNSAFE, (character) => [...Buffer.from(character)].map((octet) => `\\${String(octet).padStart(3, '0')}`).join(''));
}

// C0, DEL, C1, line and paragraph separators, and the bidirectional controls.
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
