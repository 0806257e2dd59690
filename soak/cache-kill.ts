import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { fileHostCache, type HostCache } from '@srvkit/host-cache';
import { pcg32, type Random } from '@srvkit/selection';
import { entryOf } from './cache-entry.ts';
import type { SoakOptions, SoakReport } from './soak.ts';

const KILLS = 1000;
const WRITERS = 2;
/** Of a writer that has written its first entry, which lasts a few milliseconds each. */
const LONGEST_LIFE_MS = 40;
/** After this, also those leavings are removed that do not say whose they are. */
const ABANDONED_MS = 3000;
const WRITER = fileURLToPath(new URL('./cache-writer.ts', import.meta.url));

/**
 * Processes that write one cache file, killed (`kill -9`) at random moments while others write. After each kill the file must be whole, hold
 * everything that was acknowledged, and be writable.
 */
export async function cacheKill({ count = KILLS, seed }: SoakOptions): Promise<SoakReport> {
  const folder = await mkdtemp(join(tmpdir(), 'srvkit-soak-'));
  const file = join(folder, 'hosts.json');
  const seen: Seen = { kills: 0, acknowledged: new Map(), written: 0, slowestMs: 0, mostStrays: 0, broken: [] };
  const cache = fileHostCache(file, { lockTimeoutMs: 10_000, onWarning: ({ message }) => seen.broken.push(message) });
  try {
    const slots = Array.from({ length: WRITERS }, (_, slot) =>
      killWriters(`w${slot}`, { file, cache, count, seen, random: pcg32(seed, slot) }),
    );
    await Promise.all(slots);
    await sleep(ABANDONED_MS + 100);
    await cache.set(entryOf('last', seen.kills));
    const left = (await readdir(folder)).filter((name) => name !== 'hosts.json');
    if (left.length > 0) seen.broken.push(`left behind at the end: ${left.join(', ')}`);
    return { lines: describe(seen), broken: seen.broken };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** What all slots have seen so far. */
interface Seen {
  kills: number;
  /** The last number acknowledged to anybody, by scope. */
  readonly acknowledged: Map<string, number>;
  written: number;
  /** Of the changes made just after a kill. */
  slowestMs: number;
  mostStrays: number;
  readonly broken: string[];
}

interface Slot {
  readonly file: string;
  readonly cache: HostCache;
  readonly count: number;
  readonly seen: Seen;
  readonly random: Random;
}

async function killWriters(slot: string, { file, cache, count, seen, random }: Slot): Promise<void> {
  let next = 1;
  while (seen.kills < count) {
    seen.kills += 1;
    const kill = seen.kills;
    const last = await killWriter(spawn(process.execPath, [WRITER, file, slot, String(next)], { stdio: ['ignore', 'pipe', 'inherit'] }), {
      afterMs: random.below(LONGEST_LIFE_MS * 1000) / 1000,
      onAcknowledged: (number) => acknowledge(seen, slot, number),
    });
    if (last === undefined) seen.broken.push(`kill ${kill}: the writer ended by itself`);
    await checkFile(file, seen, `kill ${kill}`);
    await changeAfter(kill, { slot, cache, seen });
    // One more may have been written than was acknowledged.
    next = Math.max(next, last ?? 0) + 2;
  }
}

async function changeAfter(kill: number, { slot, cache, seen }: Pick<Slot, 'cache' | 'seen'> & { readonly slot: string }): Promise<void> {
  const startedAt = performance.now();
  try {
    await cache.set(entryOf(`after-${slot}`, kill));
    acknowledge(seen, `after-${slot}`, kill);
  } catch (error) {
    seen.broken.push(`kill ${kill}: no change is possible any more: ${String(error)}`);
  }
  seen.slowestMs = Math.max(seen.slowestMs, performance.now() - startedAt);
}

/** Lets a writer live for a moment and kills it. The last number it was acknowledged; undefined when it ended by itself. */
async function killWriter(
  writer: ChildProcess,
  { afterMs, onAcknowledged }: { readonly afterMs: number; readonly onAcknowledged: (number: number) => void },
): Promise<number | undefined> {
  if (writer.stdout === null) throw new TypeError('the writer has no standard output');
  const closed = once(writer, 'close');
  let last = 0;
  let dying: Promise<void> | undefined;
  for await (const line of createInterface({ input: writer.stdout })) {
    last = Number(line);
    onAcknowledged(last);
    dying ??= sleep(afterMs).then(() => void writer.kill('SIGKILL'));
  }
  await dying;
  const [, signal] = await closed;
  return signal === 'SIGKILL' ? last : undefined;
}

function acknowledge(seen: Seen, slot: string, number: number): void {
  seen.acknowledged.set(entryOf(slot, number).scope, number);
  seen.written += 1;
}

/** Reads the file as it lies there, without our own code. */
async function checkFile(file: string, seen: Seen, when: string): Promise<void> {
  const acknowledged = new Map(seen.acknowledged);
  const text = await readFile(file, 'utf8');
  try {
    const { entries } = JSON.parse(text) as { entries: readonly { scope: string; lastReached: number }[] };
    const held = new Map(entries.map(({ scope, lastReached }) => [scope, lastReached]));
    for (const [scope, number] of acknowledged)
      if (!((held.get(scope) ?? -1) >= number)) seen.broken.push(`${when}: ${scope} was ${number}, and is ${held.get(scope) ?? 'lost'}`);
  } catch (error) {
    seen.broken.push(`${when}: the file is not whole: ${String(error)}`);
  }
  const strays = (await readdir(join(file, '..'))).filter((name) => name !== 'hosts.json' && name !== 'hosts.json.lock');
  seen.mostStrays = Math.max(seen.mostStrays, strays.length);
}

function describe({ kills, written, slowestMs, mostStrays }: Seen): string[] {
  return [
    `${kills} kills, ${WRITERS} writers at a time`,
    `${written} entries acknowledged`,
    `the first change after a kill took at most ${Math.round(slowestMs)} ms`,
    `files beside the cache and its lock: at most ${mostStrays} at a time, none at the end`,
  ];
}
