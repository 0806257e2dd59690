import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import { type LookupFunction, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import test from 'ava';
import { DiscoveryError, SrvHttpAgent, SrvHttpsAgent, type SrvRequestOptions } from '../src/index.ts';
import { closedPort } from './closed-port.ts';
import { certificate, listen, resolverFor, silentDns } from './web-hosts.ts';

test('an http agent fails over to the next host and keeps its connection', async (t) => {
  const web = http.createServer((request, response) => response.end(`${request.headers.host} ${request.socket.remotePort}`));
  const port = await listen(t, web);
  const resolver = await resolverFor(t, [`10 0 ${await closedPort(t)}`, `20 0 ${port}`]);
  const agent = new SrvHttpAgent({ resolver, service: '_http._tcp' }, { keepAlive: true });
  t.teardown(() => agent.destroy());
  const first = await get(http, 'http://example.org/', agent);
  t.true(first.startsWith('example.org '));
  t.is(await get(http, 'http://example.org/', agent), first);
});

test('an http agent whose hosts all fail says what was tried', async (t) => {
  const resolver = await resolverFor(t, [`10 0 ${await closedPort(t)}`]);
  const agent = new SrvHttpAgent({ resolver, service: '_http._tcp' });
  const error = await t.throwsAsync(get(http, 'http://example.org/', agent), { instanceOf: DiscoveryError });
  t.deepEqual(
    error?.resolution.attempts.map(({ outcome }) => outcome),
    ['refused'],
  );
});

test('destroying an http agent ends its discoveries', async (t) => {
  const resolver = await resolverFor(t, [`10 0 ${await closedPort(t)}`]);
  const agent = new SrvHttpAgent({ resolver, service: '_http._tcp' });
  const answer = get(http, 'http://example.org/', agent);
  agent.destroy();
  await t.throwsAsync(answer, { message: 'The agent was destroyed' });
});

test('an agent can be used after it was destroyed, as those of Node', async (t) => {
  const secret = certificate('example.org');
  const plain = await listen(t, http.createServer(hello));
  const secure = await listen(t, https.createServer(secret, hello));
  const srv = { resolver: await resolverFor(t, [`0 0 ${plain}`]), service: '_http._tcp' };
  const srvTls = { resolver: await resolverFor(t, [`0 0 ${secure}`]), service: '_http._tcp' };
  const httpAgent = new SrvHttpAgent(srv, { keepAlive: true });
  const httpsAgent = new SrvHttpsAgent(srvTls, { keepAlive: true, ca: secret.cert });
  for (const [client, url, agent] of [
    [http, 'http://example.org/', httpAgent],
    [https, 'https://example.org/', httpsAgent],
  ] as const) {
    t.teardown(() => agent.destroy());
    t.is(await get(client, url, agent), 'hello');
    agent.destroy();
    const underWay = get(client, url, agent);
    agent.destroy();
    await t.throwsAsync(underWay, { message: 'The agent was destroyed' });
    t.is(await get(client, url, agent), 'hello');
  }
});

test('an abort ends a discovery at once where the agent is told of it', async (t) => {
  const { resolver, asked, ended } = await silentDns(t);
  const agent = new SrvHttpAgent({ resolver, service: '_http._tcp' });
  const ending = new AbortController();
  const answer = get(http, 'http://example.org/', agent, { signal: ending.signal, discoverySignal: ending.signal });
  await asked();
  ending.abort();
  await t.throwsAsync(answer, { name: 'AbortError' });
  t.is(await ended(), ending.signal.reason);
});

test('an http agent says how the host of a connection was found', async (t) => {
  const port = await listen(
    t,
    http.createServer((_, response) => response.end()),
  );
  const resolver = await resolverFor(t, [`0 0 ${port}`]);
  const agent = new SrvHttpAgent({ resolver, service: '_http._tcp' });
  t.teardown(() => agent.destroy());
  const request = http.get('http://example.org/', { agent });
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  t.like(agent.resolutionOf(response.socket)?.host, { target: 'a.example.org.', port, domain: 'example.org.' });
  t.is(agent.resolutionOf(new Socket()), undefined);
  response.resume();
  await once(response, 'end');
});

test('a port or an address in the URL is connected to as it is', async (t) => {
  const nobody = { resolve: () => Promise.reject(new Error('Nobody asked for that')) };
  const key = certificate('example.org');
  const plain = await listen(
    t,
    http.createServer((_, response) => response.end('plain')),
  );
  const secure = await listen(
    t,
    https.createServer(key, (_, response) => response.end('secure')),
  );
  const httpAgent = new SrvHttpAgent({ resolver: nobody, service: '_http._tcp' });
  const httpsAgent = new SrvHttpsAgent({ resolver: nobody, service: '_http._tcp' }, { ca: key.cert });
  t.is(await get(http, `http://127.0.0.1:${plain}/`, httpAgent), 'plain');
  t.is(await get(http, `http://example.org:${plain}/`, httpAgent, { lookup: loopback }), 'plain');
  t.is(await get(https, `https://example.org:${secure}/`, httpsAgent, { lookup: loopback }), 'secure');
  await t.throwsAsync(get(http, 'http://example.org:80/', httpAgent), { message: 'Nobody asked for that' });
});

test('an https agent checks the certificate against the domain asked for, which servers are told, and moves on from a host whose certificate is wrong', async (t) => {
  const [wrong, right] = [certificate('a.example.org'), certificate('example.org')];
  const wrongPort = await listen(t, https.createServer(wrong));
  const rightPort = await listen(
    t,
    https.createServer(right, ({ socket }, response) => response.end(`hello ${String((socket as TLSSocket).servername)}`)),
  );
  const resolver = await resolverFor(t, [`10 0 ${wrongPort}`, `20 0 ${rightPort}`]);
  const agent = new SrvHttpsAgent({ resolver, service: '_http._tcp' }, { ca: [wrong.cert, right.cert] });
  t.teardown(() => agent.destroy());
  t.is(await get(https, 'https://example.org/', agent), 'hello example.org');
});

test('a final dot of the domain is no part of the name that servers are told', async (t) => {
  const secret = certificate('example.org');
  const told: unknown[] = [];
  const server = https.createServer(secret, ({ socket }, response) => {
    told.push((socket as TLSSocket).servername);
    response.end();
  });
  const resolver = await resolverFor(t, [`0 0 ${await listen(t, server)}`]);
  const agent = new SrvHttpsAgent({ resolver, service: '_http._tcp' }, { ca: secret.cert });
  t.teardown(() => agent.destroy());
  await get(https, 'https://example.org./', agent);
  await get(https, 'https://example.org./', agent, { servername: 'example.org.' });
  t.deepEqual(told, ['example.org', 'example.org']);
});

function hello(_: http.IncomingMessage, response: http.ServerResponse): void {
  response.end('hello');
}

const loopback: LookupFunction = (_, { all }, answer) =>
  all === true ? answer(null, [{ address: '127.0.0.1', family: 4 }]) : answer(null, '127.0.0.1', 4);

function get(client: typeof http | typeof https, url: string, agent: http.Agent, options: SrvRequestOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = client.get(url, { ...options, agent }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      response.on('end', () => setImmediate(resolve, body)); // by then the socket is back in the pool
    });
    request.on('error', reject);
  });
}
