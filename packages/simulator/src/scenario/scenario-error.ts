/** A scenario that cannot be played. The message names the file's path and line of what is wrong, and the remedy. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
  readonly code = 'BAD_SCENARIO';
  /** Where in the file, as `hosts.kms-e1.publish[0]`; empty for the whole. */
  readonly path: string;
  /** From 1; undefined where the text is not known. */
  readonly line: number | undefined;

  constructor(message: string, place: { readonly path: string; readonly line?: number | undefined; readonly file?: string | undefined }) {
    const at = [place.file, place.line].filter((part) => part !== undefined).join(':');
    super(`${at === '' ? '' : `${at}: `}${place.path === '' ? '' : `${place.path}: `}${message}`);
    this.path = place.path;
    this.line = place.line;
  }
}

/** `hosts.kms-e1.publish[0]`. Keys that would be misread are quoted. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path
    .map((key) =>
      typeof key === 'number' ? `[${key}]` : /^[\w-]+$/.test(String(key)) ? `.${String(key)}` : `[${JSON.stringify(String(key))}]`,
    )
    .join('')
    .replace(/^\./, '');
}
