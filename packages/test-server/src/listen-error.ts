/** An address that cannot be listened on. `code` is the system's (`EADDRINUSE`, `EACCES`, ...) or `NOT_LOOPBACK`. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
