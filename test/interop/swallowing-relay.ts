import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { ExecutionContext } from 'ava';

/** Passes DNS over TCP on, and loses the reply to the first UPDATE. */
export interface Relay {
  readonly address: string;
  /** Where it passes to from now on. */
  passTo(address: string): void;
}

const OPCODE_UPDATE = 5;

/** A relay in front of `address`, on a port of 127.0.0.1. `lost` is called when the server's reply was swallowed. */
export async function startRelay(t: ExecutionContext, address: string, lost: () => Promise<void>): Promise<Relay> {
  let upstream = address;
  let armed = true;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const [host = '', port = ''] = upstream.split(':');
    const peer = connect(Number(port), host);
    let swallow = false;
    for (const socket of [client, peer]) {
      sockets.add(socket);
      socket.on('error', () => undefined); // the other side sees the end
      socket.on('close', () => sockets.delete(socket));
    }
    client.on('data', (bytes) => {
      // One message a connection: two octets of length, then the header (RFC 1035 section 4.2.2).
      if (armed && (bytes[4] ?? 0) >> 3 === OPCODE_UPDATE) [armed, swallow] = [false, true];
      peer.write(bytes);
    });
    peer.on('data', (bytes) => {
      if (!swallow) client.write(bytes);
      else void lost().then(() => client.destroy());
    });
    client.on('close', () => peer.destroy());
    peer.on('close', () => {
      if (!swallow) client.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    passTo: (next) => {
      upstream = next;
    },
  };
}
