import { randomUUID } from 'node:crypto';
import { type FailureStore, HostCacheError, redisFailureStore, type SharedFailure } from '@srvkit/host-cache';
import { createResolver } from '@srvkit/resolver';
import { createTestServer } from '@srvkit/test-server';
import test, { type ExecutionContext } from 'ava';
import { judgeTest } from './judge-test.ts';
import { sharedRedis, startRedis } from './redis.ts';

// One server for all tests, each of which has a prefix of its own.
const { server, client: later } = sharedRedis();
const redisTest = (title: string, body: (t: ExecutionContext) => Promise<void>): void => judgeTest(['redis-server'], title, body);

const NOW = 1_800_000_000_000;
const HOUR = 3_600_000;

redisTest('what one reports the others see, service by service, until it ends', async (t) => {
  const { store, at } = open();
  await store.report(failure());
  await store.report(failure({ service: '_sip._tcp' }));
  t.deepEqual(await at(NOW).list('_vlmcs._tcp'), [failure()]);
  t.deepEqual(await at(NOW).list('_VLMCS._tcp'), [failure({ service: '_VLMCS._tcp' })]);
  t.deepEqual(await at(NOW + 999).list('_vlmcs._tcp'), [failure()]);
  t.deepEqual(await at(NOW + 1000).list('_vlmcs._tcp'), []);
});

redisTest('an empty one knows nothing, and forgets nothing', async (t) => {
  const { store } = open();
  t.deepEqual(await store.list('_vlmcs._tcp'), []);
  await t.notThrowsAsync(store.clear('_vlmcs._tcp', 'kms1.contoso.com.', 1688));
});

redisTest('of two reports on one endpoint that one stays which ends later, whichever comes last', async (t) => {
  const { store } = open();
  await store.report(failure({ until: NOW + 2000, failures: 3 }));
  await store.report(failure({ until: NOW + 1000, failures: 1, target: 'KMS1.contoso.com.' }));
  t.deepEqual(await store.list('_vlmcs._tcp'), [failure({ until: NOW + 2000, failures: 3 })]);
  await store.report(failure({ until: NOW + 3000, failures: 1 }));
  t.deepEqual(await store.list('_vlmcs._tcp'), [failure({ until: NOW + 3000, failures: 1 })]);
});

redisTest('a clock that tells parts of milliseconds will do', async (t) => {
  const { at } = open();
  const store = at(NOW + 0.25);
  await store.report(failure({ until: NOW + 999.5 }));
  t.deepEqual(await store.list('_vlmcs._tcp'), [failure({ until: NOW + 1000 })]);
});

redisTest('a host that works again is forgotten, its other ports are not', async (t) => {
  const { store } = open();
  await store.report(failure());
  await store.report(failure({ port: 1689 }));
  await store.clear('_vlmcs._tcp', 'Kms1.contoso.com.', 1688);
  t.deepEqual(await store.list('_vlmcs._tcp'), [failure({ port: 1689 })]);
});

for (const skew of [-50 * 60_000, 50 * 60_000])
  redisTest(`a client whose clock is ${skew / 60_000} minutes off takes nothing from the others`, async (t) => {
    const { store, at } = open();
    await store.report(failure());
    await at(NOW + skew).report(failure({ port: 1689, until: NOW + skew + 1000 }));
    t.deepEqual(
      (await store.list('_vlmcs._tcp')).filter(({ port }) => port === 1688),
      [failure()],
    );
  });

redisTest('the key of a service ends some time after its last failure', async (t) => {
  const { store, key } = open();
  const { client } = await server();
  await store.report(failure({ until: NOW + HOUR }));
  await store.report(failure({ port: 1689 }));
  const left = await client.pTTL(key);
  t.true(left > 2 * HOUR - 60_000 && left <= 2 * HOUR, `${left}`);
});

redisTest('a failure that ended already is not kept, one of more than an hour is kept for an hour', async (t) => {
  const { store } = open();
  await store.report(failure({ until: NOW }));
  t.deepEqual(await store.list('_vlmcs._tcp'), []);
  await store.report(failure({ until: NOW + 2 * HOUR }));
  t.deepEqual(await store.list('_vlmcs._tcp'), [failure({ until: NOW + HOUR })]);
});

redisTest('of more than it may hold, those go that end first', async (t) => {
  const { at } = open();
  const store = at(NOW, 2);
  for (const [port, lasts] of [
    [1, 300],
    [2, 100],
    [3, 200],
  ] as const)
    await store.report(failure({ port, until: NOW + lasts }));
  t.deepEqual(new Set((await store.list('_vlmcs._tcp')).map(({ port }) => port)), new Set([1, 3]));
});

redisTest('what is no failure is ignored with a warning, and gone with the next report', async (t) => {
  const { store, key, warnings } = open();
  const { client } = await server();
  const garbage = {
    'kms1.contoso.com. 1688': 'x',
    'kms2.contoso.com. 0': `${NOW + 1000} 1`,
    'kms3 1688': `${NOW + 1000} 1`,
    '\u001b[2J. 1688': `${NOW + 1000} 1`,
    'kms4.contoso.com. 1688': `${NOW + 100 * HOUR} 1`,
    'kms5.contoso.com. 1688': `${NOW + 1000} ${'1'.repeat(100_000)}`,
    [`${'x'.repeat(100_000)}. 1688`]: `${NOW + 1000} 1`,
    'kms6.contoso.com. 1688': `${NOW + 1000} 1`,
  };
  await client.hSet(key, garbage);
  t.deepEqual(await store.list('_vlmcs._tcp'), [failure({ target: 'kms6.contoso.com.' })]);
  t.deepEqual(
    warnings,
    Array.from({ length: 7 }, () => 'bad-entry'),
  );
  await store.report(failure({ target: 'kms7.contoso.com.' }));
  const left = Object.keys(await client.hGetAll(key));
  for (const gone of ['kms1', 'kms4', 'kms5'])
    t.false(
      left.some((field) => field.startsWith(gone)),
      gone,
    );
});

redisTest('a key of another type is an error that names it', async (t) => {
  const { store, key } = open();
  const { client } = await server();
  await client.set(key, 'precious');
  await t.throwsAsync(store.list('_vlmcs._tcp'), {
    instanceOf: HostCacheError,
    code: 'NOT_READABLE',
    message: new RegExp(`${key}.*WRONGTYPE`),
  });
  await t.throwsAsync(store.report(failure()), {
    instanceOf: HostCacheError,
    code: 'NOT_WRITABLE',
    message: new RegExp(`${key}.*WRONGTYPE`),
  });
  t.is(await client.get(key), 'precious');
});

redisTest('what one resolver saw fail another one tries last, and never leaves out', async (t) => {
  const dns = await createTestServer({ zones: [ZONE] });
  t.teardown(() => dns.close());
  const prefix = `${randomUUID()}:`;
  await server(); // a resolver does not wait long for a store
  const tried = async (up: RegExp): Promise<string[]> => {
    // A resolver of its own each time: what it knows of hosts, it has from Redis.
    const resolver = createResolver({ servers: [dns.address], failures: redisFailureStore(later, { prefix, commandTimeoutMs: 30_000 }) });
    const { outcome, attempts } = await resolver.resolve(
      { service: '_vlmcs._tcp', domains: ['contoso.com'] },
      {
        seed: 1,
        probe: async ({ target }) => {
          if (up.test(target)) return { outcome: 'reached' };
          throw Object.assign(new Error('down'), { code: 'ECONNREFUSED' });
        },
      },
    );
    await resolver.close();
    t.is(outcome, 'reached');
    return [...new Set(attempts.map(({ target }) => target))];
  };
  const [first = '', second = ''] = await tried(/kms2/);
  t.deepEqual([first, second], ['kms1.contoso.com.', 'kms2.contoso.com.']);
  t.deepEqual(await tried(/kms/), [second]);
  t.deepEqual(await tried(/kms1/), [second, first]);
});

judgeTest(['redis-server'], 'a server that is down is an error within the deadline', async (t) => {
  const redis = await startRedis(t);
  const store = redisFailureStore(redis.client, { commandTimeoutMs: 50 });
  await redis.stop();
  await t.throwsAsync(store.list('_vlmcs._tcp'), { instanceOf: HostCacheError, code: 'NOT_READABLE' });
  await t.throwsAsync(store.report(failure({ until: Date.now() + 1000 })), { instanceOf: HostCacheError, code: 'NOT_WRITABLE' });
});

for (const [title, parts] of [
  ['service', { service: 'http' }],
  ['target', { target: 'kms1' }],
  ['port', { port: 0 }],
  ['end', { until: Number.NaN }],
  ['count', { failures: 0 }],
] as const)
  test(`a failure whose ${title} is none is refused`, async (t) => {
    const store = redisFailureStore(later, { now: () => NOW });
    await t.throwsAsync(store.report(failure(parts)), { instanceOf: TypeError, message: new RegExp(title) });
  });

// The best weight by far is that of a host that fails.
const ZONE = `$ORIGIN contoso.com.
$TTL 3600
@ SOA ns1 hostmaster 1 7200 900 1209600 3600
@ NS ns1
ns1 A 127.0.0.1
_vlmcs._tcp SRV 0 65535 1688 kms1
_vlmcs._tcp SRV 0 1 1688 kms2
kms1 A 192.0.2.1
kms1 AAAA 2001:db8::1
kms2 A 192.0.2.2
kms2 AAAA 2001:db8::2
`;

function failure(parts: Partial<SharedFailure> = {}): SharedFailure {
  return { service: '_vlmcs._tcp', target: 'kms1.contoso.com.', port: 1688, until: NOW + 1000, failures: 1, ...parts };
}

function open(): { store: FailureStore; at: (now: number, maxFailures?: number) => FailureStore; key: string; warnings: string[] } {
  const prefix = `${randomUUID()}:`;
  const warnings: string[] = [];
  const at = (now: number, maxFailures = 1000): FailureStore =>
    redisFailureStore(later, {
      prefix,
      maxFailures,
      commandTimeoutMs: 30_000,
      now: () => now,
      onWarning: ({ code }) => void warnings.push(code),
    });
  return { store: at(NOW), at, key: `${prefix}failures:_vlmcs._tcp`, warnings };
}
