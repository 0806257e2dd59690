import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import test from 'ava';
import { decodeMessage, encodeMessage, hmacSigner, makeMessage, makeTsigKey, ParseError, parseDomainName, signMessage } from '@srvkit/dns';
import { createTestServer, ListenError } from '../src/index.ts';
import type { ServerEvent } from '../src/index.ts';
import { frame } from '../src/frame-reader.ts';
import { askTcp, askUdp, closing, connectTo, portOf, QUERY, withServer, ZONE } from './asking.ts';
import { name, sampleZone } from './sample-zone.ts';
import { updateOf } from './update-fixture.ts';

const KEY = makeTsigKey({ name: parseDomainName('east-key.'), secret: Buffer.from('a secret of the east') });
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

async function listen(): Promise<ReturnType<typeof createServer>> {
  const squatter = createServer();
  squatter.listen(0, '127.0.0.1');
  await once(squatter, 'listening');
  return squatter;
}
