import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { getEventListeners } from 'node:events';
import { encodeMessage } from '@srvkit/dns';
import test from 'ava';
import type { Conversation, Endpoint } from '../src/io/conversation.ts';
import { literalEndpoints } from '../src/io/endpoints.ts';
import type { OpenSocket } from '../src/io/udp-socket.ts';
import { UdpSockets } from '../src/io/udp-sockets.ts';
import { makeQuery } from '../src/query.ts';
import { parseServerAddress } from '../src/server-address.ts';
import { question } from './messages.ts';
import type { Peer } from './peer.ts';
import { good, peerOf } from './served-lookup.ts';

const REQUEST = encodeMessage(makeQuery(question('_x._tcp.example.org'), { id: 7 }));
const REPLY = Uint8Array.of(1, 2, 3);

// The system gives a connected socket nothing from elsewhere; what comes in between bind and connect may be from anybody.
for (const { title, from, isHeard } of [
  { title: 'of the server is heard', from: {}, isHeard: true },
  { title: 'of another address is not', from: { address: '127.0.0.2' }, isHeard: false },
  { title: 'of another port is not', from: { port: 53 }, isHeard: false },
]) {
  test(`a datagram that came in before the socket was connected: one ${title}`, async (t) => {
    const { sockets, opened } = watched();
    t.teardown(() => sockets.close());
    const endpoint = endpointOf(await peerOf(t, () => {}));
    const heard: Uint8Array[] = [];
    const ending = new AbortController();
    const onMessage: Conversation['onMessage'] = (message) => void heard.push(message);
    const conversation = sockets.converse({ endpoint, request: REQUEST, timeoutMs: 60_000, signal: ending.signal, onMessage });
    opened[0]?.emit('message', REPLY, { address: endpoint.address, port: endpoint.port, family: 'IPv4', size: REPLY.length, ...from });
    ending.abort(new Error('enough'));
    await t.throwsAsync(conversation, { message: 'enough' });
    t.deepEqual(heard, isHeard ? [REPLY] : []);
  });
}

test('64 sockets wait for their next question at most; the others are closed at once', async (t) => {
  const { sockets, opened, closed } = watched();
  const endpoint = endpointOf(await peerOf(t, good));
  const ask = (): Promise<unknown> =>
    Promise.all(
      Array.from({ length: 70 }, () =>
        sockets.converse({ endpoint, request: REQUEST, timeoutMs: 60_000, onMessage: (_, finish) => finish() }),
      ),
    );
  const counts = async (): Promise<unknown> => {
    await new Promise((resolve) => setImmediate(resolve)); // the system tells later what is closed
    return { opened: opened.length, closed: closed.size };
  };
  await ask();
  t.deepEqual(await counts(), { opened: 70, closed: 6 });
  await ask();
  t.deepEqual(await counts(), { opened: 76, closed: 12 });
  sockets.close();
  t.deepEqual(await counts(), { opened: 76, closed: 76 });
});

// Alone: the timers of other tests would count.
test.serial('a conversation that is over leaves no timer and no listener, and hears nothing more', async (t) => {
  const { sockets, opened } = watched();
  t.teardown(() => sockets.close());
  const endpoint = endpointOf(await peerOf(t, good));
  const { signal } = new AbortController();
  const before = timers();
  let heard = 0;
  const onMessage: Conversation['onMessage'] = (_, finish) => {
    heard += 1;
    finish();
  };
  t.is(await sockets.converse({ endpoint, request: REQUEST, timeoutMs: 60_000, signal, onMessage }), 'finished');
  t.true(timers() <= before);
  t.is(getEventListeners(signal, 'abort').length, 0);
  opened[0]?.emit('message', REPLY, { address: endpoint.address, port: endpoint.port, family: 'IPv4', size: REPLY.length });
  t.is(heard, 1);
});

test('a conversation that is finished twice gives its socket back once', async (t) => {
  const { sockets, opened } = watched();
  t.teardown(() => sockets.close());
  const endpoint = endpointOf(await peerOf(t, good));
  const ask = (times: number): Promise<unknown> =>
    sockets.converse({
      endpoint,
      request: REQUEST,
      timeoutMs: 60_000,
      onMessage: (_, finish) => {
        for (let time = 0; time < times; time += 1) finish();
      },
    });
  await ask(2);
  await Promise.all([ask(1), ask(1)]);
  t.is(opened.length, 2);
});

function timers(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
}

/** Sockets, with those of the system that they are made of. */
function watched(): { readonly sockets: UdpSockets; readonly opened: readonly Socket[]; readonly closed: ReadonlySet<Socket> } {
  const opened: Socket[] = [];
  const closed = new Set<Socket>();
  const open: OpenSocket = (options) => {
    const socket = createSocket(options);
    opened.push(socket);
    return socket.on('close', () => closed.add(socket));
  };
  return { sockets: new UdpSockets(open), opened, closed };
}

function endpointOf({ address }: Peer): Endpoint {
  const [endpoint] = literalEndpoints([parseServerAddress(address)])?.values() ?? [];
  if (endpoint === undefined) throw new Error('a peer has an address');
  return endpoint;
}
