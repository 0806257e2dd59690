import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { memoryHostCache } from '@srvkit/host-cache';
import { discoveryRequest } from '@srvkit/kms';
import { createResolver, type Probe, type Rejected, type Resolution, type ResolverOptions } from '@srvkit/resolver';
import { parseRegFile } from '@srvkit/settings';
import { createTestServer } from '@srvkit/test-server';
import test, { type ExecutionContext } from 'ava';
import {
  type DiscoveryCase,
  faultsOf,
  NOW,
  readCases,
  rememberedIn,
  requestOf,
  targetsOf,
  zoneOf,
} from '../packages/discovery/test/discovery-case.ts';

// The cases of fixtures/discovery a third time, with real TCP: each host has a loopback address of its own, and listens or does not. Hosts that
// only listen are met by the resolver's own probe, those that have something to say, or nothing, by one that hears them out. Left out are hosts
// that only an operating system could find.
const cases = readCases().filter(isPlayable);
// Other systems have no loopback addresses but 127.0.0.1.
const isLinux = process.platform === 'linux';
const onLinux = isLinux ? test.serial : test.serial.skip;
const withIpv6 = isLinux && hasIpv6() ? test.serial : test.serial.skip;

test('all cases but a few can be played with real hosts', (t) => {
  t.true(cases.length >= readCases().length - 6, `${cases.length} of ${readCases().length}`);
});

for (const one of cases) {
  onLinux(`${one.file}: ${one.title}`, async (t) => {
    const request = requestOf(one);
    const addresses = new Map(targetsOf(one).map((target, index) => [target, loopback(index + 1)]));
    for (const [endpoint, says] of Object.entries(one.hosts ?? {})) {
      const [target = '', port] = endpoint.split(/:(?=\d+$)/);
      if (!ABSENT.has(says)) await listen(t, addresses.get(target.toLowerCase()), Number(port), says);
    }
    const cache = memoryHostCache();
    const before = rememberedIn(one, request);
    if (before !== undefined) await cache.set(before);
    const isSilent = Object.values(one.answers ?? {}).includes('timeout');
    const dns = { attempts: 1, tryTimeoutMs: isSilent ? 1000 : 5000 };
    const resolver = await resolverOf(t, zoneOf(one, addresses), faultsOf(one), {
      cache,
      now: () => NOW,
      dns,
      health: false,
      ...(Object.values(one.answers ?? {}).includes('no-server') ? { servers: [] } : {}),
    });
    const resolution = await resolver.resolve(request, {
      seed: one.seed ?? 1,
      staggerMs: Infinity,
      probe: one.probe ?? (Object.values(one.hosts ?? {}).every((says) => says === 'reached') ? 'tcp' : hearOut),
      ...(one.stepsInTime === undefined ? { attemptTimeoutMs: 1000 } : { attemptTimeoutMs: Infinity, timeoutMs: 1000 }),
    });
    const { outcome, code, host } = resolution;
    t.deepEqual(
      attemptsOf(resolution),
      one.expect.attempts.filter((attempt) => !attempt.endsWith(' selected')),
    );
    t.deepEqual([outcome, code?.hresult ?? null], [one.expect.outcome, one.expect.code]);
    t.is(host && `${host.source} ${host.target}:${host.port}`, one.expect.host);
    if (outcome === 'reached' && host !== null) t.is(host.address, addresses.get(host.target.toLowerCase()) ?? '');
    t.is((await cache.get(request.service, request.scope))?.target, one.expect.remembered?.target);
  });
}

const HOST = loopback(1);
const EAST = { service: '_vlmcs._tcp', domains: ['east.contoso.com'] };
const HEAD = '$ORIGIN east.contoso.com.\n$TTL 60\n@ SOA ns hostmaster 1 1 1 1 60\n@ NS ns\nns A 127.0.0.1\n';

for (const { aliasTargets, attempts, warnings } of [
  { aliasTargets: 'warn', attempts: ['dns kms.east.contoso.com.:1688 reached'], warnings: ['alias-target'] },
  { aliasTargets: 'allow', attempts: ['dns kms.east.contoso.com.:1688 reached'], warnings: [] },
  { aliasTargets: 'reject', attempts: ['dns kms.east.contoso.com.:1688 name-not-found'], warnings: ['alias-target'] },
] as const) {
  onLinux(`a target that is an alias of a host that listens: ${aliasTargets}`, async (t) => {
    await listen(t, HOST, 1688, 'reached');
    const zone = `${HEAD}_vlmcs._tcp SRV 10 0 1688 kms\nkms CNAME real\nreal A ${HOST}\n`;
    const resolution = await (await resolverOf(t, zone, [], { aliasTargets })).resolve(EAST);
    t.deepEqual(attemptsOf(resolution), attempts);
    t.deepEqual(
      resolution.warnings.map(({ code }) => code),
      warnings,
    );
  });
}

onLinux('a level that names a port and no host: hosts from DNS are met at that port, where that is wanted (kms D-11)', async (t) => {
  await listen(t, HOST, 1689, 'reached');
  const settings = parseRegFile(
    [
      'Windows Registry Editor Version 5.00',
      '[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SoftwareProtectionPlatform]',
      '"KeyManagementServicePort"="1689"',
      '',
    ].join('\n'),
  );
  const { request } = discoveryRequest(settings, { domains: EAST.domains, forcePortOnDns: true });
  const resolver = await resolverOf(t, `${HEAD}_vlmcs._tcp SRV 10 0 1688 kms\nkms A ${HOST}\n`);
  t.deepEqual(attemptsOf(await resolver.resolve(request)), ['dns kms.east.contoso.com.:1689 reached']);
});

for (const { title, at, attempts, staggerMs } of [
  { title: 'listens at both: IPv6 is taken (RFC 8305)', at: { '::1': 'reached', [HOST]: 'reached' }, attempts: ['::1 reached'] },
  { title: 'listens at IPv4 alone', at: { [HOST]: 'reached' }, attempts: ['::1 refused', `${HOST} reached`] },
  {
    title: 'is silent at IPv6: IPv4 is tried beside it, and taken',
    at: { '::1': 'timeout', [HOST]: 'reached' },
    attempts: ['::1 abandoned', `${HOST} reached`],
    staggerMs: 10,
  },
  {
    title: 'refuses at IPv6: IPv4 of the same host would say the same',
    at: { '::1': 'rejected 0xC004F042 finally', [HOST]: 'reached' },
    attempts: ['::1 rejected'],
  },
] as { title: string; at: Record<string, string>; attempts: string[]; staggerMs?: number }[]) {
  withIpv6(`a host with addresses of both families that ${title}`, async (t) => {
    const port = await listen(t, loopback(2), 0, 'reached'); // free at the other addresses too, as good as surely
    for (const [address, says] of Object.entries(at)) await listen(t, address, port, says);
    const resolver = await resolverOf(t, `${HEAD}_vlmcs._tcp SRV 10 0 ${port} kms\nkms AAAA ::1\nkms A ${HOST}\n`);
    const resolution = await resolver.resolve(EAST, { probe: hearOut, staggerMs: staggerMs ?? Infinity });
    t.deepEqual(
      resolution.attempts.map(({ address, outcome }) => `${address} ${outcome}`),
      attempts,
    );
  });
}

/** An address of this machine that no other process of these tests takes. */
function loopback(last: number): string {
  return `127.${64 + (process.pid % 128)}.${(process.pid >> 7) % 256}.${last}`;
}

/** Of these nobody listens. */
const ABSENT: ReadonlySet<string> = new Set(['refused', 'name-not-found']);

function isPlayable(one: DiscoveryCase): boolean {
  return one.expect.attempts.every((attempt) => /^\w+ \S+\.:\d+ [\w-]+$/.test(attempt));
}

/** A host that says what it is to be: in a word, or by ending the connection, or not at all. Its port. */
async function listen(t: ExecutionContext, address: string | undefined, port: number, says: string): Promise<number> {
  const listener = createServer((socket) => {
    socket.on('error', () => {}); // a probe has heard enough
    if (says === 'unreachable') socket.end();
    else if (says !== 'timeout') socket.end(`${says}\n`);
    t.teardown(() => socket.destroy());
  });
  await whenFree(() => once(listener.listen(port, address), 'listening'));
  t.teardown(() => once(listener.close(), 'close'));
  const bound = listener.address();
  return typeof bound === 'object' && bound !== null ? bound.port : 0;
}

/** The system may hold on for a moment to what the test before has closed. */
async function whenFree(listen: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await listen();
      return;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
      await setTimeout(10);
    }
  }
}

/** Connects, and hears what the host has to say. */
const hearOut: Probe = ({ address, port }, signal) =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: address, port });
    signal.addEventListener('abort', () => socket.destroy(signal.reason as Error), { once: true });
    socket.setEncoding('utf8').on('error', reject);
    socket.once('end', () => reject(Object.assign(new Error('It said nothing'), { code: 'ECONNRESET' })));
    socket.once('data', (line: string) => {
      socket.destroy();
      resolve(verdictOf(line.trim()));
    });
  });

function verdictOf(line: string): { readonly outcome: 'reached' } | Rejected {
  const [kind, code = null, final] = line.split(' ');
  return kind === 'reached' ? { outcome: 'reached' } : { outcome: 'rejected', final: final === 'finally', code };
}

async function resolverOf(
  t: ExecutionContext,
  zone: string,
  faults: readonly string[] = [],
  options: ResolverOptions = {},
): Promise<ReturnType<typeof createResolver>> {
  const server = await createTestServer({ zones: [zone], faults });
  const resolver = createResolver({ servers: [server.address], ...options });
  t.teardown(async () => {
    await resolver.close();
    await server.close();
  });
  return resolver;
}

function attemptsOf({ attempts }: Resolution): string[] {
  return attempts.map(({ source, target, port, outcome }) => `${source} ${target}:${port} ${outcome}`);
}

function hasIpv6(): boolean {
  return Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1'));
}
