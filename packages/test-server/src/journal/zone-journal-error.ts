/**
 * A journal that cannot be used. `DAMAGED`: an entry is not as it was written. `OTHER_ZONE`, `OTHER_MASTER`: it goes on from something else.
 * `LOCKED`: another server has it. `LOST`: another has taken it meanwhile. `NOT_WRITABLE`: the file system refuses. The message names file and
 * remedy.
 */
export class ZoneJournalError extends Error {
  override readonly name = 'ZoneJournalError';
  readonly code: 'DAMAGED' | 'OTHER_ZONE' | 'OTHER_MASTER' | 'LOCKED' | 'LOST' | 'NOT_WRITABLE';

  constructor(code: ZoneJournalError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
