import test from 'ava';
import { encodeMessage, makeMessage } from '@srvkit/dns';
import { frame } from '../src/frame-reader.ts';
import { askTcp, askTcpMany, askUdp, closing, collect, connectTo, QUERY, withId, withServer } from './asking.ts';
import { name, sampleZone } from './sample-zone.ts';

const ADDRESS_QUERY = encodeMessage(makeMessage({ id: 1, question: [{ name: name('kms1'), type: 'A', class: 'IN' }] }));

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

test('limits: no more requests are taken than may be pending', async (t) => {
  await withServer({ limits: { maxPipelined: 2 }, faults: ['_vlmcs._tcp.example.org=delay:1m'] }, async (server) => {
    const socket = await connectTo(server);
    socket.write(Buffer.concat(Array.from({ length: 6 }, (_, id) => frame(withId(QUERY, id)))));
    while (server.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await askUdp(server, ADDRESS_QUERY); // by then it would have taken more
    t.is(server.requests.filter(({ transport }) => transport === 'tcp').length, 2);
    socket.destroy();
  });
});

test('limits: what could not be taken before is taken afterwards', async (t) => {
  await withServer({ limits: { maxPipelined: 2 }, faults: ['*=delay:1ms'] }, async (server) => {
    const requests = Array.from({ length: 6 }, (_, id) => withId(QUERY, id));
    t.is((await askTcpMany(server, requests, 6)).length, 6);
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

/** Waits until a number has stopped growing. */
async function settled(read: () => number): Promise<void> {
  for (let before = -1, still = 0; still < 20; before = read()) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    still = read() > 0 && read() === before ? still + 1 : 0;
  }
}
