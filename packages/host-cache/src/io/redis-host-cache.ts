import { randomUUID } from 'node:crypto';
import { formatDocument, type ReadDocument, readDocument } from '../document.ts';
import { documentCache } from '../document-cache.ts';
import { type Entries, NO_ENTRIES } from '../entries.ts';
import { type HostCache, HostCacheError, type HostCacheWarning } from '../host-cache.ts';
import { inRange } from '../in-range.ts';
import { makeTurns } from '../in-turn.ts';
import { keyPart, type RedisClient } from '../redis-client.ts';
import { commandTimeout, runScript } from './redis-command.ts';

/** Where a client's hosts are kept, and for how long. Durations in milliseconds. */
export interface RedisHostCacheOptions {
  /** Whose hosts these are, such as the machine's name: clients must not take over each other's. Letters, digits, dots, hyphens, underscores. */
  readonly clientName: string;
  /** What all keys begin with. Default `srvkit:`. */
  readonly prefix?: string;
  /** A client that remembered nothing new for so long is forgotten. Default 30 days. */
  readonly expiresAfterMs?: number;
  /** Of more hosts, those go that were reached longest ago. Default 1000. */
  readonly maxEntries?: number;
  /** For one command. Default 1000. */
  readonly commandTimeoutMs?: number;
  /** Told what is odd about what the key holds: damage, bad entries. */
  readonly onWarning?: (warning: HostCacheWarning) => void;
  /** Epoch ms. Default: the system's clock. */
  readonly now?: () => number;
}

const THIRTY_DAYS_MS = 30 * 24 * 60 * 60 * 1000;
const MAX_DURATION_MS = 100 * 365 * 24 * 60 * 60 * 1000;
/** Of the document: what is longer was not written by us, and is not transferred. */
const MAX_OCTETS = 1024 * 1024;
/** Of changes that others came before with theirs. Each time somebody's has been made. */
const MAX_TRIES = 100;

/**
 * Remembers the hosts of one client in Redis, for machines that have no disk of their own: one key a client, `srvkit:hosts:CLIENT`, with the
 * same document as in a file, replaced only when it still is what was read. What a key holds is not trusted; what is no host cache is not believed,
 * and renamed to `KEY:damaged-...` by the first change. The client needs the right to EVAL.
 */
export function redisHostCache(client: RedisClient, options: RedisHostCacheOptions): HostCache {
  const {
    clientName,
    prefix = 'srvkit:',
    expiresAfterMs = THIRTY_DAYS_MS,
    maxEntries = 1000,
    onWarning = () => {},
    now = Date.now,
  } = options;
  const key = `${prefix}hosts:${keyPart('clientName', clientName)}`;
  const timeoutMs = commandTimeout(options.commandTimeoutMs);
  inRange('expiresAfterMs', expiresAfterMs, { least: 1, most: MAX_DURATION_MS });
  const inTurn = makeTurns();

  const read = async (code: 'NOT_READABLE' | 'NOT_WRITABLE', signal: AbortSignal | undefined): Promise<Held> => {
    const script = { script: READ, keys: [key], args: [MAX_OCTETS] };
    const held = parseHeld(await runScript(client, script, { timeoutMs, signal, code }), key);
    for (const warning of held.warnings) onWarning(warning);
    return held;
  };

  const change = async (edit: (entries: Entries) => Entries, signal: AbortSignal | undefined): Promise<number> => {
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const { state, entries } = await read('NOT_WRITABLE', signal);
      const before = entries ?? NO_ENTRIES;
      const after = edit(before);
      if (after === before) return 0;
      const text = formatDocument(after);
      if (Buffer.byteLength(text) > MAX_OCTETS)
        throw new HostCacheError(
          'NOT_WRITABLE',
          `Redis key ${key}: the hosts are more than fit into ${MAX_OCTETS} octets; lower maxEntries`,
        );
      const aside = `${key}:damaged-${randomUUID().slice(0, 8)}`;
      const script = {
        script: REPLACE,
        keys: [key, aside],
        args: [MAX_OCTETS, state, text, expiresAfterMs, entries === undefined ? 1 : 0],
      };
      if ((await runScript(client, script, { timeoutMs, signal, code: 'NOT_WRITABLE' })) !== 1) continue;
      if (entries === undefined) onWarning({ code: 'set-aside', message: `Redis key ${key}: kept as ${aside}, and begun anew` });
      return before.size - after.size;
    }
    throw new HostCacheError('NOT_WRITABLE', `Redis key ${key}: others change it all the time; give every client a name of its own`);
  };

  return documentCache(
    {
      read: async (signal) => (await read('NOT_READABLE', signal)).entries ?? NO_ENTRIES,
      change: (edit, signal) => inTurn(() => change(edit, signal)),
    },
    { maxEntries, now },
  );
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
