import { verifyMessage } from '@srvkit/dns';
import type { MessageSigner } from '@srvkit/dns';
import test from 'ava';
import { makeQuery } from '../src/query.ts';
import { question } from './messages.ts';
import { deadAddress } from './peer.ts';
import type { Request } from './peer.ts';
import { ZONE, UPDATE, NOW, KEY, OTHER_SECRET, octets, signed, peerOf, clientOf } from './signed-exchange.ts';

test('an UPDATE goes over TCP under an id of its own, and its reply comes back', async (t) => {
  const peer = await peerOf(t, (request) => request.reply(octets(request, { rcode: 'NXRRSET' })));
  const outcome = await clientOf(t, { messageId: () => 4711 }).exchange(UPDATE, { server: peer.address });
  t.like(outcome, {
    kind: 'answered',
    rcode: 'NXRRSET',
    tsig: 'none',
    tsigError: null,
    clockOffsetMs: null,
    server: peer.address,
    transport: 'tcp',
    warnings: [],
  });
  t.like(peer.requests[0], { transport: 'tcp' });
  t.like(peer.requests[0]?.message, { id: 4711, opcode: 'UPDATE', tsig: undefined });
  t.is(peer.requests[0]?.message.authority.length, 1);
});

test('a signed request is signed so that a server can verify it, and so is the reply', async (t) => {
  const peer = await peerOf(t, async (request) => {
    const verdict = await verifyMessage(request.bytes, () => KEY, { now: NOW });
    request.reply(await signed(request, KEY, { rcode: verdict.kind === 'verified' ? 'NOERROR' : 'NOTAUTH' }));
  });
  const outcome = await clientOf(t).exchange(UPDATE, { server: peer.address, signer: KEY });
  t.like(outcome, { kind: 'answered', rcode: 'NOERROR', tsig: 'verified', tsigError: null });
});

test('a signer that never comes to an end takes no more than the time there is', async (t) => {
  const peer = await peerOf(t, () => {});
  const signer = { ...KEY, keyName: KEY.keyName, algorithm: KEY.algorithm, sign: () => new Promise<never>(() => {}) };
  const client = clientOf(t);
  t.like(await client.exchange(UPDATE, { server: peer.address, signer, timeoutMs: 5 }), { kind: 'failed', why: 'timeout' });
  t.like(await client.transfer(ZONE, { server: peer.address, signer, timeoutMs: 5 }), { kind: 'failed', why: 'timeout' });
  const abort = new AbortController();
  const waiting = client.exchange(UPDATE, { server: peer.address, signer, signal: abort.signal });
  abort.abort(new Error('enough'));
  await t.throwsAsync(waiting, { message: 'enough' });
  t.is(peer.requests.length, 0);
});

test('over UDP too, and Time Signed never goes back', async (t) => {
  let now = NOW * 1000;
  const peer = await peerOf(t, async (request) => request.reply(await signed(request, KEY)));
  const client = clientOf(t, { now: () => now });
  t.like(await client.exchange(UPDATE, { server: peer.address, transport: 'udp', signer: KEY }), {
    kind: 'answered',
    transport: 'udp',
    tsig: 'verified',
  });
  now -= 5000;
  t.like(await client.exchange(UPDATE, { server: peer.address, transport: 'udp', signer: KEY }), { kind: 'answered', tsig: 'verified' });
  t.deepEqual(
    peer.requests.map(({ message }) => message.tsig?.rdata.timeSigned),
    [NOW, NOW],
  );
});

for (const transport of ['udp', 'tcp'] as const) {
  test(`unsigned and wrongly signed replies over ${transport} are discarded while the real one is awaited (RFC 8945 section 5.4)`, async (t) => {
    const peer = await peerOf(t, async (request) => {
      request.reply(octets(request));
      request.reply(await signed(request, OTHER_SECRET));
      request.reply(octets(request).subarray(0, 11));
      request.reply(Buffer.concat([octets(request), Uint8Array.of(1)]));
      setTimeout(() => void signed(request, KEY, { rcode: 'YXDOMAIN' }).then(request.reply), 20);
    });
    const outcome = await clientOf(t).exchange(UPDATE, { server: peer.address, transport, signer: KEY });
    t.like(outcome, { kind: 'answered', rcode: 'YXDOMAIN', tsig: 'verified' });
  });
}

for (const transport of ['udp', 'tcp'] as const) {
  test(`the first reply over ${transport} is taken when the caller wants that, believable or not`, async (t) => {
    const peer = await peerOf(t, (request) => {
      request.reply(octets(request, { rcode: 'NOTAUTH' }));
      const better = setTimeout(() => void signed(request, KEY).then(request.reply), 500);
      t.teardown(() => clearTimeout(better));
    });
    const outcome = await clientOf(t).exchange(UPDATE, { server: peer.address, transport, signer: KEY, firstReply: true });
    t.like(outcome, { kind: 'unverified', rcode: 'NOTAUTH', tsig: 'unsigned' });
  });
}

const FAILED: readonly { title: string; act: (request: Request) => void; transport: 'tcp' | 'udp'; why: string }[] = [
  { title: 'silence over TCP', act: () => {}, transport: 'tcp', why: 'timeout' },
  { title: 'silence over UDP', act: () => {}, transport: 'udp', why: 'timeout' },
  { title: 'hanging up', act: (request) => request.hangUp(), transport: 'tcp', why: 'closed' },
  { title: 'half a message', act: (request) => request.raw(octets(request).subarray(0, 5)), transport: 'tcp', why: 'timeout' },
  {
    title: 'garbage',
    act: (request) => request.reply(Buffer.concat([octets(request), Uint8Array.of(1)])),
    transport: 'tcp',
    why: 'garbage',
  },
  {
    title: 'another id',
    act: (request) => request.reply(octets(request, { id: request.message.id ^ 1 })),
    transport: 'tcp',
    why: 'timeout',
  },
  { title: 'another opcode', act: (request) => request.reply(octets(request, { opcode: 'QUERY' })), transport: 'tcp', why: 'timeout' },
];

for (const { title, act, transport, why } of FAILED) {
  test(`no reply: ${title}`, async (t) => {
    const peer = await peerOf(t, act);
    const timeoutMs = why === 'timeout' ? 60 : 5000;
    const outcome = await clientOf(t).exchange(UPDATE, { server: peer.address, transport, timeoutMs });
    t.like(outcome, { kind: 'failed', why, rcode: null, tsig: 'none', transport });
  });
}

test('nobody there, over TCP and over UDP', async (t) => {
  const server = await deadAddress();
  for (const transport of ['tcp', 'udp'] as const)
    t.like(await clientOf(t).exchange(UPDATE, { server, transport }), { kind: 'failed', why: 'refused', server, transport });
});

test('a truncated reply over UDP is no success: TCP is asked (RFC 8945 section 5.3)', async (t) => {
  const peer = await peerOf(t, async (request) => request.reply(await signed(request, KEY, { truncated: request.transport === 'udp' })));
  const outcome = await clientOf(t).exchange(UPDATE, { server: peer.address, transport: 'udp', signer: KEY });
  t.like(outcome, { kind: 'answered', transport: 'tcp', tsig: 'verified' });
  const [first, second] = peer.requests;
  t.notDeepEqual(first?.message.id, second?.message.id);
});

test('five wrong ids over UDP go to TCP, with a warning', async (t) => {
  const peer = await peerOf(t, (request) => {
    if (request.transport === 'tcp') request.reply(octets(request));
    else for (let n = 1; n <= 5; n += 1) request.reply(octets(request, { id: (request.message.id + n) & 0xffff }));
  });
  const outcome = await clientOf(t).exchange(UPDATE, { server: peer.address, transport: 'udp' });
  t.is(outcome.kind, 'answered');
  t.deepEqual(
    outcome.warnings.map(({ code }) => code),
    ['spoofing-suspected'],
  );
});

test('a query can be exchanged raw; its reply must repeat the question', async (t) => {
  const asked = question('_x._tcp.example.org');
  const peer = await peerOf(t, (request) => {
    request.reply(octets(request, { question: [question('_y._tcp.example.org')] }));
    request.reply(octets(request, { question: [asked], authoritative: true }));
  });
  const outcome = await clientOf(t).exchange(makeQuery(asked, { id: 0 }), { server: peer.address });
  t.is(outcome.kind === 'answered' && outcome.message.authoritative, true);
});

test('a signer that fails makes the exchange fail with its own error, and nothing is left', async (t) => {
  const peer = await peerOf(t, async (request) => request.reply(await signed(request, KEY)));
  for (const method of ['sign', 'verify'] as const)
    await t.throwsAsync(clientOf(t).exchange(UPDATE, { server: peer.address, signer: broken(method) }), { message: `${method} is broken` });
});

test('aborting and closing reject what is under way', async (t) => {
  const peer = await peerOf(t, () => {});
  const client = clientOf(t);
  const abort = new AbortController();
  const reason = new Error('enough');
  const first = client.exchange(UPDATE, { server: peer.address, signal: abort.signal });
  const second = client.exchange(UPDATE, { server: peer.address });
  setTimeout(() => abort.abort(reason), 5);
  t.is(await t.throwsAsync(first), reason);
  await Promise.all([client.close(), t.throwsAsync(second, { message: 'The DNS client was closed' })]);
  await t.throwsAsync(client.exchange(UPDATE, { server: peer.address }), { instanceOf: TypeError });
});

function broken(method: 'sign' | 'verify'): MessageSigner {
  return { ...KEY, [method]: () => Promise.reject(new Error(`${method} is broken`)) };
}

/** As RFC 8945 section 5.3, but the request's MAC without its length in front. */
