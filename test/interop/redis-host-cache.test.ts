import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type HostCache, HostCacheError, redisHostCache, type RedisHostCacheOptions } from '@srvkit/host-cache';
import { createResolver, makeRequest } from '@srvkit/resolver';
import { createTestServer } from '@srvkit/test-server';
import test, { type ExecutionContext } from 'ava';
import { Redis as IoRedis } from 'ioredis';
import { host, hostCacheBattery, sharedHostCacheBattery } from '../../packages/host-cache/test/battery.ts';
import { judgeTest } from './judge-test.ts';
import { run } from './program.ts';
import { sharedRedis, startRedis } from './redis.ts';

// One server for all tests that do it no harm, each of which has a client name of its own.
const { server, client: later } = sharedRedis();
const redisTest = (title: string, body: (t: ExecutionContext) => void | Promise<void>): void =>
  judgeTest(['redis-server'], title, async (t) => body(t));

hostCacheBattery(redisTest, (_t, options) => open(options).cache);
sharedHostCacheBattery(redisTest, (_t, options) => open(options).cache);

redisTest('one key holds the document of a client, for so long and no longer', async (t) => {
  const { key, cache } = open({ expiresAfterMs: 60_000 });
  const { client } = await server();
  await cache.set(host());
  t.deepEqual(JSON.parse((await client.get(key)) ?? ''), { v: 1, entries: [host()] });
  const left = await client.pTTL(key);
  t.true(left > 0 && left <= 60_000, `${left}`);
});

redisTest('clients of other names neither see nor forget each other\u2019s hosts', async (t) => {
  const { cache } = open();
  const { cache: other } = open();
  await cache.set(host());
  t.deepEqual(await other.list(), []);
  t.is(await other.clear(), 0);
  t.deepEqual(await cache.list(), [host()]);
});

redisTest('several that use one name lose nothing of each other', async (t) => {
  const { name, cache } = open();
  const redis = await server();
  const caches = await Promise.all(
    Array.from({ length: 4 }, async () => redisHostCache(await redis.connect(), { clientName: name, commandTimeoutMs: 30_000 })),
  );
  await Promise.all(caches.flatMap((one, index) => Array.from({ length: 5 }, (_, at) => one.set(host({ scope: `${index}-${at}` })))));
  t.is((await cache.list()).length, 20);
});

for (const [title, fill] of [
  ['no JSON', ['SET', 'KEY', '{"v":1,"entries":[{']],
  ['empty', ['SET', 'KEY', '']],
  ['of another version', ['SET', 'KEY', '{"v":2,"entries":[]}']],
  ['a list', ['RPUSH', 'KEY', 'x']],
  ['a hash', ['HSET', 'KEY', 'a', 'b']],
  ['of absurd size', ['SETRANGE', 'KEY', '2000000', 'x']],
  ['no text', ['SETBIT', 'KEY', '0', '1']],
] as const) {
  redisTest(`a key that is ${title} is not believed, kept aside and begun anew`, async (t) => {
    const { key, cache, warnings } = open();
    const { client } = await server();
    await client.sendCommand(fill.map((word) => (word === 'KEY' ? key : word)));
    const before = await client.dump(key);
    t.is(await cache.get('_vlmcs._tcp', 'global'), undefined);
    t.deepEqual(warnings, ['damaged']);
    await cache.set(host());
    t.deepEqual(warnings, ['damaged', 'damaged', 'set-aside']);
    t.deepEqual(await cache.list(), [host()]);
    const [aside = ''] = await client.keys(`${key}:damaged-*`);
    t.is(await client.dump(aside), before);
    t.true((await client.pTTL(aside)) > 0);
  });
}

redisTest('entries that are not right are left out, the others used', async (t) => {
  const { key, cache, warnings } = open();
  const { client } = await server();
  const entries = [host({ scope: 'a' }), { ...host(), target: '\u001b[2J.' }, 7, host({ scope: 'b' })];
  await client.set(key, JSON.stringify({ v: 1, entries }));
  t.deepEqual(await cache.list(), [host({ scope: 'a' }), host({ scope: 'b' })]);
  t.deepEqual(warnings, ['bad-entry', 'bad-entry']);
});

judgeTest(['redis-server'], 'a server that does not answer is not waited for beyond the deadline', async (t) => {
  const redis = await startRedis(t);
  const cache = redisHostCache(redis.client, { clientName: 'client', commandTimeoutMs: 30 });
  await redis.client.sendCommand(['CLIENT', 'PAUSE', '60000']);
  await t.throwsAsync(async () => cache.get('_vlmcs._tcp', 'global'), {
    instanceOf: HostCacheError,
    code: 'NOT_READABLE',
    message: /no reply in 30 ms/,
  });
  await t.throwsAsync(cache.set(host()), { instanceOf: HostCacheError, code: 'NOT_WRITABLE', message: /no reply in 30 ms/ });
});

judgeTest(['redis-server'], 'waiting for a server ends with the reason of the signal', async (t) => {
  const redis = await startRedis(t);
  const cache = redisHostCache(redis.client, { clientName: 'client', commandTimeoutMs: 60_000 });
  await redis.client.sendCommand(['CLIENT', 'PAUSE', '60000']);
  const controller = new AbortController();
  const reason = new Error('enough');
  const waiting = Promise.resolve(cache.get('_vlmcs._tcp', 'global', { signal: controller.signal }));
  controller.abort(reason);
  t.is(await t.throwsAsync(waiting), reason);
});

judgeTest(['redis-server'], 'when Redis goes down in the middle, discovery goes on without it, and says so once', async (t) => {
  const redis = await startRedis(t, { disableOfflineQueue: true });
  const dns = await createTestServer({ zones: [ZONE] });
  t.teardown(() => dns.close());
  const resolver = createResolver({
    servers: [dns.address],
    cache: redisHostCache(redis.client, { clientName: 'client', commandTimeoutMs: 30_000 }),
  });
  t.teardown(() => resolver.close());
  const request = makeRequest({ service: '_vlmcs._tcp', domains: ['contoso.com'] });
  const during = await resolver.resolve(request, {
    probe: async () => {
      await redis.stop();
      return { outcome: 'reached' };
    },
  });
  t.is(during.outcome, 'reached');
  t.deepEqual(codes(during.warnings), ['cache-not-written']);
  const after = await resolver.resolve(request, { probe: async () => ({ outcome: 'reached' }) });
  t.is(after.host?.source, 'dns');
  t.deepEqual(codes(after.warnings), ['cache-not-read', 'cache-not-written']);
});

redisTest('a resolver finds its host in Redis again', async (t) => {
  const { cache } = open();
  const dns = await createTestServer({ zones: [ZONE] });
  t.teardown(() => dns.close());
  const resolver = createResolver({ servers: [dns.address], cache });
  t.teardown(() => resolver.close());
  const request = makeRequest({ service: '_vlmcs._tcp', domains: ['contoso.com'] });
  await resolver.resolve(request, { probe: async () => ({ outcome: 'reached' }) });
  const { host } = await resolver.resolve(request, { probe: async () => ({ outcome: 'reached' }) });
  t.is(host?.source, 'cache');
  t.is(host?.target, 'kms1.contoso.com.');
});

redisTest('ioredis is adapted in one line', async (t) => {
  const redis = new IoRedis((await server()).url);
  t.teardown(() => redis.disconnect());
  const client = { sendCommand: ([name = '', ...args]: readonly string[]) => redis.call(name, ...args) };
  const cache = redisHostCache(client, { clientName: randomUUID(), commandTimeoutMs: 30_000 });
  await cache.set(host());
  t.deepEqual(await cache.list(), [host()]);
  t.is(await cache.clear(), 1);
});

judgeTest(['redis-server'], 'without an offline queue, a server that is down is told at once', async (t) => {
  const redis = await startRedis(t, { disableOfflineQueue: true });
  const cache = redisHostCache(redis.client, { clientName: 'client', commandTimeoutMs: 600_000 });
  await redis.stop();
  await t.throwsAsync(async () => cache.get('_vlmcs._tcp', 'global'), { instanceOf: HostCacheError, code: 'NOT_READABLE' });
});

redisTest('the example of the README runs', async (t) => {
  const { url } = await server();
  const readme = readFileSync(join(import.meta.dirname, '../../packages/host-cache/README.md'), 'utf8');
  const [, program = ''] = /^```ts redis\n([\s\S]*?)^```/m.exec(readme) ?? [];
  const { status, stdout, stderr } = await run('node', ['--input-type=module-typescript', '-'], {
    input: program,
    env: { REDIS_URL: url },
  });
  t.is(status, 0, stderr);
  t.deepEqual(
    stdout.split('\n').filter(Boolean),
    [...program.matchAll(/^\s*\/\/ prints: (.*)$/gm)].map(([, line]) => line),
  );
});

test('options that cannot be meant are refused', (t) => {
  const { client } = { client: later };
  for (const clientName of ['', 'a:b', 'a b', '*', 'a'.repeat(256)])
    t.throws(() => redisHostCache(client, { clientName }), { instanceOf: TypeError, message: /clientName/ });
  for (const [option, value] of [
    ['maxEntries', 0],
    ['commandTimeoutMs', 0],
    ['expiresAfterMs', 0.5],
  ] as const)
    t.throws(() => redisHostCache(client, { clientName: 'a', [option]: value }), { instanceOf: RangeError, message: new RegExp(option) });
});

test('a client that gives something else than strings is refused', async (t) => {
  for (const reply of [null, 'x', [Buffer.from('none'), ''], [1, 2]]) {
    const cache = redisHostCache({ sendCommand: async () => reply }, { clientName: 'a' });
    await t.throwsAsync(cache.list(), { instanceOf: HostCacheError, code: 'NOT_READABLE', message: /strings/ });
  }
});

const ZONE = `$ORIGIN contoso.com.
$TTL 3600
@ SOA ns1 hostmaster 1 7200 900 1209600 3600
@ NS ns1
ns1 A 127.0.0.1
_vlmcs._tcp SRV 0 0 1688 kms1
kms1 A 192.0.2.1
`;

function open(options: Partial<RedisHostCacheOptions> = {}): { name: string; key: string; cache: HostCache; warnings: string[] } {
  const name = randomUUID();
  const warnings: string[] = [];
  const onWarning = ({ code }: { code: string }): void => void warnings.push(code);
  const cache = redisHostCache(later, { clientName: name, commandTimeoutMs: 30_000, onWarning, ...options });
  return { name, key: `srvkit:hosts:${name}`, cache, warnings };
}

function codes(warnings: readonly { readonly code: string }[]): string[] {
  return warnings.map(({ code }) => code);
}
