/**
 * Settings that cannot be used, or cannot be written: a key path that is none, a value out of its type's range, a host or list line that
 * cannot be understood. `code` is the contract, the message names the remedy; `keyPath` and `valueName` say where, when it is in the settings.
 */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly code: string;
  readonly keyPath: string | undefined;
  readonly valueName: string | undefined;

  constructor(code: string, message: string, place: { keyPath?: string; valueName?: string; cause?: unknown } = {}) {
    super(message, place.cause === undefined ? undefined : { cause: place.cause });
    this.code = code;
    this.keyPath = place.keyPath;
    this.valueName = place.valueName;
  }
}
