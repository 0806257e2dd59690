import { randomUUID } from 'node:crypto';
import { formatDocument, type ReadDocument, readDocument } from '../document.ts';
import type { DocumentStore } from '../document-cache.ts';
import { type Entries, NO_ENTRIES } from '../entries.ts';
import { HostCacheError, type HostCacheWarning } from '../host-cache.ts';
import { makeTurns } from '../in-turn.ts';
import type { RedisClient } from '../redis-client.ts';
import { runScript } from './redis-command.ts';

/** Of the document: what is longer was not written by us, and is not transferred. */
const MAX_OCTETS = 1024 * 1024;
/** Of changes that others came before with theirs. Each time somebody's has been made. */
const MAX_TRIES = 100;

/** Where the document is, and how it is dealt with. Durations in milliseconds. */
export interface RedisDocumentOptions {
  readonly client: RedisClient;
  readonly key: string;
  readonly timeoutMs: number;
  /** Of the key, from its last change on. */
  readonly expiresAfterMs: number;
  readonly onWarning: (warning: HostCacheWarning) => void;
}

/**
 * The document under one key of Redis, replaced only when it still is what was read. What is no host cache is not believed, and renamed to
 * `KEY:damaged-...` by the first change.
 */
export class RedisDocument implements DocumentStore {
  readonly #options: RedisDocumentOptions;
  readonly #inTurn = makeTurns();

  constructor(options: RedisDocumentOptions) {
    this.#options = options;
  }

  async read(signal: AbortSignal | undefined): Promise<Entries> {
    return (await this.#read('NOT_READABLE', signal)).entries ?? NO_ENTRIES;
  }

  change(edit: (entries: Entries) => Entries, signal: AbortSignal | undefined): Promise<number> {
    return this.#inTurn(() => this.#change(edit, signal));
  }

  async #change(edit: (entries: Entries) => Entries, signal: AbortSignal | undefined): Promise<number> {
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const held = await this.#read('NOT_WRITABLE', signal);
      const before = held.entries ?? NO_ENTRIES;
      const after = edit(before);
      if (after === before) return 0;
      if (await this.#replace(held, after, signal)) return before.size - after.size;
    }
    throw this.#notWritable('others change it all the time; give every client a name of its own');
  }

  async #read(code: 'NOT_READABLE' | 'NOT_WRITABLE', signal: AbortSignal | undefined): Promise<Held> {
    const { client, key, timeoutMs, onWarning } = this.#options;
    const script = { script: READ, keys: [key], args: [MAX_OCTETS] };
    const held = parseHeld(await runScript(client, script, { timeoutMs, signal, code }), key);
    for (const warning of held.warnings) onWarning(warning);
    return held;
  }

  /** False when the key holds something else by now, and nothing has happened. */
  async #replace({ state, entries }: Held, after: Entries, signal: AbortSignal | undefined): Promise<boolean> {
    const { client, key, timeoutMs, expiresAfterMs, onWarning } = this.#options;
    const text = formatDocument(after);
    if (Buffer.byteLength(text) > MAX_OCTETS)
      throw this.#notWritable(`the hosts are more than fit into ${MAX_OCTETS} octets; lower maxEntries`);
    const isDamaged = entries === undefined;
    const aside = `${key}:damaged-${randomUUID().slice(0, 8)}`;
    const script = { script: REPLACE, keys: [key, aside], args: [MAX_OCTETS, state, text, expiresAfterMs, isDamaged ? 1 : 0] };
    const isReplaced = (await runScript(client, script, { timeoutMs, signal, code: 'NOT_WRITABLE' })) === 1;
    if (isReplaced && isDamaged) onWarning({ code: 'set-aside', message: `Redis key ${key}: kept as ${aside}, and begun anew` });
    return isReplaced;
  }

  #notWritable(why: string): HostCacheError {
    return new HostCacheError('NOT_WRITABLE', `Redis key ${this.#options.key}: ${why}`);
  }
}

// What a key holds, in a word that changes with it: `none`, the SHA-1 of a text, or why it cannot be ours.
const STATE = `
local function state(key, max)
  local kind = redis.call('TYPE', key).ok
  if kind == 'none' then return 'none' end
  if kind ~= 'string' then return 'a ' .. kind end
  local size = redis.call('STRLEN', key)
  if size > tonumber(max) then return 'a string of ' .. size .. ' octets' end
  return redis.sha1hex(redis.call('GET', key))
end
`;

const READ = `${STATE}
local held = state(KEYS[1], ARGV[1])
return {held, string.find(held, '^%x+$') and redis.call('GET', KEYS[1]) or ''}
`;

const REPLACE = `${STATE}
if state(KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
if ARGV[5] == '1' then
  redis.call('RENAME', KEYS[1], KEYS[2])
  redis.call('PEXPIRE', KEYS[2], ARGV[4])
end
redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[4])
return 1
`;

interface Held extends ReadDocument {
  readonly state: string;
}

function parseHeld(reply: unknown, key: string): Held {
  const [state, text] = Array.isArray(reply) ? (reply as unknown[]) : [];
  if (typeof state !== 'string' || typeof text !== 'string')
    throw new HostCacheError('NOT_READABLE', `Redis key ${key}: the reply is none to our question; let the client give strings`);
  if (state === 'none') return { state, entries: NO_ENTRIES, warnings: [] };
  if (/^[\da-f]+$/.test(state)) return { state, ...readDocument(text, `Redis key ${key}`) };
  const message = `Redis key ${key}: not a host cache, it is ${state}; nothing in it is used`;
  return { state, entries: undefined, warnings: [{ code: 'damaged', message }] };
}
