import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TsigKey } from '@srvkit/dns';
import type { ExecutionContext } from 'ava';
import { freePort } from './free-port.ts';
import { start } from './program.ts';
import type { Running } from './program.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A zone of BIND's. */
export interface NamedZone {
  readonly origin: string;
  /** Master-file text. */
  readonly text: string;
  /** Rules such as `grant east-key. name _vlmcs._tcp.east.contoso.com. SRV`. */
  readonly updatePolicy?: readonly string[];
  /** The name of the key that may transfer the zone; without one everybody may. */
  readonly transferKey?: string;
  /** The `HOST:PORT` of its primary: then it is fetched from there, and UPDATEs are handed on. */
  readonly secondaryOf?: string;
  /** Further statements, as they are. */
  readonly statements?: string;
}

/** What is served to those whom `clients` matches: `key inside.`, `any`. The first view that matches counts. */
export interface NamedView {
  readonly name: string;
  readonly clients: string;
  readonly zones: readonly NamedZone[];
}

/** All that a named serves. */
export interface NamedContents {
  readonly zones?: readonly NamedZone[];
  /** Instead of `zones`. */
  readonly views?: readonly NamedView[];
  readonly keys?: readonly TsigKey[];
}

/**
 * Starts BIND's server with these zones and keys on a port of 127.0.0.1 and gives its address. It ends with the test; one test has one,
 * because there are only so many at a time.
 */
export async function startNamed(t: ExecutionContext, contents: NamedContents): Promise<string> {
  await enter(t);
  const named = await runNamed(await temporaryFolder(t), contents);
  t.teardown(() => named.stop());
  return named.address;
}

/** Runs a named in this folder. Run there again, it goes on with what its journals say. */
export async function runNamed(
  folder: string,
  { zones = [], views = [], keys = [] }: NamedContents,
): Promise<Running & { readonly address: string }> {
  const configuration = join(folder, 'named.conf');
  const statements = await writeZones(folder, 'zone', zones);
  for (const { name, clients, zones } of views) {
    const inner = await writeZones(folder, name, zones);
    statements.push(`view "${name}" { match-clients { ${clients}; };`, ...inner, '};');
  }
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    await writeFile(configuration, [options(folder, port), ...keys.map(keyStatement), ...statements].join('\n'));
    const named = await start('named', ['-g', '-4', '-n', '1', '-c', configuration], READY_OR_NOT);
    if (!PORT_TAKEN.test(named.log()) && !named.log().includes('not loaded')) return { ...named, address: `127.0.0.1:${port}` };
    await named.stop();
    if (named.log().includes('not loaded')) throw new Error(`named does not load its zones:\n${named.log()}`);
    if (attempt === MOST_ATTEMPTS) throw new Error(`named gets no port:\n${named.log()}`);
  }
}

const MOST_ATTEMPTS = 3;
// It goes on without TCP when only that is taken.
const PORT_TAKEN = /address in use|interface ignored/;
const READY_OR_NOT = new RegExp(`${PORT_TAKEN.source}| running$`, 'm');

// Nothing outside of the folder: no files in /run, no control channel, no port 53, no root servers, no lookups of names in the zones.
function options(folder: string, port: number): string {
  return `
options {
  directory "${folder}";
  pid-file none;
  session-keyfile none;
  lock-file none;
  listen-on port ${port} { 127.0.0.1; };
  listen-on-v6 { none; };
  recursion no;
  dnssec-validation no;
  minimal-responses no-auth;
  notify no;
  check-names primary ignore;
  check-integrity no;
};
controls { };`;
}

function keyStatement({ name, algorithm, secret }: TsigKey): string {
  return `key "${name.toString()}" { algorithm ${algorithm}; secret "${Buffer.from(secret).toString('base64')}"; };`;
}

async function writeZones(folder: string, prefix: string, zones: readonly NamedZone[]): Promise<string[]> {
  const files = zones.map((_, index) => `${prefix}${index}.zone`);
  for (const [index, { text }] of zones.entries()) await writeFile(join(folder, files[index] ?? ''), text);
  return zones.map((zone, index) => zoneStatement(zone, files[index] ?? ''));
}

function zoneStatement({ origin, updatePolicy = [], transferKey, secondaryOf, statements = '' }: NamedZone, file: string): string {
  const transfer = `allow-transfer { ${transferKey === undefined ? 'any' : `key "${transferKey}"`}; };`;
  const policy = updatePolicy.length === 0 ? '' : `update-policy { ${updatePolicy.map((rule) => `${rule};`).join(' ')} };`;
  const [host = '', port = ''] = secondaryOf?.split(':') ?? [];
  const type =
    secondaryOf === undefined
      ? 'primary'
      : `secondary; primaries { ${host} port ${port}; }; masterfile-format text; allow-update-forwarding { any; }`;
  return `zone "${origin}" { type ${type}; file "${file}"; ${transfer} ${policy}\n${statements}\n};`;
}

// The tests of a file run at the same time, which would be two dozen servers.
const MOST_AT_A_TIME = 4;
const waiting: (() => void)[] = [];
let running = 0;

async function enter(t: ExecutionContext): Promise<void> {
  if (running === MOST_AT_A_TIME) await new Promise<void>((resolve) => waiting.push(resolve));
  else running += 1;
  t.teardown(() => {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  });
}
