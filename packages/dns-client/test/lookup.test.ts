import { createSocket } from 'node:dgram';
import { encodeMessage, parseDomainName } from '@srvkit/dns';
import test from 'ava';
import { createDnsClient } from '../src/index.ts';
import { question, response } from './messages.ts';
import { deadAddress } from './peer.ts';
import type { Request } from './peer.ts';
import { NAME, SRV, answer, good, peerOf, clientOf } from './served-lookup.ts';

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

test('servers that are not a list of texts are refused', async (t) => {
  const client = createDnsClient({ servers: [] });
  t.teardown(() => client.close());
  for (const servers of ['127.0.0.1', null, 53, [53], [undefined], {}] as never[]) {
    const refusal = { instanceOf: TypeError, message: /^servers is .* list of HOST/ };
    t.throws(() => createDnsClient({ servers }), refusal);
    await t.throwsAsync(client.lookup(NAME, 'SRV', { servers }), refusal);
  }
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
