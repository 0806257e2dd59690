/** What can be wrong with bytes that claim to be a DNS message. */
export type WireErrorCode =
  | 'TRUNCATED_INPUT'
  | 'BAD_POINTER'
  | 'BAD_LABEL'
  | 'NAME_TOO_LONG'
  | 'BAD_RDLENGTH'
  | 'BAD_OPT'
  | 'BAD_TSIG'
  | 'TRAILING_BYTES';

/** Bytes that are not a DNS message (RFC 1035 section 4). `offset` is where in the bytes it went wrong. */
export class WireError extends Error {
  override readonly name = 'WireError';
  readonly code: WireErrorCode;
  readonly offset: number;

  constructor(code: WireErrorCode, offset: number, message: string) {
    super(`${message} (${code} at offset ${offset})`);
    this.code = code;
    this.offset = offset;
  }
}
