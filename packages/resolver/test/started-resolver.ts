import { createServer, type Server } from 'node:net';
import type { ExecutionContext } from 'ava';
import { createResolver, type Resolver, type ResolverOptions } from '@srvkit/resolver';
import { createTestServer, type TestServer, type TestServerOptions } from '@srvkit/test-server';

/** A resolver and the DNS server it asks, which has the records in `example.org`. */
export async function start(
  t: ExecutionContext,
  records: string,
  options: ResolverOptions = {},
  serverOptions: Partial<TestServerOptions> = {},
): Promise<{ resolver: Resolver; server: TestServer }> {
  const server = await createTestServer({ zones: [zone(records)], ...serverOptions });
  const resolver = createResolver({ servers: [server.address], ...options });
  t.teardown(async () => {
    await resolver.close();
    await server.close();
  });
  return { resolver, server };
}

export function zone(records: string): string {
  return `$ORIGIN example.org.\n$TTL 60\n@ SOA ns hostmaster 1 1 1 1 60\n@ NS ns\nns A 127.0.0.1\n${records}\n`;
}

/** The port of a host that listens on 127.0.0.1. */
export async function listen(t: ExecutionContext, greeting = ''): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.end(greeting);
  });
  t.teardown(() => void server.close());
  return open(server);
}

function open(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(address === null || typeof address === 'string' ? 0 : address.port);
    });
  });
}
