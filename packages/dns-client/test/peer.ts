import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { decodeMessage } from '@srvkit/dns';
import type { Message } from '@srvkit/dns';

/** One request as a peer got it. */
export interface Request {
  readonly bytes: Uint8Array;
  readonly message: Message;
  readonly transport: 'udp' | 'tcp';
  readonly port: number;
  /** Sends these octets back; over TCP with their length in front. */
  readonly reply: (bytes: Uint8Array) => void;
  /** Over TCP: exactly these octets. */
  readonly raw: (bytes: Uint8Array) => void;
  /** Over TCP: ends the connection. */
  readonly hangUp: () => void;
  /** Over TCP: what to do when the client says that it asks no more, instead of hanging up. */
  readonly atEnd: (act: () => void) => void;
}

export interface Peer {
  readonly address: string;
  readonly requests: Request[];
  readonly close: () => Promise<void>;
}

/** A hand-made server on loopback, UDP and TCP on one port. `answer` does what it likes with each request. */
export async function createPeer(answer: (request: Request) => void): Promise<Peer> {
  for (;;) {
    const peer = await tryPeer(answer);
    if (peer !== undefined) return peer;
  }
}

/** Undefined when the port that is free for UDP is taken for TCP. */
async function tryPeer(answer: (request: Request) => void): Promise<Peer | undefined> {
  const requests: Request[] = [];
  const hear = (bytes: Uint8Array, rest: Omit<Request, 'bytes' | 'message'>): void => {
    const request = { bytes, message: decodeMessage(bytes), ...rest };
    requests.push(request);
    answer(request);
  };
  const udp = createSocket('udp4');
  udp.on('message', (bytes, { port, address }) => {
    const reply = (octets: Uint8Array): void => udp.send(octets, port, address);
    hear(bytes, { transport: 'udp', port, reply, raw: reply, hangUp: () => {}, atEnd: () => {} });
  });
  await new Promise<void>((resolve) => udp.bind(0, '127.0.0.1', resolve));
  const { port } = udp.address();
  const connections = new Set<Socket>();
  const tcp = createServer({ allowHalfOpen: true }, (socket) => {
    connections.add(socket);
    const hangUp = (): void => void socket.end();
    let end = hangUp;
    const atEnd = (act: () => void): void => {
      end = act;
    };
    socket.on('end', () => end());
    let received = Buffer.alloc(0);
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 2 || received.length < received.readUInt16BE(0) + 2) return;
      const bytes = received.subarray(2, received.readUInt16BE(0) + 2);
      received = Buffer.alloc(0);
      const raw = (octets: Uint8Array): void => void socket.write(octets);
      const reply = (octets: Uint8Array): void => raw(Buffer.concat([Uint8Array.of(octets.length >> 8, octets.length), octets]));
      hear(bytes, { transport: 'tcp', port: socket.remotePort ?? 0, reply, raw, hangUp, atEnd });
    });
  });
  const listening = await new Promise((resolve) => {
    tcp.on('error', () => resolve(false));
    tcp.listen(port, '127.0.0.1', () => resolve(true));
  });
  if (listening === false) {
    udp.close();
    return undefined;
  }
  return {
    address: `127.0.0.1:${port}`,
    requests,
    close: async () => {
      for (const connection of connections) connection.destroy();
      udp.close();
      await new Promise((resolve) => tcp.close(resolve));
    },
  };
}

/** The port of a peer that is gone: nobody listens there. */
export async function deadAddress(): Promise<string> {
  const peer = await createPeer(() => {});
  await peer.close();
  return peer.address;
}
