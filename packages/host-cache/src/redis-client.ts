/**
 * What we need of a Redis client: the `sendCommand` that a client of node-redis has since version 5. It is connected, watched for errors and
 * closed by whoever made it.
 */
export interface RedisClient {
  sendCommand(args: readonly string[], options?: { abortSignal?: AbortSignal }): Promise<unknown>;
}

/** Gives the client back. Throws a `TypeError` for one that cannot send commands. */
export function checkClient(client: RedisClient): RedisClient {
  if (typeof client?.sendCommand === 'function') return client;
  throw new TypeError('the client of Redis has no sendCommand: give one of node-redis, or adapt another');
}

const KEY_PART = /^[\w.-]{1,255}$/;

/** Checks what goes into a key as it is. Throws a `TypeError` that names the option. */
export function keyPart(option: string, value: string): string {
  if (typeof value !== 'string' || !KEY_PART.test(value))
    throw new TypeError(`${option} ${JSON.stringify(value)}: use 1 to 255 letters, digits, dots, hyphens and underscores`);
  return value;
}
