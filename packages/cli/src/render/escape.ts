/**
 * Makes text from the network or a file safe to print: control characters, and everything that could move a terminal's cursor or hide
 * what stands beside it, become `\DDD` octets as in RFC 4343 section 2.1. Domain names escape themselves.
 */
export function escapeText(text: string): string {
  return text.replaceAll(UNSAFE, (character) => [...Buffer.from(character)].map((octet) => `\\${String(octet).padStart(3, '0')}`).join(''));
}

// Categories of Unicode: controls, format characters (the bidirectional ones among them), line and paragraph separators, lone surrogates.
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
