import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import test from 'ava';
import { decodeMessage, encodeMessage, hmacSigner, makeMessage, makeTsigKey, ParseError, parseDomainName, signMessage } from '@srvkit/dns';
import type { Message } from '@srvkit/dns';
import { createTestServer, ListenError } from '../src/index.ts';
import type { ServerEvent, TestServer, TestServerOptions } from '../src/index.ts';
import { frame, FrameReader } from '../src/frame-reader.ts';
import { name, sampleZone } from './sample-zone.ts';
import { updateOf } from './update-fixture.ts';

const ZONE = `$ORIGIN example.org.
$TTL 300
@ SOA ns1 host 1 3600 600 86400 60
@ NS ns1
_vlmcs._tcp SRV 0 0 1688 kms1
kms1 A 192.0.2.1
`;
const KEY = makeTsigKey({ name: parseDomainName('east-key.'), secret: Buffer.from('a secret of the east') });
const QUERY = encodeMessage(makeMessage({ id: 4711, question: [{ name: name('_vlmcs._tcp'), type: 'SRV', class: 'IN' }] }));

test('the server answers over UDP and TCP on the same port', async (t) => {
  await withServer({}, async (server) => {
    t.regex(server.address, /^127\.0\.0\.1:\d+$/);
    t.deepEqual(server.addresses, [{ udp: server.address, tcp: server.address }]);
    for (const ask of [askUdp, askTcp]) {
      const reply = await ask(server, QUERY);
      t.like(reply, { id: 4711, rcode: 'NOERROR', authoritative: true });
      t.is(reply.answer.length, 1);
      t.is(reply.additional.length, 1);
    }
  });
});

test('a signed UPDATE over TCP is seen in zones and in the next answer', async (t) => {
  await withServer({ keys: [KEY] }, async (server) => {
    const { bytes } = await signMessage(encodeMessage(updateOf(['update add kms2 60 A 192.0.2.2'])), hmacSigner(KEY), {
      timeSigned: Math.floor(Date.now() / 1000),
    });
    t.is((await askTcp(server, bytes)).rcode, 'NOERROR');
    t.is(server.zones.get('example.org.')?.serial, 2);
    const question = [{ name: name('kms2'), type: 'A', class: 'IN' } as const];
    t.is((await askUdp(server, encodeMessage(makeMessage({ id: 1, question })))).answer.length, 1);
  });
});

test('requests are recorded with their octets, readable or not', async (t) => {
  await withServer({ limits: { maxRecordedRequests: 3 } }, async (server) => {
    await askUdp(server, QUERY);
    await askTcp(server, QUERY);
    await askUdp(server, QUERY);
    t.is((await askUdp(server, QUERY.subarray(0, 20))).rcode, 'FORMERR');
    const { requests } = server;
    t.deepEqual(
      requests.map(({ transport, rcode, fault }) => ({ transport, rcode, fault })),
      [
        { transport: 'tcp', rcode: 'NOERROR', fault: null },
        { transport: 'udp', rcode: 'NOERROR', fault: null },
        { transport: 'udp', rcode: 'FORMERR', fault: null },
      ],
    );
    t.deepEqual([...requests[0]!.bytes], [...QUERY]);
    t.is(requests[0]?.message?.question[0]?.type, 'SRV');
    t.regex(requests[0]?.from ?? '', /^127\.0\.0\.1:\d+$/);
    t.is(requests[2]?.message, undefined);
  });
});

test('everything that happens is told in the words of serve --json', async (t) => {
  const events: ServerEvent[] = [];
  const server = await createTestServer({
    zones: [ZONE],
    keys: [KEY],
    faults: ['kms1.example.org=servfail'],
    now: fixedClock,
    onEvent: (event) => events.push(event),
  });
  await askUdp(server, QUERY);
  await askTcp(server, encodeMessage(makeMessage({ id: 1, question: [{ name: name('kms1'), type: 'A', class: 'IN' }] })));
  await askTcp(
    server,
    (await signMessage(encodeMessage(updateOf(['update delete kms1'])), hmacSigner(KEY), { timeSigned: 1_800_000_000 })).bytes,
  );
  await askTcp(server, encodeMessage(updateOf(['update delete kms1'])));
  await askUdp(server, QUERY.subarray(0, 20));
  await server.close();
  t.deepEqual(
    events.map((event) => ('from' in event ? { ...event, from: '' } : event)),
    [
      { event: 'listening', udp: server.address, tcp: server.address, zones: ['example.org.'] },
      { event: 'query', from: '', transport: 'udp', name: '_vlmcs._tcp.example.org.', type: 'SRV', rcode: 'NOERROR', fault: null },
      { event: 'query', from: '', transport: 'tcp', name: 'kms1.example.org.', type: 'A', rcode: 'SERVFAIL', fault: 'servfail' },
      { event: 'update', from: '', zone: 'example.org.', key: 'east-key.', rcode: 'NOERROR', serial: { before: 1, after: 2 } },
      { event: 'update', from: '', zone: 'example.org.', key: null, rcode: 'REFUSED', serial: null },
      { event: 'query', from: '', transport: 'udp', name: null, type: null, rcode: 'FORMERR', fault: null },
      { event: 'stopped' },
    ],
  );
});

test('faults and zones can be changed while it runs', async (t) => {
  await withServer({ faults: ['*=servfail'] }, async (server) => {
    t.is((await askUdp(server, QUERY)).rcode, 'SERVFAIL');
    server.setFaults(['*=refused']);
    t.is((await askUdp(server, QUERY)).rcode, 'REFUSED');
    server.setFaults([]);
    server.setZone(sampleZone('_vlmcs._tcp SRV 0 0 1 a\n_vlmcs._tcp SRV 0 0 2 a'));
    t.is((await askUdp(server, QUERY)).answer.length, 2);
    t.throws(() => server.setFaults(['*=nothing']), { instanceOf: ParseError });
  });
});

test('wrong-port: the right reply comes from another port of the same address', async (t) => {
  await withServer({ faults: ['*=wrong-port'] }, async (server) => {
    const socket = createSocket('udp4');
    const received = once(socket, 'message');
    socket.send(QUERY, Number(server.address.split(':')[1]), '127.0.0.1');
    const [bytes, from] = (await received) as [Buffer, { address: string; port: number }];
    socket.close();
    t.is(decodeMessage(bytes).answer.length, 1);
    t.is(from.address, '127.0.0.1');
    t.not(`127.0.0.1:${from.port}`, server.address);
  });
});

test('duplicate: one query, the same reply twice over UDP', async (t) => {
  await withServer({ faults: ['*=duplicate'] }, async (server) => {
    const socket = createSocket('udp4');
    const replies: Buffer[] = [];
    const { promise: both, resolve } = Promise.withResolvers<void>();
    socket.on('message', (bytes) => {
      replies.push(bytes);
      if (replies.length === 2) resolve();
    });
    socket.send(QUERY, Number(server.address.split(':')[1]), '127.0.0.1');
    await both;
    socket.close();
    t.deepEqual(replies[0], replies[1]);
  });
});

test('short-write: the connection ends in the middle of the reply', async (t) => {
  await withServer({ faults: ['*=short-write'] }, async (server) => {
    const socket = connect(Number(server.address.split(':')[1]), '127.0.0.1');
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.write(frame(QUERY));
    await once(socket, 'close');
    const bytes = Buffer.concat(chunks);
    t.is(bytes.length, 2 + (bytes.readUInt16BE(0) >> 1));
  });
});

test('a delayed reply comes, later; an undelayed one overtakes it on the same connection', async (t) => {
  await withServer({ faults: ['_vlmcs._tcp.example.org=delay:30ms'] }, async (server) => {
    const other = encodeMessage(makeMessage({ id: 1, question: [{ name: name('kms1'), type: 'A', class: 'IN' }] }));
    t.deepEqual(
      (await askTcpMany(server, [QUERY, other], 2)).map((reply) => reply.id),
      [1, 4711],
    );
  });
});

test('a dropped request gets no reply, and the connection goes on', async (t) => {
  await withServer({ faults: ['_vlmcs._tcp.example.org=drop'] }, async (server) => {
    const other = encodeMessage(makeMessage({ id: 1, question: [{ name: name('kms1'), type: 'A', class: 'IN' }] }));
    t.deepEqual(
      (await askTcpMany(server, [QUERY, other], 1)).map((reply) => reply.id),
      [1],
    );
  });
});

test('close ends everything at once: open connections, replies held back; twice is once', async (t) => {
  const events: string[] = [];
  const server = await createTestServer({ zones: [ZONE], faults: ['*=delay:1m'], onEvent: ({ event }) => events.push(event) });
  const socket = await connectTo(server);
  const closed = closing(socket);
  socket.write(frame(QUERY));
  const udp = createSocket('udp4');
  udp.send(QUERY, portOf(server), '127.0.0.1');
  while (server.requests.length < 2) await new Promise((resolve) => setImmediate(resolve));
  await Promise.all([server.close(), server.close()]);
  await server.close();
  socket.destroy();
  await closed;
  udp.close();
  t.deepEqual(
    events.filter((event) => event === 'stopped'),
    ['stopped'],
  );
  const again = await createTestServer({ zones: [], listen: [server.address] }); // the port is free again
  await again.close();
});

test('pipelined requests in one piece and in single octets are all answered', async (t) => {
  await withServer({}, async (server) => {
    const requests = Array.from({ length: 500 }, (_, id) => withId(QUERY, id));
    t.is((await askTcpMany(server, requests, 500)).length, 500);
    const socket = await connectTo(server);
    socket.setNoDelay(true);
    const replies = collect(socket, 2);
    for (const octet of Buffer.concat([frame(QUERY), frame(QUERY)])) socket.write(Uint8Array.of(octet));
    t.is((await replies).length, 2);
    socket.destroy();
  });
});

test('a client that closes its side still gets its replies', async (t) => {
  await withServer({ faults: ['*=delay:20ms'] }, async (server) => {
    const socket = await connectTo(server);
    const replies = collect(socket, 2);
    const closed = closing(socket);
    socket.end(Buffer.concat([frame(QUERY), frame(withId(QUERY, 2))]));
    t.deepEqual(
      (await replies).map((reply) => reply.id).sort((a, b) => a - b),
      [2, 4711],
    );
    await closed;
  });
});

test('limits: an idle connection is closed, also one that sends single octets', async (t) => {
  await withServer({ limits: { idleTimeoutMs: 40 } }, async (server) => {
    const socket = await connectTo(server);
    const closed = closing(socket);
    const trickle = setInterval(() => socket.write(Uint8Array.of(1)), 10);
    await closed;
    clearInterval(trickle);
    t.pass();
  });
});

test('limits: a pending reply keeps an idle connection open', async (t) => {
  await withServer({ limits: { idleTimeoutMs: 200 }, faults: ['*=delay:300ms'] }, async (server) => {
    t.is((await askTcp(server, QUERY)).rcode, 'NOERROR');
  });
});

test('limits: a connection too many is closed', async (t) => {
  await withServer({ limits: { maxConnections: 1 } }, async (server) => {
    const first = await connectTo(server);
    const second = await connectTo(server);
    await closing(second);
    const replies = collect(first, 1);
    first.write(frame(QUERY));
    t.is((await replies).length, 1);
    first.destroy();
  });
});

test('limits: after its share of requests a connection is closed, with their replies sent', async (t) => {
  await withServer({ limits: { maxRequestsPerConnection: 3 } }, async (server) => {
    const socket = await connectTo(server);
    const closed = closing(socket);
    const replies = collect(socket, 3);
    socket.write(Buffer.concat(Array.from({ length: 5 }, () => frame(QUERY))));
    t.is((await replies).length, 3);
    await closed;
    t.is(server.requests.length, 3);
  });
});

test('limits: a request larger than allowed ends the connection', async (t) => {
  await withServer({ limits: { maxRequestSize: 100 } }, async (server) => {
    const socket = await connectTo(server);
    const closed = closing(socket);
    const replies = collect(socket, 1);
    socket.write(Buffer.concat([frame(QUERY), frame(new Uint8Array(101))]));
    t.is((await replies).length, 1);
    await closed;
  });
});

test('limits: no more requests are taken than may be pending, and the rest afterwards', async (t) => {
  await withServer({ limits: { maxPipelined: 2 }, faults: ['*=delay:20ms'] }, async (server) => {
    const socket = await connectTo(server);
    const replies = collect(socket, 6);
    socket.write(Buffer.concat(Array.from({ length: 6 }, (_, id) => frame(withId(QUERY, id)))));
    while (server.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    t.is(server.requests.length, 2);
    t.is((await replies).length, 6);
    socket.destroy();
  });
});

test('a connection with many requests does not keep other clients waiting', async (t) => {
  await withServer({ limits: { maxPipelined: 10, maxRecordedRequests: 100_000 } }, async (server) => {
    const socket = await connectTo(server);
    const replies = collect(socket, 2000);
    socket.write(Buffer.concat(Array.from({ length: 2000 }, () => frame(QUERY))));
    while (server.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await askUdp(server, QUERY);
    t.true(server.requests.findIndex((request) => request.transport === 'udp') < 1000);
    t.is((await replies).length, 2000);
    socket.destroy();
  });
});

test('a client that does not read is not read from either', async (t) => {
  const lines = Array.from({ length: 400 }, (_, index) => `many SRV 0 0 ${index} kms${index}`).join('\n');
  await withServer({ zones: [sampleZone(lines)], limits: { maxRecordedRequests: 100_000, maxPipelined: 100_000 } }, async (server) => {
    const request = encodeMessage(makeMessage({ id: 1, question: [{ name: name('many'), type: 'SRV', class: 'IN' }] }));
    const socket = await connectTo(server);
    socket.pause();
    const many = 5000; // replies of about 13 kB: 65 MB in all, more than any socket buffer
    socket.write(Buffer.concat(Array.from({ length: many }, () => frame(request))));
    await settled(() => server.requests.length);
    t.true(server.requests.length > 0 && server.requests.length < many);
    socket.destroy();
  });
});

test('a port that is taken for TCP is one clear error, and nothing stays open', async (t) => {
  const squatter = await listen();
  const { port } = squatter.address() as AddressInfo;
  const error = await t.throwsAsync(createTestServer({ zones: [ZONE], listen: ['127.0.0.1:0', `127.0.0.1:${port}`] }), {
    instanceOf: ListenError,
  });
  t.is(error?.code, 'EADDRINUSE');
  t.true(error?.message.includes(`127.0.0.1:${port}`));
  squatter.close();
  await once(squatter, 'close');
  await (await createTestServer({ zones: [ZONE], listen: [`127.0.0.1:${port}`] })).close();
});

test('several addresses may be listened on, IPv6 too', async (t) => {
  await withServer({ listen: ['127.0.0.1:0', '[::1]:0'] }, async (server) => {
    t.is(server.addresses.length, 2);
    t.regex(server.addresses[1]?.tcp ?? '', /^\[::1\]:\d+$/);
    const udp = createSocket('udp6');
    const reply = once(udp, 'message');
    udp.send(QUERY, Number(server.addresses[1]?.udp.split(':').at(-1)), '::1');
    t.is(decodeMessage((await reply)[0] as Uint8Array).answer.length, 1);
    udp.close();
    t.regex(server.requests[0]?.from ?? '', /^\[::1\]:\d+$/);
  });
});

for (const { title, options, code } of [
  { title: 'an address that is reachable from outside', options: { zones: [ZONE], listen: ['0.0.0.0:0'] }, code: 'NOT_LOOPBACK' },
  {
    title: 'an address that this machine does not have',
    options: { zones: [ZONE], listen: ['192.0.2.1:0'], public: true },
    code: 'EADDRNOTAVAIL',
  },
  { title: 'an address that is none', options: { zones: [ZONE], listen: ['example.org:53'] }, code: 'BAD_LISTEN_ADDRESS' },
  { title: 'a zone without SOA', options: { zones: ['a.example.org. 1 A 192.0.2.1'] }, code: 'NO_SOA' },
  { title: 'the same zone twice', options: { zones: [ZONE, ZONE] }, code: 'ZONE_TWICE' },
  {
    title: 'an origin that is not the zone’s',
    options: { zones: [{ text: ZONE, origin: 'example.com', file: 'x.zone' }] },
    code: 'SOA_NOT_AT_ORIGIN',
  },
  { title: 'an unknown fault', options: { zones: [ZONE], faults: ['*=explode'] }, code: 'BAD_FAULT' },
]) {
  test(`refused with ${code}: ${title}`, async (t) => {
    const error = await t.throwsAsync<Error & { code: string }>(createTestServer(options));
    t.is(error?.code, code);
  });
}

test('a limit out of range is misuse', async (t) => {
  await t.throwsAsync(createTestServer({ zones: [ZONE], limits: { maxConnections: -1 } }), { instanceOf: RangeError });
});

test('no address to listen on is misuse', async (t) => {
  await t.throwsAsync(createTestServer({ zones: [ZONE], listen: [] }), { instanceOf: RangeError });
});

test('an aborted signal ends the start with its own reason', async (t) => {
  const reason = new Error('enough');
  t.is(await t.throwsAsync(createTestServer({ zones: [ZONE], signal: AbortSignal.abort(reason) })), reason);
});

test('listening elsewhere than on loopback is possible when asked for', async (t) => {
  const server = await createTestServer({ zones: [ZONE], listen: ['0.0.0.0:0'], public: true });
  t.regex(server.address, /^0\.0\.0\.0:\d+$/);
  await server.close();
});

function fixedClock(): number {
  return 1_800_000_000_000;
}

async function withServer(options: Partial<TestServerOptions>, use: (server: TestServer) => Promise<void>): Promise<void> {
  const server = await createTestServer({ zones: [ZONE], ...options });
  try {
    await use(server);
  } finally {
    await server.close();
  }
}

test('a client that ends its side of a connection still gets the replies to what it has asked', async (t) => {
  await withServer({ faults: ['*=delay:50ms'] }, async (server) => {
    const socket = await connectTo(server);
    const collected = collect(socket, 2);
    const closed = closing(socket);
    socket.end(Buffer.concat([1, 2].map((id) => frame(withId(QUERY, id)))));
    const [replies] = await Promise.all([collected, closed]);
    t.deepEqual(
      replies.map(({ id }) => id),
      [1, 2],
    );
  });
});

async function askUdp(server: TestServer, request: Uint8Array): Promise<Message> {
  const socket = createSocket('udp4');
  const reply = once(socket, 'message');
  socket.send(request, portOf(server), '127.0.0.1');
  const [bytes] = (await reply) as [Uint8Array];
  socket.close();
  return decodeMessage(bytes);
}

async function askTcp(server: TestServer, request: Uint8Array): Promise<Message> {
  const [reply] = await askTcpMany(server, [request], 1);
  if (reply === undefined) throw new Error('no reply');
  return reply;
}

async function askTcpMany(server: TestServer, requests: readonly Uint8Array[], replies: number): Promise<Message[]> {
  const socket = await connectTo(server);
  const collected = collect(socket, replies);
  socket.write(Buffer.concat(requests.map(frame)));
  const messages = await collected;
  socket.destroy();
  return messages;
}

function collect(socket: Socket, count: number): Promise<Message[]> {
  const reader = new FrameReader(0xffff);
  const messages: Message[] = [];
  return new Promise((resolve) => {
    socket.on('data', (chunk: Uint8Array) => {
      messages.push(...reader.push(chunk).map(decodeMessage));
      if (messages.length >= count) resolve(messages);
    });
  });
}

async function connectTo(server: TestServer): Promise<Socket> {
  const socket = connect({ port: portOf(server), host: '127.0.0.1', allowHalfOpen: false });
  await once(socket, 'connect');
  socket.on('error', () => {}); // being cut off is what many of these tests are about
  return socket;
}

async function listen(): Promise<ReturnType<typeof createServer>> {
  const squatter = createServer();
  squatter.listen(0, '127.0.0.1');
  await once(squatter, 'listening');
  return squatter;
}

// Whether the other side ends it politely or not: `once` of node:events would reject when it does not.
async function closing(socket: Socket): Promise<void> {
  await new Promise<void>((resolve) => {
    socket.once('close', () => resolve());
  });
}

/** Waits until a number has stopped growing. */
async function settled(read: () => number): Promise<void> {
  for (let before = -1, still = 0; still < 20; before = read()) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    still = read() > 0 && read() === before ? still + 1 : 0;
  }
}

function withId(bytes: Uint8Array, id: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[0] = id >> 8;
  copy[1] = id & 0xff;
  return copy;
}

function portOf(server: TestServer): number {
  return Number(server.address.split(':').at(-1));
}
