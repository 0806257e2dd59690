import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { join } from 'node:path';
import { encodeMessage, parseDomainName } from '@srvkit/dns';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { createDnsClient } from '../src/index.ts';
import type { DnsClient, DnsClientOptions, Lookup } from '../src/index.ts';
import { question, response } from './messages.ts';
import type { ResponseParts } from './messages.ts';
import { createPeer, deadAddress } from './peer.ts';
import type { Peer, Request } from './peer.ts';

const NAME = parseDomainName('_x._tcp.example.org.');
const SRV = '_x._tcp.example.org. 60 IN SRV 1 2 3 a.example.org.';

/** The octets that answer `request`, whatever else they say. */
const answer = (request: Request, parts: ResponseParts = { answer: [SRV] }): Uint8Array =>
  encodeMessage(response(request.message.question[0] ?? question('.'), { id: request.message.id, ...parts }));
const good = (request: Request): void => request.reply(answer(request));

test('a question goes out with RD and EDNS 1232, and its records come back', async (t) => {
  const peer = await peerOf(t, good);
  const lookup = await clientOf(t, [peer]).lookup(NAME, 'SRV');
  t.like(lookup, { kind: 'records', ttl: 60, rcode: 'NOERROR', server: peer.address, cached: false, stale: false });
  t.like(lookup.tries, [{ server: peer.address, transport: 'udp', outcome: 'answered', rcode: 'NOERROR' }]);
  t.true((lookup.tries[0]?.ms ?? -1) >= 0);
  t.like(peer.requests[0]?.message, { opcode: 'QUERY', recursionDesired: true, edns: { udpPayloadSize: 1232, version: 0 } });
});

test('ids differ, and no port is used more than 8 times', async (t) => {
  const peer = await peerOf(t, good);
  const client = clientOf(t, [peer], { cache: false });
  for (let n = 0; n < 40; n += 1) await client.lookup(NAME, 'SRV');
  const ports = new Map<number, number>();
  for (const { port } of peer.requests) ports.set(port, (ports.get(port) ?? 0) + 1);
  t.deepEqual([...ports.values()], [8, 8, 8, 8, 8]);
  t.true(new Set(peer.requests.map(({ message }) => message.id)).size > 35);
});

test('questions at the same time have a port each', async (t) => {
  const peer = await peerOf(t, good);
  const client = clientOf(t, [peer], { cache: false });
  await Promise.all(Array.from({ length: 20 }, (_, n) => client.lookup(parseDomainName(`n${n}.example.org`), 'A')));
  t.is(new Set(peer.requests.map(({ port }) => port)).size, 20);
});

test('replies with a wrong id, a wrong question or from elsewhere are ignored while waiting', async (t) => {
  const peer = await peerOf(t, (request) => {
    request.reply(answer(request, { id: request.message.id ^ 1, rcode: 'NXDOMAIN' }));
    request.reply(encodeMessage(response(question('_y._tcp.example.org'), { id: request.message.id, rcode: 'NXDOMAIN' })));
    request.reply(request.bytes);
    request.reply(Uint8Array.of(1, 2, 3));
    const stranger = createSocket('udp4');
    stranger.send(answer(request, { rcode: 'NXDOMAIN' }), request.port, '127.0.0.1', () => {
      stranger.close();
      good(request);
    });
  });
  const lookup = await clientOf(t, [peer], { attempts: 1 }).lookup(NAME, 'SRV');
  t.like(lookup, { kind: 'records', warnings: [] });
});

test('five replies that only miss the id send the question to TCP, with a warning', async (t) => {
  const peer = await peerOf(t, (request) => {
    if (request.transport === 'tcp') good(request);
    else for (let n = 1; n <= 5; n += 1) request.reply(answer(request, { id: (request.message.id + n) & 0xffff }));
  });
  const lookup = await clientOf(t, [peer]).lookup(NAME, 'SRV');
  t.is(lookup.kind, 'records');
  t.deepEqual(
    lookup.tries.map(({ transport, outcome }) => `${transport} ${outcome}`),
    ['udp spoofing', 'tcp answered'],
  );
  t.deepEqual(
    lookup.warnings.map(({ code }) => code),
    ['spoofing-suspected'],
  );
});

test('four such replies do not', async (t) => {
  const peer = await peerOf(t, (request) => {
    for (let n = 1; n <= 4; n += 1) request.reply(answer(request, { id: (request.message.id + n) & 0xffff }));
    good(request);
  });
  const lookup = await clientOf(t, [peer]).lookup(NAME, 'SRV');
  t.deepEqual(
    lookup.tries.map(({ transport, outcome }) => `${transport} ${outcome}`),
    ['udp answered'],
  );
  t.deepEqual(lookup.warnings, []);
});

test('TC is asked again over TCP, and the partial set is thrown away', async (t) => {
  const peer = await peerOf(t, (request) =>
    request.reply(
      answer(request, request.transport === 'udp' ? { truncated: true, answer: [SRV] } : { answer: [SRV, SRV.replace(' a.', ' b.')] }),
    ),
  );
  const lookup = await clientOf(t, [peer]).lookup(NAME, 'SRV');
  t.is(lookup.records.length, 2);
  t.deepEqual(
    lookup.tries.map(({ transport, outcome }) => `${transport} ${outcome}`),
    ['udp truncated', 'tcp answered'],
  );
});

const TCP_TROUBLE: readonly { title: string; act: (request: Request) => void; outcome: string }[] = [
  { title: 'silent', act: () => {}, outcome: 'timeout' },
  { title: 'closing', act: (request) => request.hangUp(), outcome: 'closed' },
  { title: 'stopping in the middle', act: (request) => request.raw(Uint8Array.of(0, 200, 1, 2, 3)), outcome: 'timeout' },
  { title: 'answering another id', act: (request) => request.reply(answer(request, { id: request.message.id ^ 1 })), outcome: 'timeout' },
  {
    title: 'answering another question',
    act: (request) => request.reply(encodeMessage(response(question('y.example'), { id: request.message.id }))),
    outcome: 'timeout',
  },
  { title: 'answering TC again', act: (request) => request.reply(answer(request, { truncated: true })), outcome: 'truncated' },
  { title: 'answering garbage', act: (request) => request.reply(Buffer.concat([answer(request), Uint8Array.of(1)])), outcome: 'garbage' },
];

for (const { title, act, outcome } of TCP_TROUBLE) {
  test(`TC, then TCP ${title}: a failure, and the next server is asked`, async (t) => {
    const bad = await peerOf(t, (request) =>
      request.transport === 'udp' ? request.reply(answer(request, { truncated: true, answer: [SRV] })) : act(request),
    );
    const next = await peerOf(t, good);
    const options = outcome === 'timeout' ? { tcpTimeoutMs: 100 } : {};
    const lookup = await clientOf(t, [bad, next], options).lookup(NAME, 'SRV');
    t.like(lookup, { kind: 'records', server: next.address });
    t.deepEqual(
      lookup.tries.map(({ transport, outcome }) => `${transport} ${outcome}`),
      ['udp truncated', `tcp ${outcome}`, 'udp answered'],
    );
    const alone = await clientOf(t, [bad], options).lookup(NAME, 'SRV');
    t.like(alone, { kind: 'failed', ttl: null, records: [] });
  });
}

test('octets dribbling in over TCP make one message', async (t) => {
  const peer = await peerOf(t, (request) => {
    if (request.transport === 'udp') {
      request.reply(answer(request, { truncated: true }));
      return;
    }
    const message = answer(request);
    const framed = Buffer.concat([Uint8Array.of(0, message.length), message]);
    for (const octet of framed) request.raw(Uint8Array.of(octet));
  });
  t.is((await clientOf(t, [peer]).lookup(NAME, 'SRV')).kind, 'records');
});

const NEXT: readonly { title: string; act: (request: Request) => void; outcome: string; why: string }[] = [
  {
    title: 'SERVFAIL',
    act: (request) => request.reply(answer(request, { rcode: 'SERVFAIL' })),
    outcome: 'answered SERVFAIL',
    why: 'servfail',
  },
  { title: 'REFUSED', act: (request) => request.reply(answer(request, { rcode: 'REFUSED' })), outcome: 'answered REFUSED', why: 'refused' },
  { title: 'silence', act: () => {}, outcome: 'timeout null', why: 'timeout' },
  { title: 'garbage', act: (request) => request.reply(answer(request).subarray(0, -1)), outcome: 'garbage null', why: 'garbage' },
  {
    title: 'trailing octets',
    act: (request) => request.reply(Buffer.concat([answer(request), Uint8Array.of(0)])),
    outcome: 'garbage null',
    why: 'garbage',
  },
];

for (const { title, act, outcome, why } of NEXT) {
  test(`${title} moves on to the next server`, async (t) => {
    const bad = await peerOf(t, act);
    const next = await peerOf(t, good);
    const options = why === 'timeout' ? { tryTimeoutMs: 1000, attempts: 1 } : {};
    const lookup = await clientOf(t, [bad, next], options).lookup(NAME, 'SRV');
    t.like(lookup, { kind: 'records', server: next.address });
    t.deepEqual(
      lookup.tries.map(({ server, outcome, rcode }) => [server, `${outcome} ${rcode}`]),
      [
        [bad.address, outcome],
        [next.address, 'answered NOERROR'],
      ],
    );
    t.like(await clientOf(t, [bad], options).lookup(NAME, 'SRV', { timeoutMs: why === 'timeout' ? 50 : 5000 }), { kind: 'failed', why });
  });
}

test('a port where nobody listens is known at once', async (t) => {
  const lookup = await clientOf(t, [await deadAddress()]).lookup(NAME, 'SRV');
  t.like(lookup, { kind: 'failed', why: 'unreachable', rcode: null, server: null });
  t.deepEqual(
    lookup.tries.map(({ outcome }) => outcome),
    ['refused'],
  );
});

test('a server refused over UDP does not spoil the next one', async (t) => {
  const peer = await peerOf(t, good);
  const client = clientOf(t, [await deadAddress(), peer], { cache: false });
  for (let n = 0; n < 20; n += 1) t.like(await client.lookup(NAME, 'SRV'), { kind: 'records', server: peer.address });
});

test('without a server nothing is tried', async (t) => {
  t.like(await clientOf(t, []).lookup(NAME, 'SRV'), { kind: 'failed', why: 'no-server', tries: [], ttl: null, rcode: null, server: null });
});

test('servers may be given by name: every address of it is a server', async (t) => {
  const peer = await peerOf(t, good);
  const lookup = await clientOf(t, [peer.address.replace('127.0.0.1', 'localhost')]).lookup(NAME, 'SRV');
  t.like(lookup, { kind: 'records', server: peer.address });
});

test('a server that refuses EDNS is asked without, and the next time at once', async (t) => {
  const peer = await peerOf(t, (request) =>
    request.message.edns === undefined ? good(request) : request.reply(answer(request, { rcode: 'FORMERR' })),
  );
  const client = clientOf(t, [peer], { cache: false });
  t.is((await client.lookup(NAME, 'SRV')).tries.length, 2);
  t.is((await client.lookup(NAME, 'SRV')).tries.length, 1);
});

test('a name that spells an IP address is its own answer and is never asked for (srv A5)', async (t) => {
  const peer = await peerOf(t, good);
  const client = clientOf(t, [peer]);
  for (const { name, type, kind, address } of [
    { name: '192.0.2.1', type: 'A', kind: 'records', address: '192.0.2.1' },
    { name: '192.0.2.1', type: 'AAAA', kind: 'nodata', address: undefined },
    { name: '2001:db8::1', type: 'AAAA', kind: 'records', address: '2001:db8::1' },
  ] as const) {
    const lookup = await client.lookup(parseDomainName(name), type);
    t.like(lookup, { kind, ttl: 0, server: null, tries: [] });
    t.deepEqual(lookup.records[0]?.rdata, address === undefined ? undefined : { type, address });
  }
  t.is(peer.requests.length, 0);
});

test('names that are no matter of DNS are never asked for (srv N5)', async (t) => {
  const peer = await peerOf(t, good);
  const client = clientOf(t, [peer]);
  for (const [name, type, want] of [
    ['localhost', 'A', '127.0.0.1'],
    ['KMS.LocalHost', 'AAAA', '::1'],
    ['_x._tcp.localhost', 'SRV', 'nodata'],
    ['_x._tcp.contoso.invalid', 'SRV', 'nxdomain'],
    ['abc.onion', 'A', 'nxdomain'],
  ] as const) {
    const { kind, ttl, records, tries } = await client.lookup(parseDomainName(name), type);
    const [rdata] = records.map(({ rdata }) => rdata);
    t.deepEqual([rdata !== undefined && 'address' in rdata ? rdata.address : kind, ttl, tries], [want, 0, []]);
  }
  t.is(peer.requests.length, 0);
  await client.lookup(parseDomainName('localhost.example.org'), 'A');
  t.is(peer.requests.length, 1);
});

test('a late reply goes nowhere', async (t) => {
  const late: Request[] = [];
  const peer = await peerOf(t, (request) => {
    late.push(request);
    if (late.length < 2) return;
    for (const earlier of late) earlier.reply(answer(earlier, earlier === request ? { answer: [SRV] } : { rcode: 'NXDOMAIN' }));
  });
  const client = clientOf(t, [peer], { tryTimeoutMs: 1000, attempts: 2, messageId: () => 7 });
  const lookup = await client.lookup(NAME, 'SRV');
  t.is(lookup.kind, 'records', 'the second try has a port of its own, so even the same id does not reach it');
  t.deepEqual(
    lookup.tries.map(({ outcome }) => outcome),
    ['timeout', 'answered'],
  );
  t.not(peer.requests[0]?.port, peer.requests[1]?.port);
});

test('one deadline bounds the whole lookup', async (t) => {
  const peers = await Promise.all([peerOf(t, () => {}), peerOf(t, () => {}), peerOf(t, () => {})]);
  const startedAt = performance.now();
  const lookup = await clientOf(t, peers, { tryTimeoutMs: 140, attempts: 3 }).lookup(NAME, 'SRV', { timeoutMs: 200 });
  const ms = performance.now() - startedAt;
  t.like(lookup, { kind: 'failed', why: 'timeout' });
  t.true(lookup.tries.length <= 3, 'the second and third round would have come later');
  t.true(lookup.tries.every(({ outcome }) => outcome === 'timeout'));
  t.true(ms < 3000, `took ${ms} ms`);
});

test('an aborted lookup rejects with its own reason, in the middle of UDP and of TCP', async (t) => {
  for (const transport of ['udp', 'tcp'] as const) {
    const abort = new AbortController();
    const reason = new Error(`enough of ${transport}`);
    const peer = await peerOf(t, (request) => {
      if (request.transport === transport) abort.abort(reason);
      else request.reply(answer(request, { truncated: true }));
    });
    const error = await t.throwsAsync(clientOf(t, [peer]).lookup(NAME, 'SRV', { signal: abort.signal }));
    t.is(error, reason);
  }
});

test('an aborted signal asks nothing', async (t) => {
  const peer = await peerOf(t, good);
  const reason = new Error('before');
  const error = await t.throwsAsync(clientOf(t, [peer]).lookup(NAME, 'SRV', { signal: AbortSignal.abort(reason) }));
  t.is(error, reason);
  t.is(peer.requests.length, 0);
});

test('answers are remembered for their TTL, by name without case, type and servers', async (t) => {
  const peer = await peerOf(t, good);
  const other = await peerOf(t, good);
  let now = 1_000_000_000_000;
  const client = clientOf(t, [peer], { now: () => now });
  await client.lookup(NAME, 'SRV');
  now += 10_500;
  t.like(await client.lookup(parseDomainName('_X._TCP.EXAMPLE.ORG'), 'SRV'), {
    kind: 'records',
    cached: true,
    ttl: 49,
    tries: [],
    server: peer.address,
  });
  t.is(peer.requests.length, 1);
  t.like(await client.lookup(NAME, 'SRV', { servers: [other.address] }), { cached: false, server: other.address });
  t.like(await client.lookup(NAME, 'SRV', { fresh: true }), { cached: false });
  t.is(peer.requests.length, 2);
  now += 60_000;
  t.like(await client.lookup(NAME, 'SRV'), { cached: false });
  t.is(peer.requests.length, 3);
});

test('when servers fail, an answer whose TTL is over stands in, and they are asked again half a minute later', async (t) => {
  let act = good;
  const peer = await peerOf(t, (request) => act(request));
  let now = 1_000_000_000_000;
  const client = clientOf(t, [peer], { now: () => now });
  const first = await client.lookup(NAME, 'SRV');
  now += 90_000;
  act = (request) => request.reply(answer(request, { rcode: 'SERVFAIL' }));
  const stale = await client.lookup(NAME, 'SRV');
  t.like(stale, { kind: 'records', stale: true, cached: true, ttl: 30, records: first.records, tries: [{ rcode: 'SERVFAIL' }] });
  t.is(stale.warnings.at(-1)?.code, 'stale-answer');
  t.like(await client.lookup(NAME, 'SRV', { fresh: true }), { kind: 'failed', why: 'servfail', stale: false });
  t.like(await client.lookup(NAME, 'SRV', { fresh: true, standIn: true }), { stale: true, tries: [{ rcode: 'SERVFAIL' }] });
  t.is(peer.requests.length, 4);
  t.like(await client.lookup(NAME, 'SRV'), { stale: true, tries: [] });
  t.is(peer.requests.length, 4, 'nobody is asked before half a minute is over');
  now += 30_000;
  act = (request) => request.reply(answer(request, { rcode: 'NXDOMAIN' }));
  t.like(await client.lookup(NAME, 'SRV'), { kind: 'nxdomain', stale: false });
  now += 30_000;
  act = (request) => request.reply(answer(request, { rcode: 'SERVFAIL' }));
  t.like(await client.lookup(NAME, 'SRV'), { kind: 'failed', stale: false });
});

test('a failure is remembered for a second, but not for a fresh lookup', async (t) => {
  const peer = await peerOf(t, (request) => request.reply(answer(request, { rcode: 'SERVFAIL' })));
  let now = 1_000_000_000_000;
  const client = clientOf(t, [peer], { now: () => now });
  t.like(await client.lookup(NAME, 'SRV'), { kind: 'failed', cached: false });
  t.like(await client.lookup(NAME, 'SRV'), { kind: 'failed', cached: true, tries: [] });
  t.is(peer.requests.length, 1);
  await client.lookup(NAME, 'SRV', { fresh: true });
  t.is(peer.requests.length, 2);
  now += 30_000;
  await client.lookup(NAME, 'SRV');
  t.is(peer.requests.length, 3);
});

test('when servers are slow, an answer whose TTL is over is given, and what they say at last is remembered and published', async (t) => {
  let now = 1_000_000_000_000;
  const held: Request[] = [];
  const { promise: asked, resolve: ask } = Promise.withResolvers<Request>();
  const hold = (request: Request): void => {
    held.push(request);
    ask(request);
  };
  const peer = await peerOf(t, (request) => (now === 1_000_000_000_000 ? good(request) : hold(request)));
  const client = clientOf(t, [peer], { now: () => now, patienceMs: 20 });
  await client.lookup(NAME, 'SRV');
  now += 90_000;
  const abort = new AbortController();
  t.like(await client.lookup(NAME, 'SRV', { signal: abort.signal }), { kind: 'records', stale: true, tries: [] });
  abort.abort(new Error('too late to end anything'));
  const published = new Promise<Lookup>((resolve) => {
    const hear = (message: unknown): void => {
      const { lookup } = message as { lookup: Lookup };
      if (lookup.server !== peer.address) return;
      unsubscribe('srvkit:refresh', hear);
      resolve(lookup);
    };
    subscribe('srvkit:refresh', hear);
  });
  // On a busy machine the question may come after our patience is over.
  const request = await asked;
  request.reply(answer(request, { answer: [SRV.replace(' a.', ' b.')] }));
  const { change } = await published;
  t.deepEqual([change?.added.length, change?.removed.length, change?.changed.length], [1, 1, 0]);
  t.like(await client.lookup(NAME, 'SRV'), { kind: 'records', stale: false, cached: true });
  t.is(held.length, 1);
});

test('who leaves before a stale answer was given ends the question when he was the last', async (t) => {
  let now = 1_000_000_000_000;
  const peer = await peerOf(t, (request) => (now === 1_000_000_000_000 ? good(request) : abort.abort(new Error('leaving'))));
  const client = clientOf(t, [peer], { now: () => now });
  const abort = new AbortController();
  await client.lookup(NAME, 'SRV');
  now += 90_000;
  await t.throwsAsync(client.lookup(NAME, 'SRV', { signal: abort.signal }), { message: 'leaving' });
});

test('the same question at the same time is asked once; a fresh one is asked for itself', async (t) => {
  const peer = await peerOf(t, good);
  const client = clientOf(t, [peer]);
  const abort = new AbortController();
  const leaving = client.lookup(NAME, 'SRV', { signal: abort.signal });
  const shared = [client.lookup(NAME, 'SRV'), client.lookup(NAME, 'SRV')];
  const fresh = client.lookup(NAME, 'SRV', { fresh: true });
  await Promise.resolve();
  abort.abort(new Error('leaving'));
  await t.throwsAsync(leaving, { message: 'leaving' });
  for (const lookup of await Promise.all([...shared, fresh])) t.is(lookup.kind, 'records');
  t.is(peer.requests.length, 2);
});

test('who has less time shares the question, and is told alone that his time is over', async (t) => {
  const { promise: asked, resolve: ask } = Promise.withResolvers<Request>();
  const peer = await peerOf(t, ask);
  const client = clientOf(t, [peer]);
  const patient = [60_000, 30_000, undefined].map((timeoutMs) => client.lookup(NAME, 'SRV', timeoutMs === undefined ? {} : { timeoutMs }));
  const impatient = await client.lookup(NAME, 'SRV', { timeoutMs: 20 });
  t.like(impatient, { kind: 'failed', why: 'timeout', cached: false, rcode: null, server: null });
  t.like(impatient.tries, { length: 1, 0: { server: peer.address, transport: 'udp', outcome: 'timeout', rcode: null } });
  good(await asked);
  for (const lookup of await Promise.all(patient)) t.like(lookup, { kind: 'records', cached: false, tries: { length: 1 } });
  t.is(peer.requests.length, 1);
  t.like(await client.lookup(NAME, 'SRV', { timeoutMs: 20 }), { kind: 'records', cached: true });
});

test('who comes late to a question has his own time, and the evidence of all that was tried for it', async (t) => {
  const { promise: asked, resolve: ask } = Promise.withResolvers<Request>();
  const [bad, silent] = [await peerOf(t, (request) => request.reply(answer(request, { rcode: 'SERVFAIL' }))), await peerOf(t, ask)];
  const client = clientOf(t, [bad, silent]);
  const first = client.lookup(NAME, 'SRV', { timeoutMs: 60_000 });
  const request = await asked;
  const late = await client.lookup(NAME, 'SRV', { timeoutMs: 20 });
  t.like(late, { kind: 'failed', why: 'servfail', rcode: 'SERVFAIL', server: bad.address });
  t.deepEqual(
    late.tries.map(({ server, outcome }) => [server, outcome]),
    [
      [bad.address, 'answered'],
      [silent.address, 'timeout'],
    ],
  );
  t.true((late.tries[1]?.ms ?? 0) >= 15);
  good(request);
  t.like(await first, { kind: 'records', server: silent.address });
});

test('when the last one leaves, the question is given up: by his deadline as a failure that is remembered, by his signal without a word', async (t) => {
  const peer = await peerOf(t, () => {});
  const client = clientOf(t, [peer]);
  const both = await Promise.all([20, 25].map((timeoutMs) => client.lookup(NAME, 'SRV', { timeoutMs })));
  t.deepEqual(
    both.map(({ kind, cached }) => [kind, cached]),
    [
      ['failed', false],
      ['failed', false],
    ],
  );
  t.like(await client.lookup(NAME, 'SRV', { timeoutMs: 20 }), { kind: 'failed', why: 'timeout', cached: true, tries: [] });
  t.true(peer.requests.length <= 1);
  const other = parseDomainName('b.example.org');
  const aborts = [new AbortController(), new AbortController()];
  const leaving = aborts.map(({ signal }) => client.lookup(other, 'SRV', { signal }));
  for (const abort of aborts) abort.abort(new Error('leaving'));
  for (const wait of leaving) await t.throwsAsync(wait, { message: 'leaving' });
  t.like(await client.lookup(other, 'SRV', { timeoutMs: 20 }), { kind: 'failed', cached: false }, 'nothing was remembered');
});

test('who has more time than the client gives by itself has it', async (t) => {
  const { promise: waited, resolve: wait } = Promise.withResolvers<Request>();
  const peer = await peerOf(t, wait);
  const client = clientOf(t, [peer], { timeoutMs: 20 });
  const patient = client.lookup(NAME, 'SRV', { timeoutMs: 60_000 });
  t.like(await client.lookup(NAME, 'SRV'), { kind: 'failed', why: 'timeout' });
  good(await waited);
  t.is((await patient).kind, 'records');
});

test('more questions than places wait for their turn', async (t) => {
  let open = 0;
  let most = 0;
  const peer = await peerOf(t, (request) => {
    open += 1;
    most = Math.max(most, open);
    setTimeout(() => {
      open -= 1;
      good(request);
    }, 5);
  });
  const client = clientOf(t, [peer], { maxInFlight: 3 });
  const names = Array.from({ length: 12 }, (_, n) => parseDomainName(`n${n}.example.org`));
  const lookups = await Promise.all(names.map((name) => client.lookup(name, 'SRV')));
  t.is(lookups.length, 12);
  t.is(most, 3);
});

test('whoever waits for a turn keeps his deadline and his signal', async (t) => {
  const peer = await peerOf(t, () => {});
  const client = clientOf(t, [peer], { maxInFlight: 1, attempts: 1, tryTimeoutMs: 200 });
  const first = client.lookup(NAME, 'SRV');
  const second = await client.lookup(parseDomainName('b.example'), 'A', { timeoutMs: 20 });
  t.like(second, { kind: 'failed', why: 'timeout', tries: [] });
  const abort = new AbortController();
  const third = client.lookup(parseDomainName('c.example'), 'A', { signal: abort.signal });
  abort.abort(new Error('tired'));
  await t.throwsAsync(third, { message: 'tired' });
  t.like(await first, { kind: 'failed', why: 'timeout' });
});

test('close rejects what is under way, and what comes later', async (t) => {
  const peer = await peerOf(t, () => {});
  const client = createDnsClient({ servers: [peer.address] });
  const waiting = client.lookup(NAME, 'SRV');
  await Promise.all([client.close(), t.throwsAsync(waiting, { message: 'The DNS client was closed' })]);
  await t.throwsAsync(client.lookup(NAME, 'SRV'), { instanceOf: TypeError, message: 'The DNS client is closed' });
  await client.close();
});

test('options out of bounds and servers that are none are refused by name', async (t) => {
  t.throws(() => createDnsClient({ servers: ['::1'] }), { message: /brackets/ });
  t.throws(() => createDnsClient({ targets: { portZero: 0 } }), { instanceOf: RangeError, message: /^targets\.portZero is 0/ });
  t.throws(() => createDnsClient({ cache: { maxStaleMs: -1 } }), { instanceOf: RangeError, message: /^cache\.maxStaleMs is -1/ });
  t.throws(() => createDnsClient({ attempts: 4 }), { instanceOf: RangeError, message: /^attempts is 4: .* from 1 to 3$/ });
  t.throws(() => createDnsClient({ timeoutMs: 0 }), { instanceOf: RangeError, message: /^timeoutMs is 0/ });
  t.throws(() => createDnsClient({ tryTimeoutMs: Number.NaN }), { instanceOf: RangeError });
  t.throws(() => createDnsClient({ maxInFlight: 0.5 }), { instanceOf: RangeError });
  const client = clientOf(t, []);
  await t.throwsAsync(client.lookup(NAME, 'SRV', { timeoutMs: -1 }), { instanceOf: RangeError });
  await t.throwsAsync(client.lookup(NAME, 'SRV', { servers: ['a:b'] }), { message: /port/ });
});

test('nothing is left that keeps a process alive, closed or not', async (t) => {
  const peer = await peerOf(t, good);
  for (const end of ['close', 'leave']) {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'lookups-and-end.ts'), peer.address, end]);
    const ended = once(child, 'exit');
    await once(child.stdout, 'data');
    const doneAt = performance.now();
    t.deepEqual(await ended, [0, null], end);
    const ms = performance.now() - doneAt;
    t.true(ms < 3000, `${end}: the process did not end by itself`);
  }
});

async function peerOf(t: ExecutionContext, act: (request: Request) => void): Promise<Peer> {
  const peer = await createPeer(act);
  t.teardown(peer.close);
  return peer;
}

function clientOf(t: ExecutionContext, servers: readonly (Peer | string)[], options: DnsClientOptions = {}): DnsClient {
  // Patient, so that a busy machine does not look like a silent server.
  const client = createDnsClient({
    servers: servers.map((server) => (typeof server === 'string' ? server : server.address)),
    tryTimeoutMs: 4000,
    tcpTimeoutMs: 4000,
    ...options,
  });
  t.teardown(() => client.close());
  return client;
}
