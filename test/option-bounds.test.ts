import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import test from 'ava';
import { parseDomainName } from '@srvkit/dns';
import { createDnsClient, makeQuery } from '@srvkit/dns-client';
import { fileHostCache, memoryHostCache, redisFailureStore, redisHostCache } from '@srvkit/host-cache';
import { createPublisher, watchPublisher } from '@srvkit/publisher';
import { desiredRecords } from '@srvkit/publisher/plan';
import { createResolver, makeRequest, SrvHttpAgent, SrvHttpsAgent, srvLookup } from '@srvkit/resolver';
import { srv } from '@srvkit/resolver/undici';

type Options = Readonly<Record<string, unknown>>;

/** Where an interface with options is declared, how they are given, and what each must not be. */
interface Bounds {
  readonly file: string;
  readonly of: string;
  /** Which of those that take them. */
  readonly to?: string;
  readonly give: (options: Options) => unknown;
  readonly wrong: Readonly<Record<string, readonly unknown[]>>;
}

const NO_NUMBER = [Number.NaN, -1, '2'];
const NO_COUNT = [...NO_NUMBER, Infinity, 1.5];
const LONG_AGO = -Infinity;

const service = '_http._tcp';
const name = parseDomainName('example.org');
const query = makeQuery({ name, type: 'SRV', class: 'IN' }, { id: 1 });
const nobody = { resolve: () => Promise.reject(new Error('Nobody asked for that')) };
const redis = { sendCommand: () => Promise.reject(new Error('Nobody asked for that')) };
const publisher = createPublisher({ server: '127.0.0.1:1' });
const desired = { service, target: name, port: 80, entries: [] };

const LIMITS = {
  attemptTimeoutMs: [...NO_NUMBER, 0, 0.5],
  timeoutMs: [...NO_NUMBER, 0, LONG_AGO],
  lookupTimeoutMs: [...NO_NUMBER, 0],
  staggerMs: NO_NUMBER,
  retries: [...NO_COUNT, 101],
  retryDelayMs: NO_NUMBER,
};
const TIME = [...NO_NUMBER, 0, Infinity, 3_600_001];

const BOUNDS: readonly Bounds[] = [
  ...Object.entries<Bounds['give']>({
    createResolver,
    resolve: (limits) => createResolver().resolve({ service }, limits),
    connect: (limits) => createResolver().connect({ service }, limits),
    candidates: (limits) => createResolver().candidates({ service }, limits).next(),
    SrvHttpAgent: (limits) => new SrvHttpAgent({ resolver: nobody, service, ...limits }),
    SrvHttpsAgent: (limits) => new SrvHttpsAgent({ resolver: nobody, service, ...limits }),
    srvLookup: (limits) => srvLookup({ resolver: nobody, service, port: 80, ...limits }),
    srv: (limits) => srv(nobody, { service, ...limits }),
  }).map(([to, give]) => ({ file: 'resolver/src/resolve-options.ts', of: 'ResolveLimits', to, give, wrong: LIMITS })),
  {
    file: 'resolver/src/resolve-options.ts',
    of: 'ResolveOptions',
    give: (options) => createResolver().resolve({ service }, options),
    wrong: { seed: [...NO_COUNT, 2 ** 32] },
  },
  {
    file: 'resolver/src/health-options.ts',
    of: 'HealthOptions',
    give: (health) => createResolver({ health }),
    wrong: {
      penaltyMs: [...NO_NUMBER, 0, Infinity, 86_400_001],
      maxPenaltyMs: [...NO_NUMBER, 9999, Infinity, 86_400_001],
      jitter: [...NO_NUMBER, 1.1, Infinity],
      maxHosts: [...NO_COUNT, 0, 1_000_001],
    },
  },
  {
    file: 'resolver/src/io/srv-lookup.ts',
    of: 'SrvLookupOptions',
    give: (options) => srvLookup({ resolver: nobody, service, port: 80, ...options }),
    wrong: { port: [...NO_COUNT, 0, 65_536] },
  },
  {
    file: 'discovery/src/request.ts',
    of: 'DiscoveryRequest',
    give: (parts) => makeRequest({ service, ...parts }),
    wrong: { maxAttempts: [...NO_COUNT, 0, 1001], maxAgeMs: NO_NUMBER, dnsPort: [...NO_COUNT, 0, 65_536] },
  },
  {
    file: 'discovery/src/request.ts',
    of: 'PinnedHost',
    give: (pinned) => makeRequest({ service, pinned: [{ source: 'global', host: 'kms1', port: 1688, ...pinned }] }),
    wrong: { port: [...NO_COUNT, 0, 65_536] },
  },
  {
    file: 'dns-client/src/client-options.ts',
    of: 'DnsClientOptions',
    give: createDnsClient,
    wrong: {
      timeoutMs: TIME,
      tryTimeoutMs: TIME,
      tcpTimeoutMs: TIME,
      patienceMs: TIME,
      attempts: [...NO_COUNT, 0, 4],
      maxRecords: [...NO_COUNT, 0, 65_536],
      maxInFlight: [...NO_COUNT, 0, 10_001],
    },
  },
  {
    file: 'dns-client/src/answer-cache.ts',
    of: 'AnswerCacheLimits',
    give: (cache) => createDnsClient({ cache }),
    wrong: {
      maxEntries: [...NO_COUNT, 0],
      maxRecords: [...NO_COUNT, 0],
      maxStaleMs: [...NO_NUMBER, Infinity],
      minRefreshMs: [...NO_NUMBER, 0, 999, Infinity, 86_400_001],
    },
  },
  {
    file: 'dns-client/src/target-policy.ts',
    of: 'TargetPolicy',
    give: (targets) => createDnsClient({ targets }),
    wrong: { portZero: [...NO_COUNT, 0, 65_536] },
  },
  {
    file: 'dns-client/src/dns-client.ts',
    of: 'LookupOptions',
    give: (options) => createDnsClient().lookup(name, 'SRV', options),
    wrong: { timeoutMs: TIME },
  },
  {
    file: 'dns-client/src/exchange.ts',
    of: 'ExchangeOptions',
    give: (options) => createDnsClient().exchange(query, { server: '127.0.0.1:1', ...options }),
    wrong: { timeoutMs: TIME },
  },
  {
    file: 'dns-client/src/transfer.ts',
    of: 'TransferOptions',
    give: (options) => createDnsClient().transfer(name, { server: '127.0.0.1:1', ...options }),
    wrong: { timeoutMs: TIME },
  },
  {
    file: 'host-cache/src/memory-host-cache.ts',
    of: 'MemoryHostCacheOptions',
    give: memoryHostCache,
    wrong: { maxEntries: [...NO_COUNT, 0] },
  },
  {
    file: 'host-cache/src/io/file-host-cache.ts',
    of: 'FileHostCacheOptions',
    give: (options) => fileHostCache('hosts.json', options),
    wrong: { maxEntries: [...NO_COUNT, 0], lockTimeoutMs: [...NO_COUNT, 3_600_001] },
  },
  {
    file: 'host-cache/src/io/redis-host-cache.ts',
    of: 'RedisHostCacheOptions',
    give: (options) => redisHostCache(redis, { clientName: 'pc1', ...options }),
    wrong: { maxEntries: [...NO_COUNT, 0], expiresAfterMs: [...NO_COUNT, 0], commandTimeoutMs: [...NO_COUNT, 0] },
  },
  {
    file: 'host-cache/src/io/redis-failure-store.ts',
    of: 'RedisFailureStoreOptions',
    give: (options) => redisFailureStore(redis, options),
    wrong: { maxDemotionMs: [...NO_COUNT, 0], maxFailures: [...NO_COUNT, 0], commandTimeoutMs: [...NO_COUNT, 0] },
  },
  {
    file: 'publisher/src/publisher-options.ts',
    of: 'PublisherOptions',
    give: createPublisher,
    wrong: {
      primaryPort: [...NO_COUNT, 0, 65_536],
      timeoutMs: [...NO_COUNT, 0, 3_600_001],
      retries: [...NO_COUNT, 101],
      retryDelayMs: [...NO_COUNT, 3_600_001],
    },
  },
  {
    file: 'publisher/src/watch-options.ts',
    of: 'WatchOptions',
    give: (options) => watchPublisher({ publisher, desired, ...options }),
    wrong: Object.fromEntries(
      ['refreshMs', 'retryMs', 'probeIntervalMs', 'probeTimeoutMs', 'fall', 'rise', 'stopTimeoutMs'].map((option) => [
        option,
        [...NO_COUNT, 0],
      ]),
    ),
  },
  {
    file: 'publisher/src/plan/desired.ts',
    of: 'Desired',
    give: (numbers) => desiredRecords({ ...desired, ...numbers }),
    wrong: { port: [...NO_COUNT, 0, 65_536], ttl: [...NO_COUNT, 2 ** 31], replacePort: [...NO_COUNT, 65_536] },
  },
  {
    file: 'publisher/src/plan/desired.ts',
    of: 'DesiredEntry',
    give: (numbers) => desiredRecords({ ...desired, entries: [{ domain: name, priority: 0, weight: 0, ...numbers }] }),
    wrong: { priority: [...NO_COUNT, 65_536], weight: [...NO_COUNT, 65_536] },
  },
];

for (const { of, to, give, wrong } of BOUNDS) {
  for (const [option, values] of Object.entries(wrong)) {
    test(`${of}${to === undefined ? '' : ` of ${to}`}: ${option} cannot be ${values.map((value) => inspect(value)).join(', ')}`, async (t) => {
      for (const value of values)
        await t.throwsAsync(
          async () => give({ [option]: value }),
          { instanceOf: RangeError, message: new RegExp(`\\b${option}\\b`) },
          inspect(value),
        );
    });
  }
}

for (const { file, of, wrong } of BOUNDS.filter(({ of }, at) => BOUNDS.findIndex((other) => other.of === of) === at)) {
  test(`every number of ${of} has bounds`, (t) => {
    t.deepEqual(numbersOf(file, of), Object.keys(wrong).toSorted());
  });
}

/** The options of an interface that may be numbers. */
function numbersOf(file: string, name: string): string[] {
  const source = readFileSync(new URL(`../packages/${file}`, import.meta.url), 'utf8');
  const [, fields = ''] = new RegExp(`^export interface ${name}\\b[^{]*\\{\\n(.*?)^\\}`, 'ms').exec(source) ?? [];
  return [...fields.matchAll(/^ {2}readonly (\w+)\??: [^(;]*\bnumber\b/gm)].map(([, option = '']) => option).toSorted();
}
