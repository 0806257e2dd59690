import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import { createServer } from 'node:net';
import { Readable } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import test from 'ava';
import * as undici8 from 'undici';
import * as undici7 from 'undici7';
import { createResolver, DiscoveryError, type Resolution } from '../src/index.ts';
import { srv } from '../src/undici.ts';
import { closedPort } from './closed-port.ts';
import { certificate, dnsFor, heldDoor, listen, resolverFor, silentDns } from './web-hosts.ts';
import { MAJORS, service, dispatcherFor, get, outcomes, echo, echoBody } from './undici-majors.ts';

for (const origin of [
  'http://example.org:8080',
  'https://192.0.2.1',
  new URL('http://[2001:db8::1]/'),
  'http://a.localhost.',
  'ftp://example.org',
  'http://example.net',
  undefined,
]) {
  test(`a request to ${origin?.toString()} is passed on as it is`, (t) => {
    const passed: unknown[] = [];
    const resolver = { resolve: () => Promise.reject(new Error('Nobody asked for that')) };
    const intercept = srv(resolver, { service, follow: ({ hostname }) => hostname !== 'example.net' });
    const [request, handler] = [{ ...(origin === undefined ? {} : { origin }), path: '/', method: 'GET' }, {}];
    t.true(intercept((...given) => passed.push(...given) > 0)(request, handler));
    t.is(passed[0], request);
    t.is(passed[1], handler);
  });
}

test('the interceptor fits the types of both majors, and takes no options that it does not heed', async (t) => {
  const nobody = { resolve: () => Promise.reject(new Error('Nobody asked for that')) };
  const agents = [new undici7.Agent(), new undici8.Agent()] as const;
  t.truthy(agents[0].compose(srv(nobody, { service })));
  t.truthy(agents[1].compose(srv(nobody, { service })));
  // @ts-expect-error the service is needed
  t.throws(() => srv(nobody, {}), { instanceOf: TypeError, message: /the service is missing/ });
  // @ts-expect-error the signal is that of each request
  t.truthy(srv(nobody, { service, signal: new AbortController().signal }));
  // @ts-expect-error on failure there is no fallback
  t.throws(() => srv(nobody, { service, fallback: 'on-failure' }), { instanceOf: RangeError, message: /use never or on-absence/ });
  for (const agent of agents) await agent.close();
});

// Both majors, by one battery.
for (const [version, undici] of MAJORS) {
  test(`undici ${version}: a request fails over to the next host, and keeps the Host header of its URL`, async (t) => {
    const port = await listen(t, echo());
    const resolver = await resolverFor(t, [`10 0 ${await closedPort(t)}`, `20 0 ${port}`]);
    const dispatcher = dispatcherFor(t, undici, resolver);
    t.is(await get(undici, 'http://example.org/a?b', dispatcher), 'GET /a?b example.org ');
  });

  for (const [form, headers] of [
    ['a record', { 'x-one': '1', host: 'other.example.org' }],
    ['a list', ['x-one', '1', 'Host', 'other.example.org']],
    ['pairs', new Map([['HOST', 'other.example.org']])],
  ] as const) {
    test(`undici ${version}: a Host header of the caller stays, in ${form}`, async (t) => {
      const resolver = await resolverFor(t, [`0 0 ${await listen(t, echo())}`]);
      const dispatcher = dispatcherFor(t, undici, resolver);
      const { body } = await undici.request('http://example.org/', { dispatcher, headers: headers as Record<string, string> });
      t.is(await body.text(), 'GET / other.example.org ');
    });
  }

  test(`undici ${version}: a body is sent whole to the host that answers, once`, async (t) => {
    const silent = await listen(t, createServer()); // no handshake ever
    const { key, cert } = certificate('example.org');
    const port = await listen(t, https.createServer({ key, cert }, echoBody));
    const resolver = await resolverFor(t, [`10 65535 ${silent}`, `10 0 ${port}`, `20 0 ${port}`]);
    const dispatcher = dispatcherFor(t, undici, resolver, { staggerMs: 1 }, { connect: { ca: cert } });
    const body = Readable.from(['one ', 'two ', 'three']);
    const answer = await undici.request('https://example.org/', { dispatcher, method: 'POST', body });
    t.is(await answer.body.text(), 'POST / example.org one two three');
  });

  test(`undici ${version}: a host that comes too late gets nothing, and does not disturb the body on its way`, async (t) => {
    const pem = certificate('example.org');
    const late = https.createServer(pem, () => t.fail('the request came twice'));
    const lateSecure = once(late, 'secureConnection');
    const latePort = await listen(t, late);
    const door = await heldDoor(t, latePort);
    const port = await listen(t, https.createServer(pem, echoBody));
    const resolver = await resolverFor(t, [`10 65535 ${door.port}`, `10 0 ${port}`]);
    const dispatcher = dispatcherFor(t, undici, resolver, { staggerMs: 1 }, { connect: { ca: pem.cert } });
    const body = Readable.from(
      (async function* () {
        yield 'before, ';
        door.open();
        await lateSecure;
        await new Promise(setImmediate);
        yield 'after';
      })(),
    );
    const answer = await undici.request('https://example.org/', { dispatcher, method: 'POST', body });
    t.is(await answer.body.text(), 'POST / example.org before, after');
  });

  test(`undici ${version}: a host that comes when the request has failed gets nothing`, async (t) => {
    const pem = certificate('example.org');
    const late = https.createServer(pem, () => t.fail('the request came'));
    const secured = once(late, 'secureConnection') as Promise<[TLSSocket]>;
    const door = await heldDoor(t, await listen(t, late));
    const agent = new undici.Agent({ connect: { ca: pem.cert } });
    const dispatcher = agent.compose(srv(await resolverFor(t, [`0 0 ${door.port}`]), { service, attemptTimeoutMs: 5 }));
    await t.throwsAsync(get(undici, 'https://example.org/', dispatcher), { instanceOf: DiscoveryError });
    door.open();
    const [socket] = await secured;
    const closed = once(socket.resume(), 'close');
    await agent.close();
    await closed;
  });

  test(`undici ${version}: a certificate is checked against the domain of the URL, which servers are told; a host with another moves on`, async (t) => {
    const [wrong, right] = [certificate('a.example.org'), certificate('example.org')];
    const names: unknown[] = [];
    const server = https.createServer(right, (request, response) => {
      names.push((request.socket as TLSSocket).servername);
      response.end('hello');
    });
    const [wrongPort, rightPort] = [await listen(t, https.createServer(wrong)), await listen(t, server)];
    const resolver = await resolverFor(t, [`10 0 ${wrongPort}`, `20 0 ${rightPort}`]);
    const dispatcher = dispatcherFor(t, undici, resolver, {}, { connect: { ca: [wrong.cert, right.cert] } });
    t.is(await get(undici, 'https://example.org./', dispatcher), 'hello');
    t.deepEqual(names, ['example.org']);
  });

  test(`undici ${version}: when all hosts fail, the error says what was tried`, async (t) => {
    const resolver = await resolverFor(t, [`10 0 ${await closedPort(t)}`, `20 0 ${await closedPort(t)}`]);
    const dispatcher = dispatcherFor(t, undici, resolver);
    const error = await t.throwsAsync(get(undici, 'http://example.org/', dispatcher), { instanceOf: DiscoveryError });
    t.deepEqual(outcomes(error?.resolution), ['refused', 'refused']);
  });

  test(`undici ${version}: what was sent is not sent again to another host`, async (t) => {
    const breaking = http.createServer((request) => request.socket.destroy());
    const received: string[] = [];
    const other = http.createServer((request, response) => {
      received.push(request.url ?? '');
      response.end();
    });
    const resolver = await resolverFor(t, [`10 0 ${await listen(t, breaking)}`, `20 0 ${await listen(t, other)}`]);
    await t.throwsAsync(get(undici, 'http://example.org/', dispatcherFor(t, undici, resolver)), { code: 'UND_ERR_SOCKET' });
    t.deepEqual(received, []);
  });

  test(`undici ${version}: a request that undici starts anew on another connection goes on`, async (t) => {
    let requests = 0;
    // Breaks when both have come, so that undici takes up the second again.
    const breaking = http.createServer((request, response) => {
      requests += 1;
      if (requests === 2) request.socket.destroy();
      if (requests > 2) response.end(request.url);
    });
    const resolver = await resolverFor(t, [`0 0 ${await listen(t, breaking)}`]);
    const dispatcher = dispatcherFor(t, undici, resolver, {}, { connections: 1, pipelining: 2 });
    const [first, second] = ['first', 'second'].map((path) =>
      undici.request(`http://example.org/${path}`, { dispatcher, blocking: false }),
    );
    await t.throwsAsync(first!, { code: 'UND_ERR_SOCKET' });
    t.is(await (await second!).body.text(), '/second');
    t.is(requests, 3);
  });

  test(`undici ${version}: an error of the dispatcher or of the body is nobody else's`, async (t) => {
    const resolver = await resolverFor(t, [`10 0 ${await listen(t, echo())}`, `20 0 ${await listen(t, echo())}`]);
    const dispatcher = dispatcherFor(t, undici, resolver);
    const body = new Readable({ read: () => body.destroy(new Error('The disk is gone')) });
    await t.throwsAsync(undici.request('http://example.org/', { dispatcher, method: 'POST', body }), { message: 'The disk is gone' });
    await dispatcher.destroy();
    await t.throwsAsync(get(undici, 'http://example.org/', dispatcher), { code: 'UND_ERR_DESTROYED' });
  });

  test(`undici ${version}: an abort ends a discovery at once, with its reason`, async (t) => {
    const { resolver, asked, ended } = await silentDns(t);
    const dispatcher = dispatcherFor(t, undici, resolver);
    for (const send of [
      (signal: AbortSignal) => undici.request('http://example.org/', { dispatcher, signal }),
      (signal: AbortSignal) => undici.fetch('http://example.org/', { dispatcher, signal }),
    ]) {
      const ending = new AbortController();
      const answer = send(ending.signal);
      await asked();
      ending.abort(new Error('No longer needed'));
      await t.throwsAsync(answer, { message: 'No longer needed' });
      t.true((await ended()) instanceof Error); // and not a resolution
    }
  });

  test(`undici ${version}: the deadline of a discovery is kept`, async (t) => {
    const { resolver } = await silentDns(t);
    const dispatcher = dispatcherFor(t, undici, resolver, { timeoutMs: 5 });
    await t.throwsAsync(get(undici, 'http://example.org/', dispatcher), { instanceOf: DiscoveryError, code: 'timed-out' });
  });

  test(`undici ${version}: a domain without records is asked itself, where that is wanted`, async (t) => {
    const resolver = await resolverFor(t, []);
    const strict = dispatcherFor(t, undici, resolver);
    await t.throwsAsync(get(undici, 'http://example.org/', strict), { instanceOf: DiscoveryError, code: 'not-found' });
    const port = await listen(t, echo());
    const connect: undici8.buildConnector.connector = (options, callback) =>
      undici.buildConnector({})({ ...options, hostname: '127.0.0.1', port: `${port}` }, callback);
    const lenient = dispatcherFor(t, undici, resolver, { fallback: 'on-absence' }, { connect });
    t.is(await get(undici, 'http://example.org/', lenient), 'GET / example.org ');
  });

  test(`undici ${version}: DNS is asked once in the TTL, and each request says which host it went to`, async (t) => {
    const port = await listen(t, echo());
    const dns = await dnsFor(t, [`0 0 ${port}`]);
    const resolver = createResolver({ servers: [dns.address], dns: { attempts: 1, tryTimeoutMs: 5000 } });
    t.teardown(() => resolver.close());
    const told: [Resolution, URL][] = [];
    const dispatcher = dispatcherFor(t, undici, resolver, { onResolution: (...given) => told.push(given) });
    for (const path of ['one', 'two']) await get(undici, `http://example.org/${path}`, dispatcher);
    t.is(dns.requests.filter(({ message }) => message?.question[0]?.type === 'SRV').length, 1);
    t.deepEqual(
      told.map(([{ host }, origin]) => [host?.target, host?.port, origin.href]),
      [1, 2].map(() => ['a.example.org.', port, 'http://example.org/']),
    );
  });

  // Not at the same time as the same test of the other major: the dispatcher is one for the process.
  test.serial(`undici ${version}: the fetch of undici and that of Node follow SRV by the global dispatcher`, async (t) => {
    const port = await listen(t, http.createServer(echoBody));
    const resolver = await resolverFor(t, [`10 0 ${await closedPort(t)}`, `20 0 ${port}`]);
    const before = undici.getGlobalDispatcher();
    undici.setGlobalDispatcher(dispatcherFor(t, undici, resolver));
    t.teardown(() => undici.setGlobalDispatcher(before));
    const asked = { method: 'POST', body: 'hello' };
    t.is(await (await fetch('http://example.org/', asked)).text(), 'POST / example.org hello');
    t.is(await (await undici.fetch('http://example.org/', asked)).text(), 'POST / example.org hello');
    const { cause } = await t.throwsAsync(fetch('http://none.example.org/'), { instanceOf: TypeError });
    t.true(cause instanceof DiscoveryError);
  });
}
