import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import test from 'ava';
import { decodeMessage, encodeMessage, makeMessage } from '@srvkit/dns';
import { frame } from '../src/frame-reader.ts';
import { askTcpMany, portOf, QUERY, withServer } from './asking.ts';
import { name } from './sample-zone.ts';

const ADDRESS_QUERY = encodeMessage(makeMessage({ id: 1, question: [{ name: name('kms1'), type: 'A', class: 'IN' }] }));

test('wrong-port: the right reply comes from another port of the same address', async (t) => {
  await withServer({ faults: ['*=wrong-port'] }, async (server) => {
    const socket = createSocket('udp4');
    const received = once(socket, 'message');
    socket.send(QUERY, portOf(server), '127.0.0.1');
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
    socket.send(QUERY, portOf(server), '127.0.0.1');
    await both;
    socket.close();
    t.deepEqual(replies[0], replies[1]);
  });
});

test('short-write: the connection ends in the middle of the reply', async (t) => {
  await withServer({ faults: ['*=short-write'] }, async (server) => {
    const socket = connect(portOf(server), '127.0.0.1');
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
    t.deepEqual(
      (await askTcpMany(server, [QUERY, ADDRESS_QUERY], 2)).map((reply) => reply.id),
      [1, 4711],
    );
  });
});

test('a dropped request gets no reply, and the connection goes on', async (t) => {
  await withServer({ faults: ['_vlmcs._tcp.example.org=drop'] }, async (server) => {
    t.deepEqual(
      (await askTcpMany(server, [QUERY, ADDRESS_QUERY], 1)).map((reply) => reply.id),
      [1],
    );
  });
});
