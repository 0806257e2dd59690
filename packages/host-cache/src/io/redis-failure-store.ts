import { formatFailure, parseFailures } from '../failure-entry.ts';
import type { FailureStore } from '../failure-store.ts';
import { HostCacheError, type HostCacheWarning } from '../host-cache.ts';
import { inRange } from '../in-range.ts';
import { checkClient, type RedisClient } from '../redis-client.ts';
import { commandTimeout, runScript } from './redis-command.ts';

/** Where a fleet keeps its failures. Durations in milliseconds. */
export interface RedisFailureStoreOptions {
  /** What all keys begin with. Default `srvkit:`. */
  readonly prefix?: string;
  /** Nobody may have a host demoted for longer: a failure that says so is not believed. Default an hour. */
  readonly maxDemotionMs?: number;
  /** Of more failures of one service, those go that end first. Default 1000. */
  readonly maxFailures?: number;
  /** For one command. Default 1000. */
  readonly commandTimeoutMs?: number;
  /** Told of failures in the store that are not right, and ignored. */
  readonly onWarning?: (warning: HostCacheWarning) => void;
  /** Epoch ms. Default: the system's clock. */
  readonly now?: () => number;
}

const ONE_HOUR_MS = 60 * 60 * 1000;

/**
 * Shares failures through Redis among all that use the same prefix: one hash a service, `srvkit:failures:_service._proto`, which ends with
 * its last failure, or up to `maxDemotionMs` later. Clocks that differ by less than that take nothing from each other. What it holds is not
 * trusted. A failure that says a host is demoted for longer than an hour is reported as one hour.
 */
export function redisFailureStore(client: RedisClient, options?: RedisFailureStoreOptions): FailureStore {
  checkClient(client);
  const prefix = options?.prefix ?? 'srvkit:';
  const maxDemotionMs = inRange('maxDemotionMs', options?.maxDemotionMs ?? ONE_HOUR_MS, { least: 1, most: 24 * ONE_HOUR_MS });
  const maxFailures = inRange('maxFailures', options?.maxFailures ?? 1000, { least: 1, most: 100_000 });
  const timeoutMs = commandTimeout(options?.commandTimeoutMs);
  const onWarning = options?.onWarning ?? (() => {});
  // Redis takes whole milliseconds only.
  const now = (): number => Math.ceil((options?.now ?? Date.now)());
  const keyOf = (service: string): string => `${prefix}failures:${service.toLowerCase()}`;

  return {
    list: async (service, { signal } = {}) => {
      const key = keyOf(service);
      const script = { script: LIST, keys: [key], args: [maxFailures] };
      const reply = await runScript(client, script, { timeoutMs, signal, code: 'NOT_READABLE' });
      if (!Array.isArray(reply))
        throw new HostCacheError('NOT_READABLE', `Redis key ${key}: the reply is none to our question; let the client give strings`);
      const { failures, others } = parseFailures(service, reply, now() + maxDemotionMs);
      for (const text of others)
        onWarning({ code: 'bad-entry', message: `Redis key ${key}: ${JSON.stringify(text).slice(0, 80)} is no failure, and ignored` });
      return failures.filter(({ until }) => until > now());
    },
    report: async (failure, { signal } = {}) => {
      const { field, until, failures } = formatFailure(failure, now() + maxDemotionMs);
      if (until <= now()) return;
      const script = {
        script: REPORT,
        keys: [keyOf(failure.service)],
        args: [field, until, failures, now() - maxDemotionMs, now() + 2 * maxDemotionMs, maxFailures],
      };
      await runScript(client, script, { timeoutMs, signal, code: 'NOT_WRITABLE' });
    },
    clear: async (service, target, port, { signal } = {}) => {
      const script = { script: CLEAR, keys: [keyOf(service)], args: [`${target.toLowerCase()} ${port}`] };
      await runScript(client, script, { timeoutMs, signal, code: 'NOT_WRITABLE' });
    },
  };
}

// Fields are `TARGET PORT`, values `UNTIL FAILURES`, each short: what is longer is not transferred.
const LIST = `
local list = {}
for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
  if #list == tonumber(ARGV[1]) then break end
  local fits = #field <= 1100 and redis.call('HSTRLEN', KEYS[1], field) <= 32
  list[#list + 1] = fits and (field .. ' ' .. redis.call('HGET', KEYS[1], field)) or string.sub(field, 1, 80)
end
return list
`;

// Takes out what has ended long ago or says it ends much later than it may, by `maxDemotionMs`: a reporter whose clock is off by as much must
// not take from others what they still go by. Adds one failure unless a later one is there; of too many those go that end first.
const REPORT = `
local key, field, ends = KEYS[1], ARGV[1], tonumber(ARGV[2])
local earliest, latest, max = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local held, last = {}, ends
for _, name in ipairs(redis.call('HKEYS', key)) do
  local small = redis.call('HSTRLEN', key, name) <= 32
  local at = small and tonumber(string.match(redis.call('HGET', key, name), '^(%d+) %d+$'))
  if not at or at <= earliest or at > latest then redis.call('HDEL', key, name)
  elseif name == field then
    if at > ends then return 0 end
  else held[#held + 1] = {at, name}; if at > last then last = at end
  end
end
redis.call('HSET', key, field, ARGV[2] .. ' ' .. ARGV[3])
table.sort(held, function(one, other) return one[1] < other[1] end)
for at = 1, #held + 1 - max do redis.call('HDEL', key, held[at][2]) end
redis.call('PEXPIRE', key, last - earliest)
return 1
`;

const CLEAR = `return redis.call('HDEL', KEYS[1], ARGV[1])`;
