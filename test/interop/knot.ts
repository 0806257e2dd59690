import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TsigKey } from '@srvkit/dns';
import { freePort } from './free-port.ts';
import { start } from './program.ts';
import type { Running } from './program.ts';

export interface KnotContents {
  /** Master-file text of each. */
  readonly zones: readonly { readonly origin: string; readonly text: string }[];
  readonly keys: readonly TsigKey[];
  /** The name of the key that may change SRV records. */
  readonly publisherKey?: string;
  /** Instead of that: sections `acl` and `zone`, as they are. */
  readonly rights?: string;
  /** Where the journal shall be, if not in the folder. */
  readonly journal?: string;
  /** `HOST:PORT`, where it shall listen. Default: a free port of 127.0.0.1. */
  readonly address?: string;
}

/** Runs a knotd in this folder. Run there again, it goes on with what its journal says. */
export async function runKnot(folder: string, contents: KnotContents): Promise<Running & { readonly address: string }> {
  for (const { origin, text } of contents.zones) await writeFile(join(folder, `${origin}.zone`), text);
  const address = contents.address ?? `127.0.0.1:${await freePort()}`;
  const configuration = join(folder, 'knot.conf');
  await writeFile(configuration, configure(folder, address, contents));
  const knot = await start('knotd', ['-c', configuration], /server started/);
  return { ...knot, address };
}

function configure(folder: string, address: string, { zones, keys, publisherKey, journal, rights }: KnotContents): string {
  const keyEntries = keys.map(({ name, algorithm, secret }) =>
    [`  - id: ${name.toString()}`, `    algorithm: ${algorithm}`, `    secret: ${Buffer.from(secret).toString('base64')}`].join('\n'),
  );
  const zoneEntries = zones.map(({ origin }) => `  - domain: ${origin}\n    file: ${origin}.zone`);
  const acl =
    publisherKey === undefined
      ? ''
      : `acl:
  - id: publisher
    key: ${publisherKey}
    action: update
    update-type: [SRV]`;
  const template = publisherKey === undefined ? '' : '    acl: publisher';
  return `
server:
    rundir: "${folder}"
    listen: ${address.replace(':', '@')}
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
log:
  - target: stderr
    any: info
database:
    storage: "${folder}"
${journal === undefined ? '' : `    journal-db: "${journal}"`}
key:
${keyEntries.join('\n')}
${acl}
template:
  - id: default
    storage: "${folder}"
    zonefile-sync: -1
    zonefile-load: whole
    journal-content: changes
${template}
${rights ?? `zone:\n${zoneEntries.join('\n')}`}
`;
}
