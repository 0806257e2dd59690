import type { Socket } from 'node:net';
import { TCPServer } from 'dns2';
import type { ServerLimits } from '../limits.ts';
import type { Dispatcher } from './dispatcher.ts';
import { TcpConnection } from './tcp-connection.ts';

/** dns2's TCP server for the socket and its life; framing, limits and everything about octets are ours. */
export class TcpListener extends TCPServer {
  readonly #dispatcher: Dispatcher;
  readonly #limits: ServerLimits;
  readonly #connections = new Set<TcpConnection>();

  constructor(dispatcher: Dispatcher, limits: ServerLimits) {
    super();
    this.#dispatcher = dispatcher;
    this.#limits = limits;
    this.maxConnections = limits.maxConnections;
  }

  // Called by dns2 for each connection.
  handle(socket: Socket): void {
    const connection = new TcpConnection(socket, this.#dispatcher, this.#limits);
    this.#connections.add(connection);
    socket.once('close', () => this.#connections.delete(connection));
  }

  /** Ends every connection, whatever is pending on it. */
  destroyConnections(): void {
    for (const connection of this.#connections) connection.destroy();
  }
}
