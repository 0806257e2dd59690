import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server, type Socket as TcpSocket } from 'node:net';
import { decodeMessage, encodeMessage, makeMessage, type Message, parseRecord } from '@srvkit/dns';
import type { Random } from '@srvkit/selection';

/** The one field in which a forgery is wrong. `address` and `port` are those it comes from. */
export const WRONG = ['address', 'port', 'id', 'name', 'type', 'opcode', 'qr'] as const;
export type Wrong = (typeof WRONG)[number];

/** The target of every forged record, and that of the right one. */
export const FORGED_TARGET = 'forged.example.net.';
export const RIGHT_TARGET = 'right.example.org.';

/** Which forgeries come before the right answer to one query. */
export type Plan = readonly Wrong[];

/** A DNS server on loopback in bad company: each query over UDP gets the forgeries of a plan first, then the right answer; TCP is clean. */
export interface Forger {
  readonly address: string;
  readonly sent: ReadonlyMap<Wrong, number>;
  close(): Promise<void>;
}

export async function startForger(plan: (query: number) => Plan, random: Random): Promise<Forger> {
  const { udp, tcp, port } = await bindBoth();
  const otherPort = await bound('127.0.0.1', 0);
  const otherAddress = await bound('127.0.0.2', port);
  const sent = new Map<Wrong, number>();
  let queries = 0;
  udp.on('message', (bytes, from) => {
    const query = decodeMessage(bytes);
    const forged = encodeMessage(answerTo(query, FORGED_TARGET));
    queries += 1;
    for (const wrong of plan(queries)) {
      sent.set(wrong, (sent.get(wrong) ?? 0) + 1);
      const socket = wrong === 'port' ? otherPort : wrong === 'address' ? otherAddress : udp;
      socket.send(falsified(forged, wrong, random), from.port, from.address);
    }
    // Behind everything this socket still has to send.
    udp.send(encodeMessage(answerTo(query, RIGHT_TARGET)), from.port, from.address);
  });
  const connections = new Set<TcpSocket>();
  tcp.on('connection', (connection) => {
    connections.add(connection);
    connection.on('error', () => {}).on('close', () => connections.delete(connection));
    // Queries are shorter than any segment.
    connection.on('data', (chunk) => {
      const reply = encodeMessage(answerTo(decodeMessage(chunk.subarray(2)), RIGHT_TARGET));
      connection.write(Buffer.concat([Uint8Array.of(reply.length >> 8, reply.length), reply]));
    });
  });
  return {
    address: `127.0.0.1:${port}`,
    sent,
    async close() {
      for (const socket of [udp, otherPort, otherAddress]) socket.close();
      for (const connection of connections) connection.destroy();
      tcp.close();
      await once(tcp, 'close');
    },
  };
}

/** The forged answer with one thing wrong. For a wrong source the octets are all right. */
function falsified(forged: Uint8Array, wrong: Wrong, random: Random): Uint8Array {
  const octets = Uint8Array.from(forged);
  const change = (at: number, bits: number): void => void (octets[at] = (octets[at] ?? 0) ^ bits);
  // Not by 0, which would be right.
  const id = random.below(0xffff) + 1;
  switch (wrong) {
    case 'id':
      change(0, id >> 8);
      change(1, id & 0xff);
      break;
    case 'name':
      change(14, 0x01); // a letter of the first label
      break;
    case 'type':
      change(octets.indexOf(0, 12) + 2, 0x01); // behind the root label
      break;
    case 'opcode':
      change(2, 0x20); // NOTIFY
      break;
    case 'qr':
      change(2, 0x80);
      break;
    case 'address':
    case 'port':
      break;
    default:
      wrong satisfies never;
  }
  return octets;
}

function answerTo(query: Message, target: string): Message {
  const [question] = query.question;
  const record = parseRecord(`${question?.name.toString() ?? '.'} 60 IN SRV 1 2 1688 ${target}`);
  return makeMessage({ id: query.id, response: true, recursionDesired: true, question: query.question, answer: [record] });
}

/** A port that is free for UDP and for TCP. */
async function bindBoth(): Promise<{ udp: UdpSocket; tcp: Server; port: number }> {
  for (;;) {
    const udp = await bound('127.0.0.1', 0);
    const { port } = udp.address();
    const tcp = createServer();
    const isFree = new Promise((resolve) => tcp.once('listening', () => resolve(true)).once('error', () => resolve(false)));
    tcp.listen(port, '127.0.0.1');
    if ((await isFree) === true) return { udp, tcp, port };
    udp.close();
  }
}

async function bound(address: string, port: number): Promise<UdpSocket> {
  const socket = createSocket({ type: 'udp4', lookup: asItIs });
  const listening = once(socket, 'listening');
  socket.bind(port, address);
  await listening;
  return socket;
}

/** Addresses need no looking up: what is sent is sent at once. */
function asItIs(host: string, _: unknown, done: (error: null, address: string, family: number) => void): void {
  done(null, host, 4);
}
