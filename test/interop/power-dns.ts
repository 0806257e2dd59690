import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TsigKey } from '@srvkit/dns';
import { freePort } from './free-port.ts';
import { expectSuccess, run, start } from './program.ts';
import type { Running } from './program.ts';

export interface PowerDnsContents {
  /** Master-file text of each. */
  readonly zones: readonly { readonly origin: string; readonly text: string }[];
  readonly keys: readonly TsigKey[];
  /** The name of the key that may change the zones. */
  readonly publisherKey?: string;
  /** Instead of that: commands of pdnsutil, as they are. */
  readonly rights?: string;
}

const SCHEMA = '/usr/share/doc/pdns-backend-sqlite3/schema.sqlite3.sql';

/** Runs a pdns_server over a database in this folder. Run there again, it goes on with what is in it. */
export async function runPowerDns(folder: string, contents: PowerDnsContents): Promise<Running & { readonly address: string }> {
  const port = await freePort();
  await writeFile(join(folder, 'pdns.conf'), configure(folder, port));
  if (!existsSync(join(folder, 'pdns.sqlite3'))) await fill(folder, contents);
  const server = await start('pdns_server', [`--config-dir=${folder}`], /operating unthreaded/);
  return { ...server, address: `127.0.0.1:${port}` };
}

async function fill(folder: string, { zones, keys, publisherKey, rights }: PowerDnsContents): Promise<void> {
  await sql(folder, `PRAGMA journal_mode=WAL;\n${await readFile(SCHEMA, 'utf8')}`);
  for (const { origin, text } of zones) {
    const file = join(folder, `${origin}.zone`);
    await writeFile(file, text);
    await expectSuccess('pdnsutil', [`--config-dir=${folder}`, 'load-zone', origin, file]);
  }
  const metadata = publisherKey === undefined ? [] : METADATA.map(([kind, value]) => insertMetadata(kind, value ?? publisherKey));
  await sql(folder, [...keys.map(insertKey), ...metadata].join('\n'));
  if (rights !== undefined) await runScript(folder, rights);
}

function runScript(folder: string, commands: string): Promise<unknown> {
  const script = `set -e; pdnsutil() { command pdnsutil --config-dir="$0" "$@"; }\n${commands}`;
  return promisify(execFile)('sh', ['-c', script, folder]);
}

const METADATA: readonly (readonly [kind: string, value: string | undefined])[] = [
  ['TSIG-ALLOW-DNSUPDATE', undefined],
  ['ALLOW-DNSUPDATE-FROM', '127.0.0.0/8'],
  ['SOA-EDIT-DNSUPDATE', 'INCREASE'],
];

function insertKey({ name, algorithm, secret }: TsigKey): string {
  const bare = name.toString().replace(/\.$/, '');
  return `INSERT INTO tsigkeys (name, algorithm, secret) VALUES ('${bare}', '${algorithm}', '${Buffer.from(secret).toString('base64')}');`;
}

function insertMetadata(kind: string, content: string): string {
  return `INSERT INTO domainmetadata (domain_id, kind, content) SELECT id, '${kind}', '${content}' FROM domains;`;
}

/** Has the database of the server in this folder refuse every new record. */
export function refuseRecords(folder: string): Promise<void> {
  return sql(folder, "CREATE TRIGGER full BEFORE INSERT ON records BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END;");
}

async function sql(folder: string, input: string): Promise<void> {
  const { status, stderr } = await run('sqlite3', [join(folder, 'pdns.sqlite3')], { input });
  if (status !== 0) throw new Error(`sqlite3 ended with ${status}:\n${stderr}`);
}

// Nothing outside of the folder, nothing remembered, nobody phoned.
function configure(folder: string, port: number): string {
  return `
launch=gsqlite3
gsqlite3-database=${join(folder, 'pdns.sqlite3')}
gsqlite3-dnssec=yes
local-address=127.0.0.1
local-port=${port}
socket-dir=${folder}
daemon=no
guardian=no
write-pid=no
setuid=
setgid=
receiver-threads=1
distributor-threads=1
cache-ttl=0
query-cache-ttl=0
negquery-cache-ttl=0
zone-cache-refresh-interval=0
primary=no
security-poll-suffix=
dnsupdate=yes
allow-dnsupdate-from=
loglevel=6
`;
}
