import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

// Below what the system hands out for outgoing connections, so that only another test could take it meanwhile.
const FIRST_PORT = 15_000;
const LAST_PORT = 32_000;

/** A port on 127.0.0.1 that is free for UDP and TCP at this moment, for servers that cannot choose one themselves. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST_PORT + Math.floor(Math.random() * (LAST_PORT - FIRST_PORT));
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const udp = createSocket('udp4');
  const tcp = createServer();
  try {
    udp.bind(port, '127.0.0.1');
    await once(udp, 'listening');
    tcp.listen(port, '127.0.0.1');
    await once(tcp, 'listening');
    return true;
  } catch {
    return false; // taken, or not ours to take
  } finally {
    udp.close();
    if (tcp.listening) {
      tcp.close();
      await once(tcp, 'close');
    }
  }
}
