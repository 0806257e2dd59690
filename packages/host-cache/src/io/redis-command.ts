import { HostCacheError } from '../host-cache.ts';
import { inRange } from '../in-range.ts';
import type { RedisClient } from '../redis-client.ts';

export interface RedisCommandLimits {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  /** What becomes of an error: whether it was a matter of reading or of writing. */
  readonly code: 'NOT_READABLE' | 'NOT_WRITABLE';
}

/**
 * Runs a script on one key, and waits no longer than it may, whatever the client makes of a server that is down: by default that of node-redis
 * keeps commands until it is back. Rejects with a `HostCacheError`, or the reason of the signal.
 */
export function runScript(
  client: RedisClient,
  { script, keys, args }: { readonly script: string; readonly keys: readonly string[]; readonly args: readonly (string | number)[] },
  { timeoutMs, signal, code }: RedisCommandLimits,
): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  if (signal?.aborted === true) {
    reject(signal.reason);
    return promise;
  }
  const withdrawal = new AbortController();
  const fail = (message: string, cause?: unknown): void => reject(new HostCacheError(code, `Redis key ${keys[0]}: ${message}`, cause));
  const timer = setTimeout(() => {
    fail(`no reply in ${timeoutMs} ms; see that the server runs and can be reached`);
    withdrawal.abort();
  }, timeoutMs);
  const cancel = (): void => {
    reject(signal?.reason);
    withdrawal.abort();
  };
  signal?.addEventListener('abort', cancel, { once: true });
  const command = ['EVAL', script, String(keys.length), ...keys, ...args.map(String)];
  // A client that throws has rejected.
  const send = async (): Promise<unknown> => client.sendCommand(command, { abortSignal: withdrawal.signal });
  send().then(resolve, (error: unknown) => fail(error instanceof Error ? error.message : String(error), error));
  return promise.finally(() => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', cancel);
  });
}

const DEFAULT_TIMEOUT_MS = 1000;
const LONGEST_TIMER_MS = 0x7fff_ffff;

/** The deadline of a command. Throws a `RangeError` for one that is none. */
export function commandTimeout(commandTimeoutMs: number | undefined): number {
  return inRange('commandTimeoutMs', commandTimeoutMs ?? DEFAULT_TIMEOUT_MS, { least: 1, most: LONGEST_TIMER_MS });
}
