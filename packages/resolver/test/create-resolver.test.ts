import { getEventListeners } from 'node:events';
import diagnosticsChannel from 'node:diagnostics_channel';
import test from 'ava';
import { memoryHostCache } from '@srvkit/host-cache';
import { createResolver, DiscoveryError, type Probe, type Resolution, type Resolver } from '@srvkit/resolver';
import type { TestServerOptions } from '@srvkit/test-server';
import { closedPort } from './closed-port.ts';
import { listen, start } from './started-resolver.ts';

const REQUEST = { service: '_sip._tcp', domains: ['example.org'] };

test('a host that listens is reached by TCP, and told in full', async (t) => {
  const port = await listen(t);
  const { resolver, server } = await start(t, `_sip._tcp SRV 10 5 ${port} a\na A 127.0.0.1`);
  const resolution = await resolver.resolve(REQUEST, { seed: 7 });
  const { elapsedMs, attempts, lookups } = resolution;
  t.true(elapsedMs > 0 && (attempts[0]?.startMs ?? -1) >= 0 && (attempts[0]?.ms ?? -1) >= 0);
  const host = { target: 'a.example.org.', port, address: '127.0.0.1', source: 'dns', domain: 'example.org.' } as const;
  const { target, address, source, domain } = host;
  const expected: Resolution = {
    v: 1,
    service: '_sip._tcp',
    outcome: 'reached',
    code: null,
    elapsedMs,
    host,
    attempts: [
      {
        source,
        domain,
        target,
        port,
        address,
        priority: 10,
        weight: 5,
        outcome: 'reached',
        startMs: attempts[0]?.startMs ?? -1,
        ms: attempts[0]?.ms ?? -1,
      },
    ],
    lookups: [
      {
        name: '_sip._tcp.example.org.',
        type: 'SRV',
        answer: 'records',
        rcode: 'NOERROR',
        ttl: 60,
        server: server.address,
        cached: false,
        stale: false,
        records: [{ priority: 10, weight: 5, port, target }],
        dropped: [],
        tries: [{ server: server.address, transport: 'udp', outcome: 'answered', rcode: 'NOERROR', ms: lookups[0]?.tries[0]?.ms ?? -1 }],
      },
    ],
    skipped: [{ source: 'cache', why: 'caching-off' }],
    demoted: [],
    policy: { pinned: 'ordered', law: 'rfc2782', domains: 'first', fill: 'reached' },
    seed: 7,
    warnings: [],
  };
  t.deepEqual(resolution, expected);
  t.deepEqual(Object.keys(resolution), Object.keys(expected));
  t.deepEqual(JSON.parse(JSON.stringify(resolution)), expected);
});

test('a host where nobody listens is refused, and the next priority is tried', async (t) => {
  const port = await listen(t);
  const { resolver } = await start(t, `_sip._tcp SRV 10 0 ${await closedPort(t)} a\n_sip._tcp SRV 20 0 ${port} a\na A 127.0.0.1`);
  const { outcome, attempts } = await resolver.resolve(REQUEST);
  t.is(outcome, 'reached');
  t.deepEqual(
    attempts.map(({ priority, outcome }) => [priority, outcome]),
    [
      [10, 'refused'],
      [20, 'reached'],
    ],
  );
});

test('connect gives the open socket, without listeners of ours', async (t) => {
  const port = await listen(t, 'hello');
  const { resolver } = await start(t, `_sip._tcp SRV 10 0 ${port} a\na A 127.0.0.1`);
  const socket = await resolver.connect(REQUEST);
  t.teardown(() => socket.destroy());
  t.is(socket.remotePort, port);
  t.deepEqual(
    ['error', 'connect', 'close', 'data', 'timeout'].map((event) => socket.listenerCount(event)),
    [0, 0, 0, 0, 0],
  );
  t.is(await new Promise((resolve) => socket.once('data', (data) => resolve(String(data)))), 'hello');
});

test('connect throws a DiscoveryError that carries the resolution', async (t) => {
  const port = await closedPort(t);
  const { resolver } = await start(t, `_sip._tcp SRV 10 0 ${port} a\na A 127.0.0.1`);
  const error = await t.throwsAsync(resolver.connect(REQUEST), { instanceOf: DiscoveryError, code: 'exhausted' });
  t.is(error.message, `_sip._tcp: exhausted (SL_E_VL_BINDING_SERVICE_UNAVAILABLE): a.example.org.:${port} refused`);
  t.is(error.resolution.attempts.length, 1);
});

test('without a probe nobody is contacted and nothing is looked up but the records', async (t) => {
  const cache = memoryHostCache();
  const { resolver, server } = await start(t, `_sip._tcp SRV 10 0 5060 a`, { cache });
  const { outcome, host, attempts } = await resolver.resolve(REQUEST, { probe: 'none' });
  t.is(outcome, 'selected');
  t.deepEqual(host, { target: 'a.example.org.', port: 5060, address: null, source: 'dns', domain: 'example.org.' });
  t.deepEqual(attempts, []);
  t.is(server.requests.length, 1);
  t.deepEqual(await cache.list(), []);
});

test('a probe sees what it contacts, and its refusal has its own code', async (t) => {
  const { resolver } = await start(t, `_sip._tcp SRV 10 5 5060 a\na AAAA ::1`);
  const seen: unknown[] = [];
  const { outcome, code } = await resolver.resolve(REQUEST, {
    probe: async (endpoint) => {
      seen.push(endpoint);
      return { outcome: 'rejected', final: true, code: '0xc004f042' };
    },
  });
  t.is(outcome, 'rejected');
  t.deepEqual(code, { hresult: '0xC004F042', symbol: null });
  const endpoint = { target: 'a.example.org.', address: '::1', port: 5060, source: 'dns', domain: 'example.org.', priority: 10, weight: 5 };
  t.deepEqual(seen, [endpoint]);
});

test('a probe that fails without a code is reported', async (t) => {
  const { resolver } = await start(t, `_sip._tcp SRV 10 0 5060 a\na A 127.0.0.1`);
  const { attempts, warnings } = await resolver.resolve(REQUEST, { probe: () => Promise.reject(new TypeError('x is undefined')) });
  t.is(attempts[0]?.outcome, 'unreachable');
  t.deepEqual(warnings, [
    { code: 'probe-error', message: 'a.example.org.: the probe threw an error without a code: TypeError: x is undefined' },
  ]);
});

test('a probe that says what it may not say has failed, at once', async (t) => {
  const { resolver } = await start(t, `_sip._tcp SRV 10 0 5060 a\na A 127.0.0.1`);
  for (const said of [{ outcome: 'failed' }, { outcome: 'abandoned' }, { outcome: 1n }, {}, 'reached', null, undefined]) {
    const probe = (async () => said) as unknown as Probe;
    const { attempts, warnings } = await resolver.resolve(REQUEST, { probe, attemptTimeoutMs: 60_000, timeoutMs: 60_000 });
    t.is(attempts[0]?.outcome, 'unreachable');
    t.regex(warnings[0]?.message ?? '', /a probe says reached or rejected/);
  }
});

for (const what of ['signal', 'resolver'] as const) {
  test(`a probe that ends the ${what} when it is called ends its resolution at once`, async (t) => {
    const { resolver } = await start(t, `_sip._tcp SRV 10 0 5060 a\na A 127.0.0.1`);
    const ending = new AbortController();
    const probe: Probe = () => {
      if (what === 'signal') ending.abort(new Error('closed'));
      else void resolver.close();
      return new Promise(() => {});
    };
    const limits = { staggerMs: Infinity, attemptTimeoutMs: Infinity, timeoutMs: Infinity };
    await t.throwsAsync(resolver.resolve(REQUEST, { probe, signal: ending.signal, ...limits }), { message: /closed/ });
  });
}

test('single labels and literals are pinned without asking DNS', async (t) => {
  const port = await listen(t);
  const { resolver, server } = await start(t, '');
  for (const host of ['localhost', '127.0.0.1']) {
    const resolution = await resolver.resolve({ service: '_sip._tcp', pinned: [{ source: 'global', host, port }] });
    t.like(resolution, { outcome: 'reached', host: { target: host, source: 'global', domain: null } });
  }
  t.deepEqual(server.requests, []);
});

test('an abort rejects with its reason, at whatever it is waiting', async (t) => {
  const cases: [string, TestServerOptions['faults'], Parameters<Resolver['resolve']>[1]][] = [
    ['a lookup', ['*=drop'], {}],
    ['a probe', [], { probe: silent }],
    ['a repetition', ['*=refused'], { retries: 1, retryDelayMs: 60_000 }],
  ];
  for (const [title, faults, options] of cases) {
    const { resolver } = await start(t, `_sip._tcp SRV 10 0 5060 a\na A 127.0.0.1`, {}, { faults: faults ?? [] });
    const controller = new AbortController();
    const reason = new Error(title);
    const running = resolver.resolve(REQUEST, { ...options, signal: controller.signal });
    await new Promise((resolve) => setTimeout(resolve, 30));
    controller.abort(reason);
    t.is(await t.throwsAsync(running), reason);
    t.is(await t.throwsAsync(resolver.resolve(REQUEST, { signal: controller.signal })), reason);
  }
});

test('a closed resolver rejects what is under way and refuses what comes after', async (t) => {
  const { resolver } = await start(t, `_sip._tcp SRV 10 0 5060 a\na A 127.0.0.1`);
  const running = resolver.resolve(REQUEST, { probe: silent });
  await new Promise((resolve) => setTimeout(resolve, 30));
  let isOver = false;
  running.catch(() => (isOver = true));
  await resolver.close();
  t.true(isOver, 'close waits for what it has ended');
  await t.throwsAsync(running, { message: /closed/ });
  await t.throwsAsync(resolver.resolve(REQUEST), { instanceOf: TypeError, message: /closed/ });
  await resolver.close();
});

test('a host whose address is not known in time is left for another, and nothing stays at the signal', async (t) => {
  const port = await listen(t);
  const records = `_sip._tcp SRV 10 1 5060 slow.example.net.\n_sip._tcp SRV 10 0 ${port} a\na A 127.0.0.1`;
  const { resolver } = await start(t, records, {}, { faults: ['slow.example.net=drop'] });
  const { signal } = new AbortController();
  const { outcome, attempts } = await resolver.resolve(REQUEST, { signal, seed: 1, staggerMs: 20 });
  t.is(outcome, 'reached');
  t.deepEqual(
    attempts.map(({ outcome }) => outcome),
    ['abandoned', 'reached'],
  );
  t.is(attempts[0]?.address, null);
  t.is(getEventListeners(signal, 'abort').length, 0);
});

test('every step is published', async (t) => {
  const port = await listen(t);
  const service = '_published._tcp';
  const { resolver } = await start(t, `${service} SRV 10 0 ${port} a\na A 127.0.0.1`, { cache: memoryHostCache() });
  const seen: string[] = [];
  for (const kind of ['recall', 'lookup', 'decision', 'attempt', 'remember', 'resolution']) {
    const listener = (message: unknown): void => {
      if ((message as { service: string }).service === service) seen.push(kind);
    };
    diagnosticsChannel.subscribe(`srvkit:${kind}`, listener);
    t.teardown(() => diagnosticsChannel.unsubscribe(`srvkit:${kind}`, listener));
  }
  await resolver.resolve({ service, domains: ['example.org'] });
  t.deepEqual(seen, ['recall', 'decision', 'lookup', 'decision', 'attempt', 'remember', 'resolution']);
});

for (const [options, message] of [
  [{ timeoutMs: 0 }, /timeoutMs 0/],
  [{ attemptTimeoutMs: Number.NaN }, /attemptTimeoutMs NaN/],
  [{ staggerMs: -1 }, /staggerMs -1/],
  [{ retries: 101 }, /retries 101/],
  [{ seed: -1 }, /seed -1/],
] as const) {
  test(`${JSON.stringify(options)} is refused`, async (t) => {
    const resolver = createResolver({ servers: [] });
    t.teardown(() => resolver.close());
    await t.throwsAsync(resolver.resolve(REQUEST, options), { instanceOf: RangeError, message });
    if (!('seed' in options)) t.throws(() => createResolver(options), { instanceOf: RangeError, message });
  });
}

test('a cache that is none is refused', (t) => {
  for (const cache of [null, true, {}])
    t.throws(() => createResolver({ cache: cache as never }), { instanceOf: TypeError, message: /^cache .* memoryHostCache/ });
});

test('a probe that is none is refused', async (t) => {
  const resolver = createResolver({ servers: [] });
  t.teardown(() => resolver.close());
  await t.throwsAsync(resolver.resolve(REQUEST, { probe: 'udp' as 'tcp' }), { instanceOf: TypeError, message: /"udp"/ });
});

const silent: Probe = () => new Promise(() => {});
