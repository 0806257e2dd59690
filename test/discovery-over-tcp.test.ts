import { once } from 'node:events';
import { createServer } from 'node:net';
import test from 'ava';
import { memoryHostCache } from '@srvkit/host-cache';
import { createResolver } from '@srvkit/resolver';
import { createTestServer } from '@srvkit/test-server';
import {
  type DiscoveryCase,
  NOW,
  readCases,
  rememberedIn,
  requestOf,
  targetsOf,
  zoneOf,
} from '../packages/discovery/test/discovery-case.ts';

// The cases of fixtures/discovery a third time, with real TCP: each host has a loopback address of its own, and listens or does not. Left
// out are hosts that only a probe can play (silent, unknown, refusing with a code) and lookups that fail, which need no TCP.
const cases = readCases().filter(isPlayable);
// Other systems have no loopback addresses but 127.0.0.1.
const onLinux = process.platform === 'linux' ? test.serial : test.serial.skip;

test('most cases can be played with real hosts', (t) => t.true(cases.length >= 25, String(cases.length)));

for (const one of cases) {
  onLinux(`${one.file}: ${one.title}`, async (t) => {
    const request = requestOf(one);
    const addresses = new Map(targetsOf(one).map((target, index) => [target, `127.0.77.${index + 1}`]));
    for (const endpoint of Object.keys(one.hosts ?? {})) {
      const [target = '', port] = endpoint.split(/:(?=\d+$)/);
      const listener = createServer((socket) => socket.end()).listen(Number(port), addresses.get(target.toLowerCase()));
      t.teardown(() => void listener.close());
      await once(listener, 'listening');
    }
    const server = await createTestServer({ zones: [zoneOf(one, addresses)] });
    t.teardown(() => server.close());
    const cache = memoryHostCache();
    const before = rememberedIn(one, request);
    if (before !== undefined) await cache.set(before);
    const resolver = createResolver({ servers: [server.address], cache, now: () => NOW });
    t.teardown(() => resolver.close());
    const { attempts, outcome, code, host } = await resolver.resolve(request, { seed: one.seed ?? 1, staggerMs: Infinity });
    t.deepEqual(
      attempts.map((attempt) => `${attempt.source} ${attempt.target}:${attempt.port} ${attempt.outcome}`),
      one.expect.attempts,
    );
    t.deepEqual([outcome, code?.hresult ?? null], [one.expect.outcome, one.expect.code]);
    t.is(host && `${host.source} ${host.target}:${host.port}`, one.expect.host);
    if (host !== null) t.is(host.address, addresses.get(host.target.toLowerCase()) ?? '');
    t.is((await cache.get(request.service, request.scope))?.target, one.expect.remembered?.target);
  });
}

function isPlayable({ answers = {}, hosts = {}, expect, probe, stepsInTime }: DiscoveryCase): boolean {
  if (probe !== undefined || stepsInTime !== undefined || Object.values(hosts).some((kind) => kind !== 'reached')) return false;
  if (Object.values(answers).some((answer) => typeof answer === 'string' && !['nodata', 'nxdomain', 'unavailable'].includes(answer)))
    return false;
  return expect.attempts.every((attempt) => /^\w+ \S+\.:\d{4,5} (?:reached|refused)$/.test(attempt));
}
