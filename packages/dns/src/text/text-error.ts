import { ParseError } from '../parse-error.ts';

/** Where in a text something is: lines and columns count from 1, columns in UTF-16 units. */
export interface Place {
  readonly file: string | undefined;
  readonly line: number;
  readonly column: number;
}

/** A `ParseError` whose message begins with the place and is safe to print, whatever the text holds. */
export function errorAt(place: Place, code: string, message: string, cause?: unknown): ParseError {
  const { file, line, column } = place;
  const prefix = file === undefined ? `line ${line}, column ${column}` : `${file}:${line}:${column}`;
  return new ParseError(code, printable(`${prefix}: ${message}`), { line, column, ...(cause === undefined ? {} : { cause }) });
}

/** Runs a parser that knows columns only inside `place` and puts its `ParseError` where it belongs in the whole text. */
export function locating<T>(place: Place, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    throw errorAt({ ...place, column: place.column + (error.column ?? 1) - 1 }, error.code, error.message);
  }
}

/** A piece of the text for an error message: in quotes, at most 40 characters. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 37)}...` : text);
}

function printable(message: string): string {
  return message.replaceAll(/[^\x20-\x7e]/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}
