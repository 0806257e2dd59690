/** What can be wrong with bytes that claim to be a `.reg` file. */
export type RegParseErrorCode =
  | 'TOO_LARGE'
  | 'BAD_ENCODING'
  | 'NO_HEADER'
  | 'BAD_LINE'
  | 'BAD_KEY'
  | 'NO_KEY'
  | 'BAD_STRING'
  | 'BAD_NAME'
  | 'BAD_NUMBER'
  | 'BAD_HEX'
  | 'BAD_TYPE';

/**
 * `.reg` text that is not what it should be. The same shape as `ParseError` of `@srvkit/dns`, which this package may not import:
 * `code` is the contract, the message is for people: it begins with the place and names the remedy. `line` and `column` count from 1.
 */
export class RegParseError extends Error {
  override readonly name = 'RegParseError';
  readonly code: RegParseErrorCode;
  readonly line: number;
  readonly column: number;

  constructor(code: RegParseErrorCode, message: string, place: { line: number; column: number; file?: string | undefined }) {
    const prefix = place.file === undefined ? `line ${place.line}, column ${place.column}` : `${place.file}:${place.line}:${place.column}`;
    super(printable(`${prefix}: ${message}`));
    this.code = code;
    this.line = place.line;
    this.column = place.column;
  }
}

// Safe to print, whatever the text holds.
function printable(message: string): string {
  return message.replaceAll(/[^\x20-\x7e]/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}
