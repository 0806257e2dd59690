/**
 * Text that is not what it should be: a domain name, a master file, a key file, a `.reg` file.
 * `code` is the contract, the message is for people and names the remedy. `line` and `column` count from 1.
 */
export class ParseError extends Error {
  override readonly name = 'ParseError';
  readonly code: string;
  readonly line: number | undefined;
  readonly column: number | undefined;

  constructor(code: string, message: string, place: { line?: number; column?: number; cause?: unknown } = {}) {
    super(message, place.cause === undefined ? undefined : { cause: place.cause });
    this.code = code;
    this.line = place.line;
    this.column = place.column;
  }
}
