import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Random } from '@srvkit/selection';

/** A server as clients see it through a bad line. */
export interface LossyRelay {
  readonly address: string;
  /** Packets so far: from clients, from the server, and how many of each were lost. */
  readonly counts: { queries: number; lostQueries: number; replies: number; lostReplies: number };
  close(): Promise<void>;
}

/**
 * Passes UDP on between clients and the DNS server on a port of 127.0.0.1, and loses `lossPercent` of the packets each way, queries and replies
 * independently. There is no TCP.
 */
export async function createLossyRelay(options: {
  readonly serverPort: number;
  readonly lossPercent: number;
  readonly random: Random;
}): Promise<LossyRelay> {
  const { serverPort, lossPercent, random } = options;
  const isLost = (): boolean => random.below(100) < lossPercent;
  const counts = { queries: 0, lostQueries: 0, replies: 0, lostReplies: 0 };
  const [front, back] = await Promise.all([openSocket(), openSocket()]);
  // Who asked, by the message id that we ask with.
  const askers = new Map<number, { readonly asker: RemoteInfo; readonly id: number }>();
  let lastId = 0;
  front.on('message', (query, asker) => {
    counts.queries += 1;
    if (isLost()) {
      counts.lostQueries += 1;
      return;
    }
    lastId = (lastId + 1) % 65_536;
    askers.set(lastId, { asker, id: query.readUInt16BE(0) });
    query.writeUInt16BE(lastId, 0);
    back.send(query, serverPort, '127.0.0.1');
  });
  back.on('message', (reply) => {
    const asked = askers.get(reply.readUInt16BE(0));
    if (asked === undefined) return;
    counts.replies += 1;
    if (isLost()) {
      counts.lostReplies += 1;
      return;
    }
    reply.writeUInt16BE(asked.id, 0);
    front.send(reply, asked.asker.port, asked.asker.address);
  });
  const close = async (): Promise<void> => {
    const closed = [front, back].map((socket) => once(socket, 'close'));
    for (const socket of [front, back]) socket.close();
    await Promise.all(closed);
  };
  return { address: `127.0.0.1:${front.address().port}`, counts, close };
}

async function openSocket(): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.on('error', () => undefined); // what cannot be delivered is lost, like other things here
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}
