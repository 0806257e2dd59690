import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { LookupOptions } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo, LookupFunction, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestServer } from '@srvkit/test-server';
import test, { type ExecutionContext } from 'ava';
import { createResolver, DiscoveryError, type Resolver, SrvHttpAgent, SrvHttpsAgent, srvLookup } from '../src/index.ts';

test('an http agent fails over to the next host and keeps its connection', async (t) => {
  const web = http.createServer((request, response) => response.end(`${request.headers.host} ${request.socket.remotePort}`));
  const port = await listen(t, web);
  const resolver = await resolverFor(t, [`10 0 ${await freePort()}`, `20 0 ${port}`]);
  const agent = new SrvHttpAgent({ resolver, service: '_http._tcp' }, { keepAlive: true });
  t.teardown(() => agent.destroy());
  const first = await get(http, 'http://example.org/', agent);
  t.true(first.startsWith('example.org '));
  t.is(await get(http, 'http://example.org/', agent), first);
});

test('an http agent whose hosts all fail says what was tried', async (t) => {
  const resolver = await resolverFor(t, [`10 0 ${await freePort()}`]);
  const agent = new SrvHttpAgent({ resolver, service: '_http._tcp' });
  const error = await t.throwsAsync(get(http, 'http://example.org/', agent), { instanceOf: DiscoveryError });
  t.deepEqual(
    error?.resolution.attempts.map(({ outcome }) => outcome),
    ['refused'],
  );
});

test('destroying an http agent ends its discoveries', async (t) => {
  const resolver = await resolverFor(t, [`10 0 ${await freePort()}`]);
  const agent = new SrvHttpAgent({ resolver, service: '_http._tcp' });
  const answer = get(http, 'http://example.org/', agent);
  agent.destroy();
  await t.throwsAsync(answer, { message: 'The agent was destroyed' });
});

test('an https agent checks the certificate against the domain asked for, and moves on from a host whose certificate is wrong', async (t) => {
  const [wrong, right] = [certificate('a.example.org'), certificate('example.org')];
  const wrongPort = await listen(t, https.createServer(wrong));
  const rightPort = await listen(
    t,
    https.createServer(right, (_, response) => response.end('hello')),
  );
  const resolver = await resolverFor(t, [`10 0 ${wrongPort}`, `20 0 ${rightPort}`]);
  const agent = new SrvHttpsAgent({ resolver, service: '_http._tcp' }, { ca: [wrong.cert, right.cert] });
  t.teardown(() => agent.destroy());
  t.is(await get(https, 'https://example.org/', agent), 'hello');
});

test('a lookup gives the address of a host at the port stated, in the form asked for', async (t) => {
  const port = await listen(t, http.createServer());
  const lookup = srvLookup({ resolver: await resolverFor(t, [`0 0 ${port}`]), service: '_http._tcp', port });
  t.deepEqual(await called(lookup, { all: true }), [null, [{ address: '127.0.0.1', family: 4 }]]);
  t.deepEqual(await called(lookup, { family: 4 }), [null, '127.0.0.1', 4]);
  const [error] = await called(lookup, { family: 6 });
  t.true(error instanceof DiscoveryError);
});

test('a lookup cannot follow a record to another port', async (t) => {
  const port = await listen(t, http.createServer());
  const lookup = srvLookup({ resolver: await resolverFor(t, [`0 0 ${port}`]), service: '_http._tcp', port: 1 });
  const [error] = await called(lookup, {});
  t.like(error, { code: 'ESRVPORT' });
});

function called(lookup: LookupFunction, options: LookupOptions): Promise<unknown[]> {
  return new Promise((resolve) => lookup('example.org', options, (...given) => resolve(given)));
}

function get(client: typeof http | typeof https, url: string, agent: http.Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = client.get(url, { agent }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      response.on('end', () => setImmediate(resolve, body)); // by then the socket is back in the pool
    });
    request.on('error', reject);
  });
}

async function resolverFor(t: ExecutionContext, records: readonly string[]): Promise<Resolver> {
  const srv = records.map((record) => `_http._tcp SRV ${record} a\n`).join('');
  const dns = await createTestServer({
    zones: [`$ORIGIN example.org.\n$TTL 60\n@ SOA a hostmaster 1 3600 600 86400 60\n@ NS a\n${srv}a A 127.0.0.1\n`],
  });
  const resolver = createResolver({ servers: [dns.address] });
  t.teardown(async () => {
    await resolver.close();
    await dns.close();
  });
  return resolver;
}

async function listen(t: ExecutionContext, server: Server): Promise<number> {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  t.teardown(() => server.close());
  return (server.address() as AddressInfo).port;
}

async function freePort(): Promise<number> {
  const server = http.createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

function certificate(name: string): { key: string; cert: string } {
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
