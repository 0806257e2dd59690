import { parseDomainName } from '../domain-name.ts';
import type { DomainName } from '../domain-name.ts';
import type { ParseError } from '../parse-error.ts';
import type { Token } from './entries.ts';
import { errorAt, locating, quoted } from './text-error.ts';
import type { Place } from './text-error.ts';

/** The words of one entry, taken from the left. Each `take` names what is expected; what does not fit is a `ParseError` at its place. */
export class Fields {
  readonly #tokens: readonly Token[];
  readonly #origin: DomainName | undefined;
  #at = 0;

  constructor(tokens: readonly Token[], origin: DomainName | undefined) {
    this.#tokens = tokens;
    this.#origin = origin;
  }

  /** The next word, if there is one. */
  peek(): Token | undefined {
    return this.#tokens[this.#at];
  }

  skip(): void {
    this.#at += 1;
  }

  /** The next word as it is written. Throws `MISSING_FIELD`. */
  take(what: string): Token {
    const token = this.peek();
    if (token === undefined) throw errorAt(this.#end(), 'MISSING_FIELD', `${what} is missing: add it`);
    this.#at += 1;
    return token;
  }

  /** The next word, which must not be in quotes. */
  word(what: string): Token {
    const token = this.take(what);
    if (token.isQuoted) throw errorAt(token, 'QUOTED_FIELD', `${what} must not be in quotes: remove them`);
    return token;
  }

  /** A domain name, relative to the origin unless it ends in a dot. */
  name(what: string): DomainName {
    const token = this.word(what);
    if (this.#origin === undefined && !isAbsolute(token.text))
      throw errorAt(
        token,
        'NO_ORIGIN',
        `${quoted(token.text)} is relative and no origin is known: end it with a dot, or set $ORIGIN before it`,
      );
    return locating(token, () => parseDomainName(token.text, this.#origin));
  }

  /** An unsigned decimal integer. */
  integer(what: string, maximum: number): number {
    const token = this.word(what);
    if (!/^\d+$/.test(token.text)) throw errorAt(token, 'BAD_NUMBER', `${what} must be a decimal number, not ${quoted(token.text)}`);
    const value = Number(token.text);
    if (value > maximum) throw errorAt(token, 'OUT_OF_RANGE', `${what} must be from 0 to ${maximum}, not ${quoted(token.text)}`);
    return value;
  }

  /** All words that are left. */
  rest(): readonly Token[] {
    const rest = this.#tokens.slice(this.#at);
    this.#at = this.#tokens.length;
    return rest;
  }

  /** An error at the next word, or at the end of the entry. */
  error(code: string, message: string, cause?: unknown): ParseError {
    return errorAt(this.peek() ?? this.#end(), code, message, cause);
  }

  /** Checks that nothing is left. */
  end(): void {
    const token = this.peek();
    if (token !== undefined)
      throw errorAt(token, 'EXTRA_FIELD', `${quoted(token.text)} is one field too many: remove it, or put a ; before a comment`);
  }

  #end(): Place {
    const last = this.#tokens.at(-1);
    if (last === undefined) throw new TypeError('An entry has at least one word');
    return { ...last, column: last.column + last.text.length + (last.isQuoted ? 2 : 0) };
  }
}

function isAbsolute(text: string): boolean {
  if (!text.endsWith('.')) return false;
  let backslashes = 0;
  while (text.charAt(text.length - 2 - backslashes) === '\\') backslashes += 1;
  return backslashes % 2 === 0;
}
