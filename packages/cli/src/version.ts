import { readFileSync } from 'node:fs';

/** The version of this package, as `srvkit --version` prints it. */
export const VERSION: string = readVersion(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

function readVersion(manifest: string): string {
  const parsed: unknown = JSON.parse(manifest);
  return typeof parsed === 'object' && parsed !== null && 'version' in parsed ? String(parsed.version) : 'unknown';
}
