import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { formatServerAddress } from '@srvkit/dns-client';
import { codeOf } from '@srvkit/lock-file';
import type { ListenAddress } from '@srvkit/test-server';
import { UsageError } from './exit.ts';

/** What is shown at a path. */
export interface StatusPage {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** An HTTP server for those who watch a daemon. */
export interface StatusServer {
  /** `127.0.0.1:9100`, with the port that it got. */
  readonly address: string;
  close(): Promise<void>;
}

const HEADERS_TIMEOUT_MS = 5000;

/** Serves pages by their paths, on loopback only: whoever else shall see them puts something in front. An address that cannot be had is a `UsageError`. */
export async function serveStatus(
  address: ListenAddress,
  pages: Readonly<Record<string, () => Promise<StatusPage>>>,
): Promise<StatusServer> {
  const { host, port } = address;
  if (!address.loopback) throw new UsageError(`--metrics: ${formatServerAddress(address)} is not on loopback; use 127.0.0.1 or [::1]`);
  const known = new Map(Object.entries(pages));
  const server = createServer({ headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: HEADERS_TIMEOUT_MS }, (request, response) => {
    void answer(request, response, known);
  });
  server.maxConnections = 64;
  await listen(server, host, port);
  const bound = server.address();
  return {
    address: formatServerAddress({ host, port: typeof bound === 'object' && bound !== null ? bound.port : port }),
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  pages: ReadonlyMap<string, () => Promise<StatusPage>>,
): Promise<void> {
  const page = pages.get((request.url ?? '').replace(/\?.*$/, ''));
  if (request.method !== 'GET' && request.method !== 'HEAD') return void response.writeHead(405, { allow: 'GET, HEAD' }).end();
  if (page === undefined) return void response.writeHead(404).end();
  try {
    const { status, contentType, body } = await page();
    response.writeHead(status, { 'content-type': contentType, 'cache-control': 'no-store' }).end(request.method === 'HEAD' ? '' : body);
  } catch {
    response.writeHead(500).end(); // what it shows is read anew by the next one
  }
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (error) {
    const code = codeOf(error);
    const why = code === 'EADDRINUSE' ? 'something else listens there' : code;
    throw new UsageError(`--metrics: ${formatServerAddress({ host, port })} cannot be had (${why})`, { cause: error });
  }
}
