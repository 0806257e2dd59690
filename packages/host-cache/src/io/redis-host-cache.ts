import { documentCache } from '../document-cache.ts';
import type { HostCache, HostCacheWarning } from '../host-cache.ts';
import { inRange } from '../in-range.ts';
import { checkClient, keyPart, type RedisClient } from '../redis-client.ts';
import { commandTimeout } from './redis-command.ts';
import { RedisDocument } from './redis-document.ts';

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

/**
 * Remembers the hosts of one client in Redis, for machines that have no disk of their own: one key a client, `srvkit:hosts:CLIENT`, with the
 * same document as in a file, replaced only when it still is what was read. What a key holds is not trusted; what is no host cache is not believed,
 * and renamed to `KEY:damaged-...` by the first change. The client needs the right to EVAL.
 */
export function redisHostCache(client: RedisClient, options: RedisHostCacheOptions): HostCache {
  // Programs without types give null for what they leave out.
  const clientName = keyPart('clientName', options?.clientName);
  const document = new RedisDocument({
    client: checkClient(client),
    key: `${options.prefix ?? 'srvkit:'}hosts:${clientName}`,
    timeoutMs: commandTimeout(options.commandTimeoutMs),
    expiresAfterMs: inRange('expiresAfterMs', options.expiresAfterMs ?? THIRTY_DAYS_MS, { least: 1, most: MAX_DURATION_MS }),
    onWarning: options.onWarning ?? (() => {}),
  });
  return documentCache(document, { maxEntries: options.maxEntries ?? 1000, now: options.now ?? Date.now });
}
