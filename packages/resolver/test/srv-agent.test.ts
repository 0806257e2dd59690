import type { LookupOptions } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import test from 'ava';
import { DiscoveryError, SrvHttpAgent, SrvHttpsAgent, srvLookup } from '../src/index.ts';
import { certificate, freePort, listen, resolverFor } from './web-hosts.ts';

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
