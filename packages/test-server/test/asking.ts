import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { decodeMessage, encodeMessage, makeMessage } from '@srvkit/dns';
import type { Message } from '@srvkit/dns';
import { createTestServer } from '../src/index.ts';
import type { TestServer, TestServerOptions } from '../src/index.ts';
import { frame, FrameReader } from '../src/frame-reader.ts';
import { name } from './sample-zone.ts';

// A running server, and clients that ask it over sockets of their own.

export const ZONE: string = `$ORIGIN example.org.
$TTL 300
@ SOA ns1 host 1 3600 600 86400 60
@ NS ns1
_vlmcs._tcp SRV 0 0 1688 kms1
kms1 A 192.0.2.1
`;
export const QUERY: Uint8Array = encodeMessage(
  makeMessage({ id: 4711, question: [{ name: name('_vlmcs._tcp'), type: 'SRV', class: 'IN' }] }),
);

export async function withServer(options: Partial<TestServerOptions>, use: (server: TestServer) => Promise<void>): Promise<void> {
  const server = await createTestServer({ zones: [ZONE], ...options });
  try {
    await use(server);
  } finally {
    await server.close();
  }
}

export async function askUdp(server: TestServer, request: Uint8Array): Promise<Message> {
  const socket = createSocket('udp4');
  const reply = once(socket, 'message');
  socket.send(request, portOf(server), '127.0.0.1');
  const [bytes] = (await reply) as [Uint8Array];
  socket.close();
  return decodeMessage(bytes);
}

export async function askTcp(server: TestServer, request: Uint8Array): Promise<Message> {
  const [reply] = await askTcpMany(server, [request], 1);
  if (reply === undefined) throw new Error('no reply');
  return reply;
}

export async function askTcpMany(server: TestServer, requests: readonly Uint8Array[], replies: number): Promise<Message[]> {
  const socket = await connectTo(server);
  const collected = collect(socket, replies);
  socket.write(Buffer.concat(requests.map(frame)));
  const messages = await collected;
  socket.destroy();
  return messages;
}

export function collect(socket: Socket, count: number): Promise<Message[]> {
  const reader = new FrameReader(0xffff);
  const messages: Message[] = [];
  return new Promise((resolve) => {
    socket.on('data', (chunk: Uint8Array) => {
      messages.push(...reader.push(chunk).map(decodeMessage));
      if (messages.length >= count) resolve(messages);
    });
  });
}

export async function connectTo(server: TestServer): Promise<Socket> {
  const socket = connect({ port: portOf(server), host: '127.0.0.1', allowHalfOpen: false });
  await once(socket, 'connect');
  socket.on('error', () => {}); // being cut off is what many of these tests are about
  return socket;
}

// Whether the other side ends it politely or not: `once` of node:events would reject when it does not.
export async function closing(socket: Socket): Promise<void> {
  await new Promise<void>((resolve) => {
    socket.once('close', () => resolve());
  });
}

export function withId(bytes: Uint8Array, id: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[0] = id >> 8;
  copy[1] = id & 0xff;
  return copy;
}

export function portOf(server: TestServer): number {
  return Number(server.address.split(':').at(-1));
}
