import {
  encodeMessage,
  hmacSigner,
  makeMessage,
  makeTsigKey,
  makeUpdate,
  parseDomainName,
  parseRecord,
  signMessage,
  verifyMessage,
} from '@srvkit/dns';
import type { Message, MessageSigner } from '@srvkit/dns';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { createDnsClient } from '../src/index.ts';
import type { DnsClient, DnsClientOptions } from '../src/index.ts';
import { makeQuery } from '../src/query.ts';
import { question } from './messages.ts';
import { createPeer, deadAddress } from './peer.ts';
import type { Peer, Request } from './peer.ts';

const ZONE = parseDomainName('example.org.');
const UPDATE = makeUpdate({
  id: 0,
  zone: ZONE,
  operations: [{ kind: 'add', record: parseRecord('_x._tcp.example.org. 60 IN SRV 1 2 3 a.example.org.') }],
});
const NOW = 1_700_000_000; // seconds

const signerOf = (name: string, secret: string): MessageSigner =>
  hmacSigner(makeTsigKey({ name: parseDomainName(name), algorithm: 'hmac-sha256', secret: new TextEncoder().encode(secret) }));
const KEY = signerOf('east-key.', 'a shared secret of some length!!');
const OTHER_SECRET = signerOf('east-key.', 'another secret of the same sort!');

const octets = (request: Request, parts: Partial<Message> = {}): Uint8Array =>
  encodeMessage(makeMessage({ id: request.message.id, response: true, opcode: request.message.opcode, ...parts }));

/** A reply signed as a server does it. */
async function signed(request: Request, signer: MessageSigner, parts: Partial<Message> = {}, options: object = {}): Promise<Uint8Array> {
  const requestMac = request.message.tsig?.rdata.mac ?? new Uint8Array();
  const { bytes } = await signMessage(octets(request, parts), signer, { timeSigned: NOW, requestMac, ...options });
  return bytes;
}

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

interface Unverified {
  readonly title: string;
  readonly replies: (request: Request) => readonly (Uint8Array | Promise<Uint8Array>)[];
  readonly want: object;
}

/** TSIG records without a MAC, as servers answer wrong keys. */
const tsigError = (request: Request, error: 'BADKEY' | 'BADSIG'): Uint8Array => {
  const { tsig } = request.message;
  if (tsig === undefined) throw new Error('not signed');
  return octets(request, { rcode: 'NOTAUTH', tsig: { ...tsig, rdata: { ...tsig.rdata, mac: new Uint8Array(), error } } });
};

const UNVERIFIED: readonly Unverified[] = [
  { title: 'an unsigned reply', replies: (request) => [octets(request)], want: { tsig: 'unsigned', rcode: 'NOERROR', tsigError: null } },
  {
    title: 'an unsigned refusal',
    replies: (request) => [octets(request, { rcode: 'REFUSED' })],
    want: { tsig: 'unsigned', rcode: 'REFUSED' },
  },
  {
    title: 'a BADKEY',
    replies: (request) => [tsigError(request, 'BADKEY')],
    want: { tsig: 'unsigned', rcode: 'NOTAUTH', tsigError: 'BADKEY' },
  },
  {
    title: 'a BADSIG',
    replies: (request) => [tsigError(request, 'BADSIG')],
    want: { tsig: 'unsigned', rcode: 'NOTAUTH', tsigError: 'BADSIG' },
  },
  { title: 'a MAC of another secret', replies: (request) => [signed(request, OTHER_SECRET)], want: { tsig: 'bad-mac', rcode: 'NOERROR' } },
  {
    title: 'a MAC of another key',
    replies: (request) => [signed(request, signerOf('west-key.', 'x'.repeat(32)))],
    want: { tsig: 'bad-mac', rcode: 'NOERROR' },
  },
  {
    title: 'a reply to another request',
    replies: (request) => [signed(request, KEY, {}, { requestMac: new Uint8Array(32) })],
    want: { tsig: 'bad-mac', rcode: 'NOERROR' },
  },
  {
    title: 'a reply signed long ago',
    replies: (request) => [signed(request, KEY, {}, { timeSigned: NOW - 1000 })],
    want: { tsig: 'bad-mac', rcode: 'NOERROR' },
  },
  {
    title: 'the request sent back with another RCODE (publish 4.1)',
    replies: (request) => [encodeMessage({ ...request.message, response: true, rcode: 'REFUSED' })],
    want: { tsig: 'echoed', rcode: 'REFUSED' },
  },
  {
    title: 'of several the one that tells most',
    replies: (request) => [octets(request), tsigError(request, 'BADKEY'), signed(request, OTHER_SECRET)],
    want: { tsig: 'unsigned', rcode: 'NOTAUTH', tsigError: 'BADKEY' },
  },
];

for (const { title, replies, want } of UNVERIFIED) {
  test(`never believed: ${title}`, async (t) => {
    const peer = await peerOf(t, async (request) => {
      for (const reply of replies(request)) request.reply(await reply);
      request.hangUp();
    });
    const outcome = await clientOf(t).exchange(UPDATE, { server: peer.address, signer: KEY });
    t.like(outcome, { kind: 'unverified', clockOffsetMs: null, ...want });
  });
}

test('over UDP the most telling reply is named at the deadline, not before', async (t) => {
  const peer = await peerOf(t, (request) => {
    request.reply(octets(request));
    request.reply(tsigError(request, 'BADSIG'));
  });
  const startedAt = performance.now();
  const outcome = await clientOf(t).exchange(UPDATE, { server: peer.address, transport: 'udp', signer: KEY, timeoutMs: 1200 });
  t.like(outcome, { kind: 'unverified', tsig: 'unsigned', rcode: 'NOTAUTH', tsigError: 'BADSIG' });
  t.true(performance.now() - startedAt > 1100);
});

test("a MAC with Samba's mistake is told apart, and waited for no longer (publish 4.2)", async (t) => {
  const peer = await peerOf(t, async (request) => request.reply(await signedBySamba(request)));
  const startedAt = performance.now();
  const outcome = await clientOf(t).exchange(UPDATE, { server: peer.address, transport: 'udp', signer: KEY });
  t.like(outcome, { kind: 'unverified', tsig: 'samba-mac', rcode: 'NOERROR' });
  t.true(performance.now() - startedAt < 4000);
});

test('a verified BADTIME tells how far the clocks are apart', async (t) => {
  const other = Buffer.alloc(6);
  other.writeUIntBE(NOW + 1000, 0, 6);
  const peer = await peerOf(t, async (request) =>
    request.reply(await signed(request, KEY, { rcode: 'NOTAUTH' }, { error: 'BADTIME', other })),
  );
  const outcome = await clientOf(t).exchange(UPDATE, { server: peer.address, signer: KEY });
  t.like(outcome, { kind: 'answered', tsig: 'verified', rcode: 'NOTAUTH', tsigError: 'BADTIME', clockOffsetMs: 1_000_000 });
});

test('after a discarded reply over TCP there is little to wait for', async (t) => {
  const peer = await peerOf(t, (request) => request.reply(octets(request)));
  const startedAt = performance.now();
  const outcome = await clientOf(t).exchange(UPDATE, { server: peer.address, signer: KEY, timeoutMs: 20_000 });
  t.like(outcome, { kind: 'unverified', tsig: 'unsigned' });
  t.true(performance.now() - startedAt < 8000);
});

test('a server that hangs up after a discarded reply ends the wait', async (t) => {
  const peer = await peerOf(t, (request) => {
    request.reply(octets(request, { rcode: 'NOTAUTH' }));
    request.hangUp();
  });
  t.like(await clientOf(t).exchange(UPDATE, { server: peer.address, signer: KEY }), { kind: 'unverified', rcode: 'NOTAUTH' });
});

test('after a no that is not signed, a server over TCP is told that no more is asked, and can still say what counts', async (t) => {
  const peer = await peerOf(t, (request) => {
    request.atEnd(() => void signed(request, KEY, { rcode: 'YXDOMAIN' }).then(request.reply).then(request.hangUp));
    request.reply(tsigError(request, 'BADSIG'));
  });
  t.like(await clientOf(t).exchange(UPDATE, { server: peer.address, signer: KEY }), { kind: 'answered', rcode: 'YXDOMAIN' });
});

test('after a no that is not signed, nobody waits longer than the server does', async (t) => {
  const ended: string[] = [];
  const peer = await peerOf(t, (request) => {
    request.atEnd(() => {
      ended.push('asked no more');
      request.hangUp();
    });
    request.reply(tsigError(request, 'BADSIG'));
  });
  const outcome = await clientOf(t).exchange(UPDATE, { server: peer.address, signer: KEY });
  t.like(outcome, { kind: 'unverified', rcode: 'NOTAUTH', tsigError: 'BADSIG' });
  t.deepEqual(ended, ['asked no more']);
});

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
async function signedBySamba(request: Request): Promise<Uint8Array> {
  const requestMac = request.message.tsig?.rdata.mac ?? new Uint8Array();
  const samba: MessageSigner = { ...KEY, sign: (bytes) => KEY.sign(bytes.subarray(2)) };
  const { bytes } = await signMessage(octets(request), samba, { timeSigned: NOW, requestMac });
  return bytes;
}

async function peerOf(t: ExecutionContext, act: (request: Request) => void | Promise<void>): Promise<Peer> {
  const peer = await createPeer((request) => void act(request));
  t.teardown(peer.close);
  return peer;
}

function clientOf(t: ExecutionContext, options: DnsClientOptions = {}): DnsClient {
  const client = createDnsClient({ servers: [], now: () => NOW * 1000, ...options });
  t.teardown(() => client.close());
  return client;
}
