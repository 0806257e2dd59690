// Programs without types give null for what they leave out.
import { inspect } from 'node:util';
import test from 'ava';
import { parseDomainName } from '@srvkit/dns';
import { createDnsClient, makeQuery } from '@srvkit/dns-client';
import { fileHostCache, memoryHostCache, redisFailureStore, redisHostCache } from '@srvkit/host-cache';
import { createResolver, DiscoveryError, makeRequest, SrvHttpAgent, SrvHttpsAgent, srvLookup } from '@srvkit/resolver';
import { type Dispatch, srv } from '@srvkit/resolver/undici';

const service = '_http._tcp';
const name = parseDomainName('example.org');
const query = makeQuery({ name, type: 'SRV', class: 'IN' }, { id: 1 });
const request = { service, pinned: [{ source: 'global', host: '192.0.2.1', port: 80 }] } as const;
const resolver = { resolve: () => Promise.reject(new Error('Nobody asked for that')) };
const redis = { sendCommand: async () => ['none', ''] };
const missing = null as never;
const nulls = (...options: string[]): never => Object.fromEntries(options.map((option) => [option, null])) as never;

/** What takes all its options from the defaults then. */
const DEFAULTS: Readonly<Record<string, () => unknown>> = {
  'createResolver(null)': () => createResolver(missing).close(),
  'createResolver, every option': () =>
    createResolver(nulls('dns', 'failures', 'now', 'timeoutMs', 'retries')).resolve({ ...request, pinned: [] }, { probe: 'none' }),
  'createResolver, of health': () => createResolver({ health: nulls('penaltyMs', 'maxPenaltyMs', 'jitter', 'maxHosts') }),
  'resolve, every option': () => createResolver().resolve({ ...request, pinned: [] }, nulls('seed', 'signal', 'timeoutMs')),
  'candidates(request, null)': () => createResolver().candidates(request, missing).next(),
  'createDnsClient(null)': () => createDnsClient(missing).close(),
  'createDnsClient, every option': () =>
    createDnsClient({
      ...(nulls('timeoutMs', 'tryTimeoutMs', 'tcpTimeoutMs', 'attempts', 'edns', 'patienceMs', 'maxRecords', 'maxInFlight') as object),
      ...(nulls('cache', 'targets', 'now', 'messageId', 'random') as object),
    }),
  'createDnsClient, of cache': () => createDnsClient({ cache: nulls('maxEntries', 'maxRecords', 'maxStaleMs', 'minRefreshMs') }),
  'createDnsClient, of targets': () => createDnsClient({ targets: nulls('ipLiteral', 'portZero') }),
  'lookup, every option': () => createDnsClient({ servers: [] }).lookup(name, 'SRV', nulls('signal', 'timeoutMs', 'fresh', 'standIn')),
  'exchange, every option': () =>
    createDnsClient().exchange(query, {
      server: '127.0.0.1:1',
      ...(nulls('signal', 'timeoutMs', 'transport', 'signer', 'firstReply') as object),
    }),
  'transfer, every option': () =>
    createDnsClient().transfer(name, { server: '127.0.0.1:1', ...(nulls('signal', 'timeoutMs', 'signer') as object) }),
  'lookup(name, type, null)': () => createDnsClient({ servers: [] }).lookup(name, 'SRV', missing),
  'SrvHttpAgent(srv, null)': () => new SrvHttpAgent({ resolver, service, seed: missing }, missing),
  'SrvHttpsAgent(srv, null)': () => new SrvHttpsAgent({ resolver, service, seed: missing }, missing),
  'memoryHostCache(null)': () => memoryHostCache(missing).list(),
  'memoryHostCache, every option': () => memoryHostCache(nulls('maxEntries')).list(),
  'fileHostCache(file, null)': () => fileHostCache('/nonexistent/hosts.json', missing).list(),
  'fileHostCache, every option': () =>
    fileHostCache('/nonexistent/hosts.json', nulls('maxEntries', 'lockTimeoutMs', 'onWarning', 'now')).list(),
  'redisHostCache, every option': () =>
    redisHostCache(redis, {
      clientName: 'pc1',
      ...(nulls('prefix', 'expiresAfterMs', 'maxEntries', 'commandTimeoutMs', 'onWarning', 'now') as object),
    }).list(),
  'redisFailureStore(client, null)': () => redisFailureStore(redis, missing).list(service),
  'redisFailureStore, every option': () =>
    redisFailureStore(redis, nulls('prefix', 'maxDemotionMs', 'maxFailures', 'commandTimeoutMs', 'onWarning', 'now')).list(service),
};

for (const [title, act] of Object.entries(DEFAULTS)) {
  test(`null leaves an option out: ${title}`, async (t) => {
    await t.notThrowsAsync(async () => act());
  });
}

/** What cannot be left out, or might be meant as on and as off. Named in the error, with the remedy. */
const REFUSED: readonly [title: string, give: (value: never) => unknown, message: RegExp][] = [
  ['health of createResolver', (health) => createResolver({ health }), /^health .* false .*leave it out/],
  ['cache of createResolver', (cache) => createResolver({ cache }), /^cache .*leave it out/],
  ['request of resolve', (request) => createResolver().resolve(request), /^the service is missing.*_ldap/],
  ['request of connect', (request) => createResolver().connect(request), /^the service is missing/],
  ['request of candidates', (request) => createResolver().candidates(request).next(), /^the service is missing/],
  ['parts of makeRequest', makeRequest, /^the service is missing/],
  ['options of SrvHttpAgent', (srv) => new SrvHttpAgent(srv), /^the service is missing/],
  ['options of SrvHttpsAgent', (srv) => new SrvHttpsAgent(srv), /^the service is missing/],
  ['options of srvLookup', srvLookup, /^the service is missing/],
  ['options of srv', (options) => srv(resolver, options), /^the service is missing/],
  ['resolver of SrvHttpAgent', (resolver) => new SrvHttpAgent({ resolver, service }), /^resolver .*createResolver/],
  ['resolver of SrvHttpsAgent', (resolver) => new SrvHttpsAgent({ resolver, service }), /^resolver .*createResolver/],
  ['resolver of srvLookup', (resolver) => srvLookup({ resolver, service, port: 80 }), /^resolver .*createResolver/],
  ['resolver of srv', (resolver) => srv(resolver, { service }), /^resolver .*createResolver/],
  ['servers of createDnsClient', (servers) => createDnsClient({ servers }), /^servers .*list of HOST/],
  ['options of exchange', (options) => createDnsClient().exchange(query, options), /^the server is missing.*HOST/],
  ['options of transfer', (options) => createDnsClient().transfer(name, options), /^the server is missing/],
  ['file of fileHostCache', (file) => fileHostCache(file), /^the file .*path/],
  ['client of redisHostCache', (client) => redisHostCache(client, { clientName: 'pc1' }), /sendCommand.*node-redis/],
  ['options of redisHostCache', (options) => redisHostCache(redis, options), /^clientName .*letters/],
  ['clientName of redisHostCache', (clientName) => redisHostCache(redis, { clientName }), /^clientName .*letters/],
  ['client of redisFailureStore', (client) => redisFailureStore(client), /sendCommand/],
];

for (const [title, give, message] of REFUSED) {
  test(`null is refused as ${title}`, async (t) => {
    await t.throwsAsync(async () => give(missing), { instanceOf: TypeError, message });
  });
}

test('null leaves a part of a request out', (t) => {
  const parts = ['domains', 'pinned', 'skipped', 'scope', 'policy', 'notApplicable', 'maxAttempts', 'provisional', 'dnsPort', 'demoted'];
  t.deepEqual(makeRequest({ service, ...(nulls(...parts) as object) }), makeRequest({ service }));
});

test('null leaves a part of a policy out', (t) => {
  t.deepEqual(makeRequest({ service, policy: nulls('pinned', 'law', 'domains', 'fill') }), makeRequest({ service }));
});

test('null leaves the clock of a resolver out, which remembers hosts by it', async (t) => {
  const cache = memoryHostCache();
  await cache.set({ service, scope: 'global', target: 'a.', port: 80, address: null, since: 0, lastReached: 0, provisional: false });
  const remembering = createResolver({ servers: [], cache, now: missing });
  const { host, warnings } = await remembering.resolve({ service, maxAgeMs: null }, { probe: 'none' });
  t.deepEqual([host?.target, warnings], ['a.', []]);
});

test('null leaves every option of the interceptor out: a domain without records is not asked', async (t) => {
  // Without a domain nothing is found, and nobody asked.
  const resolver = createResolver({ servers: [] });
  const absent = { resolve: () => resolver.resolve({ service }) };
  const options = { service, ...(nulls('follow', 'fallback', 'onResolution', 'timeoutMs') as object) };
  const failed = new Promise((resolve) => {
    const dispatch: Dispatch = srv(absent, options)(() => t.fail());
    dispatch({ origin: 'http://example.org', path: '/', method: 'GET' }, { onResponseError: (_, error) => resolve(error) });
  });
  t.true((await failed) instanceof DiscoveryError);
});

test('what is neither on nor off is no health', (t) => {
  for (const health of [true, 'off', 0])
    t.throws(() => createResolver({ health: health as never }), { instanceOf: TypeError, message: /^health / }, inspect(health));
});
