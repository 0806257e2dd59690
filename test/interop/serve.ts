import { createTestServer } from '@srvkit/test-server';
import type { TestServer, TestServerOptions } from '@srvkit/test-server';
import type { ExecutionContext } from 'ava';

/** Our server, on a port of 127.0.0.1. It ends with the test. */
export async function serve(t: ExecutionContext, options: TestServerOptions): Promise<TestServer> {
  const server = await createTestServer(options);
  t.teardown(() => server.close());
  return server;
}
