import { createSocket } from 'node:dgram';
import type { RemoteInfo, Socket, SocketOptions } from 'node:dgram';
import { UDPServer } from 'dns2';
import type { Dispatcher, Outgoing } from './dispatcher.ts';

interface Datagram {
  readonly reply: Uint8Array;
  readonly port: number;
  readonly address: string;
}

/** dns2's UDP server for the socket and its life; from octets to octets it goes our way, because its codec can carry neither UPDATE nor TSIG (publish 8). */
export class UdpListener extends UDPServer {
  readonly #dispatcher: Dispatcher;
  #outgoing: Datagram[] = [];
  #flushing: NodeJS.Immediate | undefined;
  readonly #family: 4 | 6;
  #otherSocket: Socket | undefined;

  constructor(family: 4 | 6, dispatcher: Dispatcher) {
    super({ type: socketOptions(family) as 'udp4' });
    this.#dispatcher = dispatcher;
    this.#family = family;
  }

  override handle(bytes: Buffer, { address, port }: RemoteInfo): void {
    const send = (reply: Outgoing | undefined): void => {
      if (reply === undefined || port === 0) return; // nobody can be reached at port 0
      if (reply.otherPort) return this.#sendFromOtherPort(reply.bytes, port, address);
      this.#outgoing.push({ reply: reply.bytes, port, address });
      for (const next of reply.following) this.#outgoing.push({ reply: next, port, address });
      this.#flushing ??= setImmediate(() => this.#flush());
    };
    this.#dispatcher.dispatch({ bytes, transport: 'udp', address, port, send });
  }

  override close(callback?: () => void): this {
    clearImmediate(this.#flushing);
    this.#otherSocket?.close();
    this.#otherSocket = undefined;
    return super.close(callback);
  }

  // Everything the socket had for us is answered first and then sent: between system calls our code would run cold, a fifth slower.
  #flush(): void {
    const outgoing = this.#outgoing;
    this.#outgoing = [];
    this.#flushing = undefined;
    for (const { reply, port, address } of outgoing) this.send(reply, port, address);
  }

  // Bound to the address that was asked, so that the port alone is wrong.
  #sendFromOtherPort(reply: Uint8Array, port: number, address: string): void {
    if (this.#otherSocket === undefined) {
      this.#otherSocket = createSocket(socketOptions(this.#family) as SocketOptions);
      this.#otherSocket.on('error', () => undefined); // a client that is gone is no matter
      this.#otherSocket.bind({ address: this.address().address });
    }
    this.#otherSocket.send(reply, port, address);
  }
}

// dns2 hands its `type` to the socket, which takes options as well. Addresses to reply to are no names: without a look-up they are sent to at once.
function socketOptions(family: 4 | 6): unknown {
  const options: SocketOptions = {
    type: family === 4 ? 'udp4' : 'udp6',
    lookup: (address, _, callback) => callback(null, address, family),
  };
  return options;
}
