import type { DnsClientOptions, Lookup } from '../src/index.ts';
import type { LookupOptions } from '../src/dns-client.ts';
import { heldLookups } from './held-lookups.ts';
import type { HeldLookups } from './held-lookups.ts';
import { question } from './messages.ts';
import type { ResponseParts } from './messages.ts';

export const OWNER = '_x._tcp.example.org';
export const SOA = 'example.org. 900 IN SOA ns.example.org. root.example.org. 7 1 1 1 300';
const T0 = 1_000_000_000_000;

export interface World extends HeldLookups {
  readonly now: () => number;
  readonly pass: (ms: number) => void;
  readonly ask: (options?: LookupOptions, name?: string) => Promise<Lookup>;
  /** Answers the n-th conversation, and waits until that is known. */
  readonly reply: (n: number, parts: ResponseParts) => Promise<void>;
}

export function makeWorld(options: DnsClientOptions = {}): World {
  let now = T0;
  const lookups = heldLookups({ now: () => now, ...options });
  return {
    ...lookups,
    now: () => now,
    pass: (ms) => {
      now += ms;
    },
    ask: (options = {}, name = OWNER) => lookups.lookups.lookup(question(name), lookups.servers, { timeoutMs: 60_000, ...options }),
    reply: (n, parts) => {
      lookups.held[n]?.answer(parts);
      return turn();
    },
  };
}

/** A world in which one answer is remembered. */
export async function remembering(parts: ResponseParts, options?: DnsClientOptions): Promise<World> {
  const world = makeWorld(options);
  const asked = world.ask();
  while (world.held.length === 0) await turn(); // servers given by name are looked up first
  await world.reply(0, parts);
  await asked;
  return world;
}

export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
