import { ParseError } from '../parse-error.ts';

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** The greatest TTL (RFC 2181 section 8). */
export const MAX_TTL = 0x7fff_ffff;

/** Whether a word is meant as a TTL: it starts with a digit, which no class or type does. */
export function looksLikeTtl(text: string): boolean {
  return /^\d/.test(text);
}

/** Reads a time in seconds: `3600`, or with units of weeks, days, hours, minutes, seconds as in `1h30m`. Throws `ParseError`. */
export function parseTtl(text: string, maximum: number = MAX_TTL): number {
  if (!/^(?:\d+|(?:\d+[smhdw])+)$/i.test(text))
    throw new ParseError('BAD_TTL', 'a time that is neither seconds nor numbers with units: write 3600 or 1h30m (w, d, h, m, s)');
  let seconds = 0;
  for (const [, digits, unit] of text.matchAll(/(\d+)([a-z]?)/gi)) seconds += Number(digits) * (SECONDS[(unit ?? '').toLowerCase()] ?? 1);
  if (seconds > maximum) throw new ParseError('OUT_OF_RANGE', `a time of more than ${maximum} seconds: write a smaller one`);
  return seconds;
}
