import { RegParseError } from './reg-parse-error.ts';
import type { RegParseErrorCode } from './reg-parse-error.ts';

/** A position in `.reg` text and the tokens that can be taken there. Every failure is a `RegParseError` at its place. */
export class RegCursor {
  readonly #text: string;
  readonly #file: string | undefined;
  #at = 0;

  constructor(text: string, file: string | undefined) {
    this.#text = text;
    this.#file = file;
  }

  get at(): number {
    return this.#at;
  }

  get atEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  /** The character here; empty at the end. */
  peek(): string {
    return this.#text.charAt(this.#at);
  }

  /** Takes the character if it is here. */
  take(character: string): boolean {
    if (this.peek() !== character) return false;
    this.#at += 1;
    return true;
  }

  skipBlanks(): void {
    this.#skip(/[ \t]*/y);
  }

  /** Skips blank lines and comment lines. */
  skipEmptyLines(): void {
    do this.#skip(/[ \t\r\n]*/y);
    while (this.#match(/;[^\r\n]*/y) !== '');
  }

  /** Takes the rest of the line, without its end. */
  takeLine(): string {
    const line = this.#match(/[^\r\n]*/y);
    this.#skip(/\r\n|\r|\n/y);
    return line;
  }

  /** Takes `"..."`; `\\` and `\"` are its escapes, and like regedit's it may go over several lines. */
  takeQuoted(): string {
    const start = this.#at;
    this.#at += 1;
    let text = '';
    for (;;) {
      text += this.#match(/[^"\\]*/y);
      if (this.take('"')) return text;
      if (this.atEnd) throw this.errorAt(start, 'BAD_STRING', 'the text has no closing quote');
      const escaped = this.#text.charAt(this.#at + 1);
      if (escaped !== '"' && escaped !== '\\') throw this.error('BAD_STRING', 'a backslash in text must be written twice: \\\\');
      text += escaped;
      this.#at += 2;
    }
  }

  /** Takes `dword:`, `hex:`, `hex(7):` and returns it in lower case without the colon; anything else is returned as empty. */
  takeMarker(): string {
    return this.#match(/[a-zA-Z]{1,8}(?:\([0-9a-fA-F]{1,8}\))?:/y)
      .slice(0, -1)
      .toLowerCase();
  }

  takeDword(): number {
    this.skipBlanks();
    const digits = this.#match(/[0-9a-fA-F]+/y);
    if (digits.length === 0 || digits.length > 8) throw this.error('BAD_NUMBER', 'a dword has 1 to 8 hexadecimal digits');
    return Number.parseInt(digits, 16);
  }

  /** Takes bytes in hexadecimal, separated by commas, wrapped with a backslash at the end of a line. May be none. */
  takeBytes(): Uint8Array {
    const bytes: number[] = [];
    this.#skipWrap();
    if (this.#byteAhead()) bytes.push(this.#takeByte());
    for (this.#skipWrap(); this.take(','); this.#skipWrap()) {
      this.#skipWrap();
      bytes.push(this.#takeByte());
    }
    return Uint8Array.from(bytes);
  }

  /** An error here. */
  error(code: RegParseErrorCode, message: string): RegParseError {
    return this.errorAt(this.#at, code, message);
  }

  /** An error at a position that was passed. */
  errorAt(at: number, code: RegParseErrorCode, message: string): RegParseError {
    const lines = this.#text.slice(0, at).split(/\r\n|\r|\n/);
    const column = (lines.at(-1)?.length ?? 0) + 1;
    return new RegParseError(code, message, { line: lines.length, column, file: this.#file });
  }

  #skipWrap(): void {
    this.skipBlanks();
    while (this.peek() === '\\') {
      const wrap = this.#match(/\\[ \t]*(?:;[^\r\n]*)?(?:\r\n|\r|\n)[ \t]*/y);
      if (wrap === '') throw this.error('BAD_HEX', 'a backslash among bytes must be the last thing on its line, and bytes must follow');
    }
  }

  #byteAhead(): boolean {
    return /[0-9a-fA-F]/.test(this.peek());
  }

  #takeByte(): number {
    const digits = this.#match(/[0-9a-fA-F]+/y);
    if (digits.length === 0 || digits.length > 2) throw this.error('BAD_HEX', 'expected a byte as two hexadecimal digits');
    return Number.parseInt(digits, 16);
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }

  #skip(pattern: RegExp): void {
    this.#match(pattern);
  }
}
