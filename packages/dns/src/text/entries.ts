import { errorAt, quoted } from './text-error.ts';
import type { Place } from './text-error.ts';

/** A word of a master file as it is written, escapes included; `isQuoted` when it stood in double quotes (which are left out). */
export interface Token extends Place {
  readonly text: string;
  readonly isQuoted: boolean;
}

/** One directive or record: the words of a line, or of several lines joined by parentheses. Never empty. */
export interface Entry {
  readonly tokens: readonly [Token, ...Token[]];
  /** Whether the line began with a blank: the owner is that of the record before (RFC 1035 section 5.1). */
  readonly startsBlank: boolean;
}

/** Splits a master file into entries (RFC 1035 section 5.1), one at a time and in linear time. Throws `ParseError`. */
export function* readEntries(text: string, file?: string): Generator<Entry, void> {
  const scanner = new Scanner(text, file);
  let tokens: Token[] = [];
  let startsBlank = false;
  for (;;) {
    const symbol = scanner.next();
    if (symbol.kind === 'token') {
      if (tokens.length === 0) startsBlank = symbol.startsBlank;
      tokens.push(symbol.token);
      continue;
    }
    const [first, ...rest] = tokens;
    if (first !== undefined) yield { tokens: [first, ...rest], startsBlank };
    if (symbol.kind === 'end') return;
    tokens = [];
  }
}

// What decoders put in the place of octets that are no UTF-8, those of Latin-1 files for example.
const NOT_UTF8 = '\uFFFD';

type Symbol = { readonly kind: 'token'; readonly token: Token; readonly startsBlank: boolean } | { readonly kind: 'newline' | 'end' };

class Scanner {
  readonly #text: string;
  readonly #file: string | undefined;
  readonly #open: Place[] = [];
  #at = 0;
  #line = 1;
  #lineStart = 0;
  #lineStartsBlank = false;

  constructor(text: string, file: string | undefined) {
    this.#file = file;
    this.#text = text.startsWith('\uFEFF') ? text.slice(1) : text;
    this.#noteLineStart();
  }

  /** Skips blanks, comments and, inside parentheses, the ends of lines. */
  next(): Symbol {
    for (;;) {
      const character = this.#text[this.#at];
      if (character === undefined) return this.#end();
      if (character === ' ' || character === '\t') this.#at += 1;
      else if (character === ';') this.#skipComment();
      else if (character === '(') this.#openParenthesis();
      else if (character === ')') this.#closeParenthesis();
      else if (character !== '\n' && character !== '\r') return this.#token(character);
      else {
        const startsEntry = this.#open.length === 0;
        this.#endLine(character);
        if (startsEntry) return { kind: 'newline' };
      }
    }
  }

  #token(first: string): Symbol {
    const startsBlank = this.#lineStartsBlank;
    return { kind: 'token', token: first === '"' ? this.#quotedString() : this.#word(), startsBlank };
  }

  #word(): Token {
    const place = this.#place();
    const start = this.#at;
    for (;;) {
      const character = this.#text[this.#at];
      if (character === undefined || ' \t\r\n;()"'.includes(character)) break;
      this.#step();
    }
    return { ...place, text: this.#text.slice(start, this.#at), isQuoted: false };
  }

  #quotedString(): Token {
    const place = this.#place();
    this.#at += 1;
    const start = this.#at;
    for (;;) {
      const character = this.#text[this.#at];
      if (character === undefined || character === '\n' || character === '\r')
        throw errorAt(place, 'UNCLOSED_QUOTE', 'this quote is not closed before the end of its line: add the missing "');
      if (character === '"') break;
      this.#step();
    }
    this.#at += 1;
    return { ...place, text: this.#text.slice(start, this.#at - 1), isQuoted: true };
  }

  // One character of a token, or a backslash and the character it escapes.
  #step(): void {
    if (this.#text[this.#at] === '\\') {
      const next = this.#text[this.#at + 1];
      if (next === undefined || next === '\n' || next === '\r')
        throw errorAt(this.#place(), 'BAD_ESCAPE', 'a backslash at the end of the line: remove it, or join lines with parentheses');
      this.#at += 1;
    }
    const character = this.#text[this.#at] ?? '';
    if ((character < ' ' && character !== '\t') || character === NOT_UTF8) throw this.#control(character);
    this.#at += 1;
  }

  #skipComment(): void {
    while (this.#at < this.#text.length && !'\r\n'.includes(this.#text[this.#at] ?? '')) this.#at += 1;
  }

  #openParenthesis(): void {
    this.#open.push(this.#place());
    this.#at += 1;
  }

  #closeParenthesis(): void {
    if (this.#open.pop() === undefined)
      throw errorAt(this.#place(), 'UNOPENED_PARENTHESIS', 'this parenthesis was never opened: remove it, or write \\)');
    this.#at += 1;
  }

  #endLine(character: string): void {
    if (character === '\r' && this.#text[this.#at + 1] !== '\n') throw this.#control(character);
    this.#at += character === '\r' ? 2 : 1;
    this.#line += 1;
    this.#lineStart = this.#at;
    if (this.#open.length === 0) this.#noteLineStart();
  }

  #end(): Symbol {
    const open = this.#open.at(-1);
    if (open !== undefined) throw errorAt(open, 'UNCLOSED_PARENTHESIS', 'this parenthesis is never closed: add the missing )');
    return { kind: 'end' };
  }

  #noteLineStart(): void {
    const first = this.#text[this.#at];
    this.#lineStartsBlank = first === ' ' || first === '\t';
  }

  #control(character: string): Error {
    const hint = character === '\r' ? 'end lines with LF or CRLF' : 'save the file as UTF-8 text, or write \\DDD';
    return errorAt(this.#place(), 'BAD_CHARACTER', `the character ${quoted(character)}: ${hint}`);
  }

  #place(): Place {
    return { file: this.#file, line: this.#line, column: this.#at - this.#lineStart + 1 };
  }
}
