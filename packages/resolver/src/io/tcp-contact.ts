import { connect, type Socket } from 'node:net';
import type { Contact } from '../probe.ts';

/** Opens a TCP connection. Until `handOver`, an error of the socket is nobody's. */
export const tcpContact: Contact<Socket> = {
  reach: ({ address, port }, signal) =>
    new Promise((resolve, reject) => {
      const socket = connect({ host: address, port });
      const abort = (): void => {
        socket.destroy();
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', abort, { once: true });
      socket.on('error', ignore);
      socket.once('error', (error) => {
        signal.removeEventListener('abort', abort);
        reject(error);
      });
      socket.once('connect', () => {
        signal.removeEventListener('abort', abort);
        socket.removeAllListeners('error').on('error', ignore);
        resolve({ outcome: 'reached', value: socket });
      });
    }),
  discard: (socket) => socket.destroy(),
};

/** Gives a socket to its user, without listeners of ours. */
export function handOver(socket: Socket): Socket {
  return socket.off('error', ignore);
}

// A connection may break before its user has it in hand; the first use tells.
function ignore(): void {}
