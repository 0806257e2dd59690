import type { RedisClient } from '@srvkit/host-cache';
import test, { type ExecutionContext } from 'ava';
import { createClient, type RedisClientType } from 'redis';
import { freePort } from './free-port.ts';
import { type Running, start } from './program.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A client of node-redis, as everybody makes it. */
type NodeRedis = RedisClientType;

/** A Redis server of a test's own, with a client that is connected to it. */
export interface Redis {
  readonly url: string;
  readonly client: NodeRedis;
  /** Another client. It ends with the test. */
  connect(): Promise<NodeRedis>;
  /** Ends the server; the clients stay, and try in vain. */
  stop(): Promise<void>;
}

/** Starts a Redis server on 127.0.0.1 that keeps nothing on disk. It ends with the test. */
export async function startRedis(
  t: Pick<ExecutionContext, 'teardown'>,
  options: { readonly disableOfflineQueue?: boolean } = {},
): Promise<Redis> {
  const folder = await temporaryFolder(t);
  const [server, url] = await listen(folder);
  t.teardown(() => server.stop());
  const connect = async (): Promise<NodeRedis> => {
    const client = createClient({ url, ...options });
    client.on('error', () => undefined); // it is down, which is what some tests are about
    await client.connect();
    t.teardown(() => client.destroy());
    return client;
  };
  return { url, client: await connect(), connect, stop: () => server.stop() };
}

/** One server for all tests of a file that do it no harm, started by the first of them. Ends when they have. */
export function sharedRedis(): { readonly server: () => Promise<Redis>; readonly client: RedisClient } {
  const teardowns: (() => unknown)[] = [];
  let redis: Promise<Redis> | undefined;
  const server = (): Promise<Redis> => (redis ??= startRedis({ teardown: (end) => void teardowns.unshift(end) }));
  test.after.always(async () => {
    for (const end of teardowns) await end();
  });
  return { server, client: { sendCommand: async (args, options) => (await server()).client.sendCommand(args, options) } };
}

const MOST_ATTEMPTS = 3;

async function listen(folder: string): Promise<[Running, string]> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder];
    try {
      return [await start('redis-server', args, /Ready to accept connections/), `redis://127.0.0.1:${port}`];
    } catch (error) {
      if (attempt === MOST_ATTEMPTS) throw error; // the port may have been taken meanwhile
    }
  }
}
