import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { formatRecord, hmacSigner, parseDomainName, parseKeyFile } from '@srvkit/dns';
import type { ResourceRecord, TsigKey } from '@srvkit/dns';
import { createDnsClient } from '@srvkit/dns-client';
import type { DnsClient } from '@srvkit/dns-client';
import { pcg32, type Random } from '@srvkit/selection';
import type { SoakOptions, SoakReport } from './soak.ts';
import { KEY_TEXT, NEIGHBOUR, ORIGIN } from './updated-zone.ts';
import { UpdatingClient } from './updating-client.ts';

const KILLS = 1000;
/** Servers at a time, each with a folder and clients of its own. */
const LANES = 2;
/** A server is killed so many acknowledged updates after its start, at most, and so much later. */
const MOST_UPDATES = 80;
const LONGEST_DELAY_MS = 5;
/** One server in so many is killed while it starts. */
const EARLY_ONE_IN = 8;
const STARTING_MS = 400;
/** One server in so many is killed so much, at most, after it has begun to write the journal anew, if it does. */
const REWRITING_ONE_IN = 2;
/** Among so many kills some must have come while a journal was written anew: else nothing was seen of that. */
const ENOUGH_KILLS = 200;
/** After one kill in so many, the journal ends in the beginning of an entry, as it would had the kill met a write in its middle, which is rare. */
const TORN_ONE_IN = 6;
const JOURNAL = 'east.contoso.com.journal';
const SERVER = fileURLToPath(new URL('./journal-server.ts', import.meta.url));
const ZONE = parseDomainName(ORIGIN);

/**
 * Servers with a journal, killed (`kill -9`) at random moments while clients change the zone by signed UPDATEs. The next server must start, and
 * serve every change that was acknowledged; one that was not may be there as a whole or not at all.
 */
export async function serverKill({ count = KILLS, seed }: SoakOptions): Promise<SoakReport> {
  const seen: Seen = { kills: 0, early: 0, acknowledged: 0, open: 0, openKept: 0, rewritten: 0, killedRewriting: 0, broken: [] };
  const client = createDnsClient();
  const root = await mkdtemp(join(tmpdir(), 'srvkit-soak-'));
  try {
    await Promise.all(
      Array.from({ length: LANES }, (_, lane) => killServers(join(root, `${lane}`), { client, count, seen, random: pcg32(seed, lane) })),
    );
  } finally {
    await client.close();
    await rm(root, { recursive: true });
  }
  if (seen.kills >= ENOUGH_KILLS && seen.killedRewriting === 0) seen.broken.push('no kill came while a journal was written anew');
  return { lines: describe(seen), broken: seen.broken };
}

/** What all lanes have seen so far. */
interface Seen {
  kills: number;
  early: number;
  acknowledged: number;
  /** Changes that were under way at a kill, and those of them that were there afterwards. */
  open: number;
  openKept: number;
  rewritten: number;
  killedRewriting: number;
  readonly broken: string[];
}

interface Lane {
  readonly client: DnsClient;
  readonly count: number;
  readonly seen: Seen;
  readonly random: Random;
}

async function killServers(folder: string, { client, count, seen, random }: Lane): Promise<void> {
  const key = keyOf(KEY_TEXT);
  const common = { client, signer: hmacSigner(key), random };
  const clients = [
    new UpdatingClient('small', { ...common, transport: 'tcp', octets: 10 }),
    new UpdatingClient('udp', { ...common, transport: 'udp', octets: 10 }),
    new UpdatingClient('twice', { ...common, transport: 'tcp', octets: 10, twice: true }),
    new UpdatingClient('large', { ...common, transport: 'tcp', octets: 5000 }),
  ];
  const watched: Watched = { folder, client, key, clients, serial: 1, inode: 0, seen };
  await mkdir(folder);
  while (seen.kills < count) {
    seen.kills += 1;
    await (random.below(EARLY_ONE_IN) === 0 ? killEarly(watched, random) : killServing(watched, random, `kill ${seen.kills}`));
    const files = await readdir(folder);
    if (files.includes(JOURNAL) && random.below(TORN_ONE_IN) === 0) await tearTail(join(folder, JOURNAL), random);
  }
  await endInPeace(watched);
}

/** Appends a part of the last entry once more. */
async function tearTail(journal: string, random: Random): Promise<void> {
  const text = await readFile(journal, 'latin1');
  // What a kill has torn already stays as it is.
  if (!text.endsWith('\n')) return;
  const entry = text.slice(text.lastIndexOf('\n', text.length - 2) + 1);
  await appendFile(journal, entry.slice(0, random.below(entry.length)), 'latin1');
}

/** A folder with its clients, and what was known of it last. */
interface Watched {
  readonly folder: string;
  readonly client: DnsClient;
  readonly key: TsigKey;
  readonly clients: readonly UpdatingClient[];
  serial: number;
  inode: number;
  readonly seen: Seen;
}

async function killEarly({ folder, seen }: Watched, random: Random): Promise<void> {
  seen.early += 1;
  const child = spawnServer(folder);
  const exited = once(child, 'exit');
  await sleep(random.below(STARTING_MS));
  child.kill('SIGKILL');
  const [status] = await exited;
  if (status !== null) seen.broken.push(`a server that was starting ended by itself`);
}

async function killServing(watched: Watched, random: Random, when: string): Promise<void> {
  const { seen, clients } = watched;
  const server = await startServer(watched.folder, when, seen);
  if (server === undefined) return;
  await check(watched, server.address, when);
  const life = new AbortController();
  const enough = countdown(random.below(MOST_UPDATES));
  const rewrite = watchRewrite(watched.folder);
  const changing = clients.map((each) => each.changeUntil(server.address, life.signal, enough.count));
  const ends = random.below(REWRITING_ONE_IN) === 0 ? [rewrite.begun, enough.reached] : [enough.reached];
  await Promise.race([...ends, Promise.all(changing)]);
  await sleep(random.below(LONGEST_DELAY_MS * 1000) / 1000);
  for (const each of clients) each.expectSilence();
  server.child.kill('SIGKILL');
  const [status] = await server.exited;
  rewrite.close();
  // The server removed what an earlier one had left of a rewrite when it started.
  if ((await readdir(watched.folder)).includes(`${JOURNAL}.new`)) seen.killedRewriting += 1;
  if (status !== null) seen.broken.push(`${when}: the server ended by itself`);
  life.abort();
  for (const { complaints, acknowledged } of await Promise.all(changing)) {
    seen.broken.push(...complaints.map((complaint) => `${when}: ${complaint}`));
    seen.acknowledged += acknowledged;
    watched.serial += acknowledged;
  }
}

/** `begun` settles when the journal begins to be written anew. */
function watchRewrite(folder: string): { readonly begun: Promise<void>; readonly close: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const watcher = watch(folder, (_, name) => {
    if (name === `${JOURNAL}.new`) resolve();
  });
  return { begun: promise, close: () => watcher.close() };
}

/** `reached` settles when `count` was called more often than that. */
function countdown(from: number): { readonly count: () => void; readonly reached: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  let left = from;
  const count = (): void => {
    left -= 1;
    if (left < 0) resolve();
  };
  return { count, reached: promise };
}

/** With compiled code kept beside its folder it starts in half the time. */
function spawnServer(folder: string): ChildProcess {
  return fork(SERVER, [folder], { env: { ...process.env, NODE_COMPILE_CACHE: join(folder, '..', 'compiled') } });
}

interface StartedServer {
  readonly child: ChildProcess;
  readonly address: string;
  readonly exited: Promise<unknown[]>;
}

async function startServer(folder: string, when: string, seen: Seen): Promise<StartedServer | undefined> {
  const child = spawnServer(folder);
  const exited = once(child, 'exit');
  const address = await Promise.race([once(child, 'message').then(([message]) => String(message)), exited.then(() => undefined)]);
  if (address !== undefined) return { child, address, exited };
  seen.broken.push(`${when}: the next server does not start`);
  return undefined;
}

/** Reads all of the zone, before anybody changes it, and looks into the folder. */
async function check(watched: Watched, server: string, when: string): Promise<void> {
  const { folder, client, key, clients, seen } = watched;
  const transfer = await client.transfer(ZONE, { server, signer: hmacSigner(key) });
  if (transfer.kind !== 'transferred') return void seen.broken.push(`${when}: the zone cannot be read: ${transfer.kind}`);
  const { records } = transfer;
  const open = clients.filter(({ isOpen }) => isOpen).length;
  let kept = 0;
  for (const each of clients) {
    const { lost, openKept } = each.compare(records);
    if (lost !== undefined) seen.broken.push(`${when}: ${lost}`);
    if (openKept) kept += 1;
  }
  if (!records.map(formatRecord).includes(NEIGHBOUR)) seen.broken.push(`${when}: the neighbour's record is gone`);
  const serial = serialOf(records);
  // Each change is one step. Some of the open ones may leave the content as it was and yet be made.
  if (serial < watched.serial + kept || serial > watched.serial + open)
    seen.broken.push(`${when}: serial ${serial}, where ${watched.serial} and ${kept} to ${open} changes were known`);
  watched.serial = serial;
  seen.open += open;
  seen.openKept += kept;
  const strays = (await readdir(folder)).filter((name) => name !== JOURNAL && name !== 'lock');
  if (strays.length > 0) seen.broken.push(`${when}: left behind: ${strays.join(', ')}`);
  const { ino } = await stat(join(folder, JOURNAL));
  if (watched.inode !== 0 && ino !== watched.inode) seen.rewritten += 1;
  watched.inode = ino;
}

async function endInPeace(watched: Watched): Promise<void> {
  const { folder, seen } = watched;
  const server = await startServer(folder, 'at the end', seen);
  if (server === undefined) return;
  await check(watched, server.address, 'at the end');
  server.child.disconnect();
  await server.exited;
  const left = (await readdir(folder)).filter((name) => name !== JOURNAL);
  if (left.length > 0) seen.broken.push(`left behind at the end: ${left.join(', ')}`);
}

function serialOf([soa]: readonly ResourceRecord[]): number {
  return soa?.rdata.type === 'SOA' ? soa.rdata.serial : 0;
}

function keyOf(text: string): TsigKey {
  const [key] = parseKeyFile(text);
  if (key === undefined) throw new TypeError('there is no key');
  return key;
}

function describe({ kills, early, acknowledged, open, openKept, rewritten, killedRewriting }: Seen): string[] {
  return [
    `${kills} kills, ${LANES} servers at a time, ${early} of them while they started`,
    `${acknowledged} updates acknowledged; of ${open} that were under way at a kill, ${openKept} were there afterwards`,
    `the journal was written anew in ${rewritten} lives, and ${killedRewriting} kills came while it was`,
  ];
}
