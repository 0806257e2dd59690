import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { formatEndpoint } from '../listen-address.ts';
import type { ListenAddress } from '../listen-address.ts';
import { ListenError } from '../listen-error.ts';
import type { TcpListener } from './tcp-listener.ts';
import type { UdpListener } from './udp-listener.ts';

export interface ListenerPair {
  readonly udp: UdpListener;
  readonly tcp: TcpListener;
}

/** A pair of listeners on one port. */
export interface BoundPair extends ListenerPair {
  readonly host: string;
  readonly port: number;
}

const ATTEMPTS = 20;

/**
 * Lets UDP and TCP listen on the same port; with port 0 makes new pairs until the system has named one that is free for both.
 * Throws `ListenError`.
 */
export async function bindPort(address: ListenAddress, makePair: () => ListenerPair): Promise<BoundPair> {
  for (let attempt = 1; ; attempt += 1) {
    const pair = makePair();
    try {
      return await bindPair(address, pair);
    } catch (error) {
      await closePair(pair);
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN';
      if (address.port === 0 && code === 'EADDRINUSE' && attempt < ATTEMPTS) continue;
      const remedy = REMEDIES[code] ?? 'take another address';
      throw new ListenError(code, `cannot listen on ${formatEndpoint(address.host, address.port)} (${code}): ${remedy}`, { cause: error });
    }
  }
}

/** Closes both sockets; what was never open counts as closed. */
export async function closePair({ udp, tcp }: ListenerPair): Promise<void> {
  const closed = tcp.listening ? once(tcp, 'close') : undefined;
  if (tcp.listening) tcp.close();
  tcp.destroyConnections();
  await closed;
  await new Promise<void>((resolve) => {
    udp.close(() => resolve());
  });
}

const REMEDIES: Partial<Record<string, string>> = {
  EADDRINUSE: 'something else listens there: end it, or take another port (0 for any)',
  EACCES: 'ports below 1024 need privileges: take another port',
  EADDRNOTAVAIL: 'this machine does not have the address',
};

async function bindPair({ host, port }: ListenAddress, { udp, tcp }: ListenerPair): Promise<BoundPair> {
  const udpReady = once(udp, 'listening');
  udp.bind(port, host);
  await udpReady;
  const chosen = udp.address().port;
  const tcpReady = once(tcp, 'listening');
  tcp.listen({ host, port: chosen });
  await tcpReady;
  const { address } = tcp.address() as AddressInfo;
  udp.on('error', ignore);
  tcp.on('error', ignore);
  return { host: address, port: chosen, udp, tcp };
}

// A reply that cannot be sent is lost, as on any wire.
function ignore(): void {}
