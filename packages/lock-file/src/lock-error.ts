/**
 * A lock that cannot be had. `LOCKED`: another process has it. `LOST`: another has taken it, or it was removed, while it was held. `NOT_A_LOCK`:
 * something else has that name. `NOT_WRITABLE`: the system refuses. The message names file and remedy.
 */
export class LockError extends Error {
  override readonly name = 'LockError';
  readonly code: 'LOCKED' | 'LOST' | 'NOT_A_LOCK' | 'NOT_WRITABLE';

  constructor(code: LockError['code'], message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
