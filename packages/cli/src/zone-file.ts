import { parseDomainName } from '@srvkit/dns';
import { parseZone } from '@srvkit/test-server/zone';
import type { Zone } from '@srvkit/test-server/zone';
import { readable, readInput } from './input-file.ts';

/** Reads `[ORIGIN=]FILE`: a zone from a master file, with an origin for files that have no `$ORIGIN`. */
export async function readZone(word: string, signal: AbortSignal): Promise<Zone> {
  const { origin, file } = splitOrigin(word);
  const { bytes } = await readInput(file, signal);
  return readable(() => parseZone(bytes.toString('utf8'), { file, ...(origin === undefined ? {} : { origin: parseDomainName(origin) }) }));
}

// A path may have a `=` of its own: only what could be a domain name, and no path, is an origin.
function splitOrigin(word: string): { origin: string | undefined; file: string } {
  const [, origin, file = word] = /^([^=/\\]+)=(.+)$/s.exec(word) ?? [];
  return { origin, file };
}
