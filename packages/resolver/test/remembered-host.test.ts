import { getEventListeners } from 'node:events';
import { runInNewContext } from 'node:vm';
import test from 'ava';
import type { CachedHost } from '@srvkit/discovery';
import { type FailureStore, fileHostCache, type HostCache, memoryHostCache } from '@srvkit/host-cache';
import { createResolver } from '@srvkit/resolver';
import { closedPort } from './closed-port.ts';
import { listen, start, zone } from './started-resolver.ts';

const REQUEST = { service: '_sip._tcp', domains: ['example.org'] };

test('a clock that tells parts of milliseconds will do for what is remembered', async (t) => {
  const port = await listen(t);
  const cache = memoryHostCache();
  const { resolver } = await start(t, `_sip._tcp SRV 10 0 ${port} a\na A 127.0.0.1`, { cache, now: () => 1_800_000_000_000.75 });
  for (const source of ['dns', 'cache'] as const) {
    const { host, warnings } = await resolver.resolve(REQUEST);
    t.deepEqual([host?.source, warnings], [source, []]);
  }
});

test('a remembered host is used before DNS, by a resolver that shares the cache', async (t) => {
  const port = await listen(t);
  const cache = memoryHostCache();
  const { resolver, server } = await start(t, `_sip._tcp SRV 10 0 ${port} a\na A 127.0.0.1`, { cache });
  await resolver.resolve(REQUEST);
  t.like(await cache.get('_sip._tcp', 'example.org.'), { target: 'a.example.org.', port, address: '127.0.0.1', provisional: false });
  const other = createResolver({ servers: [server.address], cache });
  const { host, lookups } = await other.resolve(REQUEST);
  await other.close();
  t.is(host?.source, 'cache');
  t.deepEqual(
    lookups.map(({ type }) => type),
    ['AAAA', 'A'],
  );
});

test('after a remembered host failed, the answer cache is not believed', async (t) => {
  const cache = memoryHostCache();
  const down = await closedPort(t);
  const { resolver, server } = await start(t, `_sip._tcp SRV 10 0 ${down} a\na A 127.0.0.1`, { cache });
  await resolver.resolve(REQUEST);
  const port = await listen(t);
  server.setZone(zone(`_sip._tcp SRV 10 0 ${port} a\na A 127.0.0.1`));
  t.is((await resolver.resolve(REQUEST)).outcome, 'exhausted');
  const remembered = {
    service: '_sip._tcp',
    scope: 'example.org.',
    target: 'a.example.org.',
    port: down,
    address: null,
    provisional: false,
  };
  await cache.set({ ...remembered, since: Date.now(), lastReached: Date.now() });
  const { outcome, attempts } = await resolver.resolve(REQUEST);
  t.is(outcome, 'reached');
  t.deepEqual(
    attempts.map(({ source, port }) => [source, port]),
    [
      ['cache', down],
      ['dns', port],
    ],
  );
});

test('after a remembered host failed, what DNS said before stands in when its servers fail, but never over an answer (RFC 8767)', async (t) => {
  const cache = memoryHostCache();
  let now = Date.now();
  const down = await closedPort(t);
  const port = await listen(t);
  const records = `_sip._tcp SRV 10 0 ${port} a\n_sip._tcp SRV 20 0 ${down} b\na A 127.0.0.1\nb A 127.0.0.1`;
  const { resolver, server } = await start(t, records, { cache, now: () => now });
  t.is((await resolver.resolve(REQUEST)).outcome, 'reached');
  const resolveAfterFailure = async (): Promise<unknown> => {
    const known = { service: '_sip._tcp', scope: 'example.org.', target: 'b.example.org.', port: down, address: null, provisional: false };
    await cache.set({ ...known, since: now, lastReached: now });
    const { outcome, lookups, warnings } = await resolver.resolve(REQUEST);
    const { answer, cached, stale, tries } = lookups.find(({ type }) => type === 'SRV') ?? {};
    return [outcome, answer, cached, stale, tries?.at(-1)?.rcode, warnings.some(({ code }) => code === 'stale-answer')];
  };
  server.setFaults(['_sip._tcp.example.org=servfail']);
  t.deepEqual(await resolveAfterFailure(), ['reached', 'records', true, false, 'SERVFAIL', false]);
  now += 120_000;
  t.deepEqual(await resolveAfterFailure(), ['reached', 'records', true, true, 'SERVFAIL', true]);
  server.setFaults([]);
  server.setZone(zone('_sip._tcp SRV 0 0 0 .'));
  t.deepEqual(await resolveAfterFailure(), ['exhausted', 'unavailable', false, false, 'NOERROR', false]);
  server.setFaults(['_sip._tcp.example.org=servfail']);
  now += 120_000;
  t.deepEqual(await resolveAfterFailure(), ['exhausted', 'failed', false, false, 'SERVFAIL', false]);
});

test('a store of failures that gives no list of them is reported, and discovery goes on', async (t) => {
  const port = await listen(t);
  for (const said of [null, {}, [null], [{ target: 5 }]]) {
    const store = { list: async () => said as never, report: async () => {}, clear: async () => {} };
    const { resolver } = await start(t, `_sip._tcp SRV 10 0 ${port} a\na A 127.0.0.1`, { failures: store });
    const { outcome, warnings } = await resolver.resolve(REQUEST);
    t.is(outcome, 'reached');
    t.deepEqual(
      warnings.map(({ code }) => code),
      ['failures-not-shared'],
    );
  }
});

test('a resolution is over when others are told of the host that failed', async (t) => {
  const told: string[] = [];
  const report: FailureStore['report'] = async ({ target }) => {
    await new Promise((written) => setImmediate(written));
    told.push(target);
  };
  const { resolver } = await start(t, `_sip._tcp SRV 10 0 ${await closedPort(t)} a\na A 127.0.0.1`, {
    failures: { list: async () => [], report, clear: async () => {} },
  });
  t.is((await resolver.resolve(REQUEST)).outcome, 'exhausted');
  t.deepEqual(told, ['a.example.org.']);
});

test('a cache that gives no host at all is reported, and discovery goes on', async (t) => {
  const port = await listen(t);
  for (const said of [null, 'kms1', {}, { target: 5, port }, { target: 'a.example.org.', port: '1688' }]) {
    for (const given of [said, Promise.resolve(said)]) {
      const cache = { ...memoryHostCache(), get: () => given as never };
      const { resolver } = await start(t, `_sip._tcp SRV 10 0 ${port} a\na A 127.0.0.1`, { cache });
      const { outcome, warnings } = await resolver.resolve(REQUEST);
      t.is(outcome, 'reached');
      t.deepEqual(
        warnings.map(({ code }) => code),
        said === null ? [] : ['cache-not-read'],
      );
    }
  }
});

test('a cache that never answers is waited for no longer than anything else', async (t) => {
  const port = await listen(t);
  for (const method of ['get', 'set'] as const) {
    const cache = { ...memoryHostCache(), [method]: () => new Promise(() => {}) };
    const { resolver } = await start(t, `_sip._tcp SRV 10 0 ${port} a\na A 127.0.0.1`, { cache });
    const { outcome, warnings } = await resolver.resolve(REQUEST, { timeoutMs: 500 });
    t.is(outcome, method === 'get' ? 'timed-out' : 'reached');
    t.is(warnings.at(-1)?.code, method === 'get' ? 'cache-not-read' : 'cache-not-written');
    const controller = new AbortController();
    const running = resolver.resolve(REQUEST, { signal: controller.signal });
    setTimeout(() => controller.abort(new Error('enough')), 30);
    await t.throwsAsync(running, { message: 'enough' });
  }
});

test('a cache that cannot be used is reported, and the host reached all the same', async (t) => {
  const port = await listen(t);
  const zoneLines = `_sip._tcp SRV 10 0 ${port} a\na A 127.0.0.1`;
  const broken = { ...memoryHostCache(), get: () => Promise.reject(new Error('no')), set: () => Promise.reject(new Error('neither')) };
  for (const [cache, codes] of [
    [broken, ['cache-not-read', 'cache-not-written']],
    [fileHostCache('/nowhere/at/all/hosts.json'), ['cache-not-written']],
  ] as [HostCache, string[]][]) {
    const { resolver } = await start(t, zoneLines, { cache });
    const { outcome, warnings } = await resolver.resolve(REQUEST);
    t.is(outcome, 'reached');
    t.deepEqual(
      warnings.map(({ code }) => code),
      codes,
    );
  }
});

test('a cache may answer with a promise of another make than ours, or fail at once', async (t) => {
  const port = await listen(t);
  const known = { target: 'a.example.org.', port, service: '_sip._tcp', scope: 'example.org.', address: null, since: 1, lastReached: 1 };
  const foreign = runInNewContext('Promise.resolve(host)', { host: { ...known, provisional: false } }) as Promise<CachedHost>;
  const { resolver } = await start(t, 'a A 127.0.0.1', { cache: { ...memoryHostCache(), get: () => foreign } });
  t.is((await resolver.resolve({ ...REQUEST, maxAgeMs: null })).host?.source, 'cache');
  const broken = {
    ...memoryHostCache(),
    get: (): never => {
      throw new Error('no');
    },
  };
  const { resolver: other } = await start(t, `_sip._tcp SRV 10 0 ${port} a\na A 127.0.0.1`, { cache: broken });
  const { outcome, warnings } = await other.resolve(REQUEST);
  t.deepEqual([outcome, warnings.map(({ code }) => code)], ['reached', ['cache-not-read']]);
});

test('a store that looks at the signal, and answers at once, leaves no listener with the caller', async (t) => {
  const host = { service: '_sip._tcp', scope: 'global', target: 'a.example.org.', port: 5060, address: null, provisional: false };
  const get: HostCache['get'] = (_service, _scope, options) => {
    options?.signal?.throwIfAborted();
    return { ...host, since: Date.now(), lastReached: Date.now() };
  };
  const resolver = createResolver({ servers: [], cache: { ...memoryHostCache(), get } });
  const { signal } = new AbortController();
  t.is((await resolver.resolve({ service: '_sip._tcp' }, { probe: 'none', signal })).host?.source, 'cache');
  t.is(getEventListeners(signal, 'abort').length, 0);
});
