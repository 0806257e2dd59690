import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseDomainName } from '@srvkit/dns';
import { createDnsClient } from '@srvkit/dns-client';
import { pcg32, type Random } from '@srvkit/selection';
import { anyHost, DOMAINS, FOREIGN, ownerIn, recordOf } from './published-host.ts';
import type { HostAt } from './published-host.ts';
import type { SoakOptions, SoakReport } from './soak.ts';

const KILLS = 1000;
const SLOTS = 2;
/** Of whoever is to be killed, from the first change on. A publish takes 10 to 40 ms. */
const LONGEST_LIFE_MS = 120;
const LONGEST_WAIT_MS = 60_000;
const DAEMON = join(import.meta.dirname, 'publisher-daemon.ts');
const SERVER = join(import.meta.dirname, 'publisher-server.ts');

/**
 * A publisher that watches over one host, and its server, both killed (`kill -9`) at random moments while the host changes its domain, name,
 * port and priority. What was acknowledged must be in the zone, or what came after it; foreign records stay as they are; and after the next
 * start there is one record of ours, the right one.
 */
export async function publisherKill({ count = KILLS, seed }: SoakOptions): Promise<SoakReport> {
  const folder = await mkdtemp(join(tmpdir(), 'srvkit-soak-'));
  const seen: Seen = { kills: { daemon: 0, server: 0 }, acknowledged: 0, cleaned: 0, broken: [] };
  try {
    await Promise.all(
      Array.from({ length: SLOTS }, (_, slot) => runSlot(join(folder, String(slot)), { count, seen, random: pcg32(seed, slot) })),
    );
    return { lines: describe(seen), broken: seen.broken };
  } finally {
    await rm(folder, { recursive: true });
  }
}

interface Seen {
  readonly kills: { daemon: number; server: number };
  acknowledged: number;
  /** Starts that found something to clean up. */
  cleaned: number;
  readonly broken: string[];
}

interface SlotOptions {
  readonly count: number;
  readonly seen: Seen;
  readonly random: Random;
}

type Child = ChildProcessByStdio<Writable, Readable, null>;

async function runSlot(folder: string, { count, seen, random }: SlotOptions): Promise<void> {
  await mkdir(join(folder, 'zones'), { recursive: true });
  let server = await startServer('127.0.0.1:0', folder);
  let daemon = new Daemon(server.address, folder, anyHost(random));
  try {
    while (killsOf(seen) < count) {
      await checkClean(server.address, await daemon.settled(), seen);
      const victims = VICTIMS[random.below(VICTIMS.length)] ?? ['daemon'];
      daemon.keepChanging(() => anyHost(random));
      await sleep(random.below(LONGEST_LIFE_MS * 1000) / 1000);
      daemon.keepChanging(undefined);
      for (const victim of victims) await kill(victim === 'server' ? server.child : daemon.child);
      for (const victim of victims) seen.kills[victim] += 1;
      if (victims.includes('server')) server = await startServer(server.address, folder);
      if (!victims.includes('daemon')) continue;
      const left = await checkKept(server.address, daemon.candidates, seen);
      seen.acknowledged += daemon.acknowledgements;
      const next = anyHost(random);
      if (left.some((record) => record !== recordOf(next))) seen.cleaned += 1;
      daemon = new Daemon(server.address, folder, next);
    }
    await checkClean(server.address, await daemon.settled(), seen);
    seen.acknowledged += daemon.acknowledgements;
  } finally {
    await Promise.all([kill(daemon.child), kill(server.child)]);
  }
}

const VICTIMS: readonly (readonly ('daemon' | 'server')[])[] = [['daemon'], ['server'], ['server', 'daemon']];

interface Server {
  readonly child: Child;
  readonly address: string;
}

async function startServer(listen: string, folder: string): Promise<Server> {
  const child = begin(SERVER, [listen, join(folder, 'zones')]);
  for await (const address of createInterface({ input: child.stdout })) return { child, address };
  throw new Error('the server ended before it listened');
}

/** A publisher of one host, as the one who commands it sees it. */
class Daemon {
  readonly child: Child;
  /** What may be in the zone: what was acknowledged last, and what came after it. */
  candidates: readonly HostAt[];
  /** Good publishes so far. */
  acknowledgements = 0;
  #isSettled = false;
  #next: (() => HostAt) | undefined;
  #lastLine = '';
  #wake: (() => void) | undefined;

  constructor(server: string, folder: string, first: HostAt) {
    this.candidates = [first];
    this.child = begin(DAEMON, [server, join(folder, 'journal.json'), JSON.stringify(first)]);
    this.child.stdin.on('error', () => {}); // killed while it was told something
    createInterface({ input: this.child.stdout }).on('line', (line) => this.#hear(line));
    this.child.once('close', () => this.#wake?.());
  }

  /** Waits for a good publish of what was asked for last, and gives that. */
  async settled(): Promise<HostAt> {
    const limit = AbortSignal.timeout(LONGEST_WAIT_MS);
    limit.addEventListener('abort', () => this.#wake?.());
    while (!this.#isSettled) {
      if (this.child.exitCode !== null || limit.aborted) throw new Error(`no publish came to a good end: ${this.#lastLine}`);
      await new Promise<void>((settle) => (this.#wake = settle));
    }
    const [last] = this.candidates.slice(-1);
    if (last === undefined) throw new Error('nothing was asked for');
    return last;
  }

  /** From now on every acknowledgement is answered by a change; undefined: no more. */
  keepChanging(next: (() => HostAt) | undefined): void {
    this.#next = next;
    this.#change();
  }

  #hear(line: string): void {
    this.#lastLine = line;
    if (!GOOD.has(line)) return;
    this.acknowledgements += 1;
    this.#isSettled = true;
    this.candidates = this.candidates.slice(-1);
    this.#wake?.();
    this.#change();
  }

  #change(): void {
    if (this.#next === undefined || !this.#isSettled) return;
    const host = this.#next();
    this.candidates = [...this.candidates.slice(-1), host];
    this.#isSettled = false;
    this.child.stdin.write(`${JSON.stringify(host)}\n`);
  }
}

const GOOD: ReadonlySet<string> = new Set(['published', 'unchanged', 'withdrawn']);

function begin(script: string, argv: readonly string[]): Child {
  return spawn(process.execPath, [script, ...argv], { stdio: ['pipe', 'pipe', 'inherit'] });
}

async function kill(child: Child): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
}

/** Exactly the foreign records and the one that is wanted. */
async function checkClean(server: string, wanted: HostAt, seen: Seen): Promise<void> {
  const ours = await readOurs(server, seen);
  if (ours.length === 1 && ours[0] === recordOf(wanted)) return;
  seen.broken.push(`kill ${killsOf(seen)}: wanted ${recordOf(wanted)}, there is ${ours.join(' and ') || 'nothing'}`);
}

/** What was acknowledged, or what came after it. Gives our records. */
async function checkKept(server: string, candidates: readonly HostAt[], seen: Seen): Promise<readonly string[]> {
  const ours = await readOurs(server, seen);
  const possible = candidates.map(recordOf);
  if (!ours.some((record) => possible.includes(record)))
    seen.broken.push(`kill ${killsOf(seen)}: lost ${possible.join(' or ')}, there is ${ours.join(' and ') || 'nothing'}`);
  return ours;
}

async function readOurs(server: string, seen: Seen): Promise<readonly string[]> {
  const client = createDnsClient({ servers: [server], cache: false });
  try {
    const sets = await Promise.all(DOMAINS.map((domain) => client.lookup(parseDomainName(ownerIn(domain)), 'SRV')));
    const all = sets.flatMap(({ records }) =>
      records.map(({ name, ttl, rdata }) => ({
        ttl,
        text: rdata.type === 'SRV' ? `${name.toString()} ${rdata.priority} ${rdata.weight} ${rdata.port} ${rdata.target.toString()}` : '',
      })),
    );
    const foreign = all.filter(({ text }) => FOREIGN.includes(text));
    if (foreign.length !== FOREIGN.length || all.some(({ ttl }) => ttl !== 300))
      seen.broken.push(`kill ${killsOf(seen)}: foreign records are not what they were: ${all.map(({ text }) => text).join(', ')}`);
    return all.flatMap(({ text }) => (FOREIGN.includes(text) ? [] : [text]));
  } finally {
    await client.close();
  }
}

function killsOf({ kills }: Seen): number {
  return kills.daemon + kills.server;
}

function describe({ kills, acknowledged, cleaned }: Seen): string[] {
  return [
    `${kills.daemon + kills.server} kills: ${kills.daemon} of the publisher, ${kills.server} of its server`,
    `${acknowledged} publishes acknowledged`,
    `${cleaned} starts had a record of before to clean up`,
  ];
}
