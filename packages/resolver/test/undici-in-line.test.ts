import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import http from 'node:http';
import { createServer } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { DiscoveryError, type Resolution } from '../src/index.ts';
import { closedPort } from './closed-port.ts';
import { listen, resolverFor } from './web-hosts.ts';
import { MAJORS, dispatcherFor, get, outcomes, echo } from './undici-majors.ts';

for (const [version, undici] of MAJORS) {
  for (const [when, isAnswering] of [
    ['while the connection is used', true],
    ['at the same time', false],
  ] as const) {
    test(`undici ${version}: a request that needs the only connection, ${when}, waits in line, and nobody takes the host for dead`, async (t) => {
      const changes = healthChanges(t);
      const { server, came, answer } = answeringOnWord();
      const [port, other] = [await listen(t, server), await listen(t, echo())];
      const resolver = await resolverFor(t, [`10 0 ${port}`, `20 0 ${other}`]);
      const told: Resolution[] = [];
      const options = { attemptTimeoutMs: 2000, onResolution: (resolution: Resolution) => void told.push(resolution) };
      const dispatcher = dispatcherFor(t, undici, resolver, options, { connections: 1 });
      const first = get(undici, 'http://example.org/first', dispatcher);
      if (isAnswering) await came;
      const second = get(undici, 'http://example.org/second', dispatcher);
      await until(() => told.length === 2);
      answer();
      t.deepEqual(await Promise.all([first, second]), ['/first', '/second']);
      t.deepEqual(told.map(outcomes), [['reached'], ['reached']]);
      t.deepEqual(changes(port), []);
    });
  }

  test(`undici ${version}: a request in line at a host that dies goes to the next one`, async (t) => {
    const { server, came } = answeringOnWord();
    const [port, other] = [await listen(t, server), await listen(t, echo())];
    const resolver = await resolverFor(t, [`10 0 ${port}`, `20 0 ${other}`]);
    const told: Resolution[] = [];
    const onResolution = (resolution: Resolution) => void told.push(resolution);
    const dispatcher = dispatcherFor(t, undici, resolver, { onResolution }, { connections: 1 });
    const first = get(undici, 'http://example.org/', dispatcher);
    await came;
    const second = get(undici, 'http://example.org/', dispatcher);
    await until(() => told.length === 2);
    server.close();
    await closedPort(t, port);
    server.closeAllConnections();
    await t.throwsAsync(first, { code: 'UND_ERR_SOCKET' });
    t.is(await second, 'GET / example.org ');
    t.deepEqual(told.map(outcomes), [['reached'], ['reached'], ['refused', 'reached']]);
  });

  test(`undici ${version}: a request in line behind one that is given up goes on`, async (t) => {
    const changes = healthChanges(t);
    const { server, came, answer } = answeringOnWord();
    const port = await listen(t, server);
    const told: Resolution[] = [];
    const onResolution = (resolution: Resolution) => void told.push(resolution);
    const dispatcher = dispatcherFor(t, undici, await resolverFor(t, [`0 0 ${port}`]), { onResolution }, { connections: 1 });
    const first = undici.request('http://example.org/', { dispatcher, headersTimeout: 50 });
    await came;
    const second = get(undici, 'http://example.org/second', dispatcher);
    await t.throwsAsync(first, { code: 'UND_ERR_HEADERS_TIMEOUT' });
    answer();
    t.is(await second, '/second');
    t.deepEqual(told.map(outcomes), [['reached'], ['reached']]);
    t.deepEqual(changes(port), []);
  });

  test(`undici ${version}: a request in line can be aborted, and is never sent`, async (t) => {
    const { server, came, answer } = answeringOnWord();
    const paths: unknown[] = [];
    server.on('request', ({ url }) => paths.push(url));
    const told: Resolution[] = [];
    const onResolution = (resolution: Resolution) => void told.push(resolution);
    const resolver = await resolverFor(t, [`0 0 ${await listen(t, server)}`]);
    const dispatcher = dispatcherFor(t, undici, resolver, { onResolution }, { connections: 1 });
    const first = get(undici, 'http://example.org/first', dispatcher);
    await came;
    const ending = new AbortController();
    const second = undici.request('http://example.org/second', { dispatcher, signal: ending.signal });
    await until(() => told.length === 2);
    ending.abort(new Error('No longer needed'));
    await t.throwsAsync(second, { message: 'No longer needed' });
    answer();
    await first;
    t.is(await get(undici, 'http://example.org/third', dispatcher), '/third');
    t.deepEqual(paths, ['/first', '/third']);
  });

  test(`undici ${version}: requests in line for a connection that nobody has yet say that their host is silent`, async (t) => {
    const changes = healthChanges(t);
    const silent = await listen(t, createServer()); // no handshake ever
    const resolver = await resolverFor(t, [`0 0 ${silent}`]);
    const dispatcher = dispatcherFor(t, undici, resolver, { attemptTimeoutMs: 50 }, { connections: 1 });
    const requests = ['a', 'b'].map((path) => get(undici, `https://example.org/${path}`, dispatcher));
    for (const request of requests) {
      const error = await t.throwsAsync(request, { instanceOf: DiscoveryError, code: 'exhausted' });
      t.deepEqual(outcomes(error?.resolution), ['timeout']);
    }
    t.deepEqual(changes(silent), ['demoted']);
  });
}

/** A server that answers every request with its path, once it is told to. */
function answeringOnWord(): { readonly server: http.Server; readonly came: Promise<void>; readonly answer: () => void } {
  const { promise: came, resolve: come } = Promise.withResolvers<void>();
  const { promise: word, resolve: answer } = Promise.withResolvers<void>();
  const server = http.createServer(async (request, response) => {
    come();
    await word;
    response.end(request.url);
  });
  return { server, came, answer };
}

/** What becomes of the health of hosts until the test is over, by their port. */
function healthChanges(t: ExecutionContext): (port: number) => string[] {
  const changes: { readonly port: number; readonly change: { readonly kind: string } }[] = [];
  const note = (message: unknown) => void changes.push(message as (typeof changes)[number]);
  subscribe('srvkit:health', note);
  t.teardown(() => unsubscribe('srvkit:health', note));
  return (port) => changes.filter((change) => change.port === port).map(({ change }) => change.kind);
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise(setImmediate);
}
