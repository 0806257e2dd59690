import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Server as HttpServer } from 'node:http';
import { Server as HttpsServer } from 'node:https';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestServer, type TestServer } from '@srvkit/test-server';
import type { ExecutionContext } from 'ava';
import { createResolver, type Resolver, type ResolverOptions } from '../src/index.ts';

/** A DNS server whose zone example.org has these records of `_http._tcp`, `PRIORITY WEIGHT PORT`, all on the host `a`: 127.0.0.1. */
export async function dnsFor(t: ExecutionContext, records: readonly string[]): Promise<TestServer> {
  const srv = records.map((record) => `_http._tcp SRV ${record} a\n`).join('');
  const dns = await createTestServer({
    zones: [`$ORIGIN example.org.\n$TTL 60\n@ SOA a hostmaster 1 3600 600 86400 60\n@ NS a\n${srv}a A 127.0.0.1\n`],
  });
  t.teardown(() => dns.close());
  return dns;
}

/** A resolver that asks such a server. */
export async function resolverFor(t: ExecutionContext, records: readonly string[], options: ResolverOptions = {}): Promise<Resolver> {
  const dns = await dnsFor(t, records);
  const resolver = createResolver({ servers: [dns.address], ...options });
  t.teardown(() => resolver.close());
  return resolver;
}

interface SilentDns {
  readonly resolver: Pick<Resolver, 'resolve'>;
  readonly asked: () => Promise<unknown>;
  readonly ended: () => Promise<unknown>;
}

/** A resolver whose DNS server never answers; `asked` resolves when it was asked, `ended` is how the last resolution ended, or what it threw. */
export async function silentDns(t: ExecutionContext): Promise<SilentDns> {
  const server = createSocket('udp4');
  await new Promise<void>((bound) => server.bind(0, '127.0.0.1', bound));
  t.teardown(() => server.close());
  const inner = createResolver({ servers: [`127.0.0.1:${server.address().port}`] });
  t.teardown(() => inner.close());
  let running: Promise<unknown> = Promise.resolve();
  const resolve: Resolver['resolve'] = (...given) => {
    const resolution = inner.resolve(...given);
    running = resolution.catch((error: unknown) => error);
    return resolution;
  };
  return { resolver: { resolve }, asked: () => once(server, 'message'), ended: () => running };
}

/** The port of a server that listens until the test is over. */
export async function listen(t: ExecutionContext, server: Server): Promise<number> {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  t.teardown(() => server.close());
  // An idle connection would be closed after five seconds, which a machine that stalls takes between two requests.
  if (server instanceof HttpServer || server instanceof HttpsServer) server.keepAliveTimeout = 0;
  return (server.address() as AddressInfo).port;
}

/** Takes connections for a port at once, and passes nothing on before it is opened. */
export async function heldDoor(t: ExecutionContext, port: number): Promise<{ readonly port: number; readonly open: () => void }> {
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  const door = createServer((socket) => {
    const beyond = connect(port, '127.0.0.1');
    for (const end of [socket, beyond]) end.on('error', () => {}); // a test may end before they do
    socket.on('close', () => beyond.destroy());
    void opened.then(() => socket.pipe(beyond).pipe(socket));
  });
  return { port: await listen(t, door), open };
}

/** A self-signed certificate for a name. */
export function certificate(name: string): { key: string; cert: string } {
  const folder = mkdtempSync(join(tmpdir(), 'srvkit-tls-'));
  try {
    const [key, cert] = [join(folder, 'key'), join(folder, 'cert')];
    const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
    const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`];
    execFileSync('openssl', ['req', ...kind, ...subject, '-keyout', key, '-out', cert], { stdio: 'pipe' });
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
