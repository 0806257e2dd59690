import type { RemoteInfo, SocketOptions } from 'node:dgram';
import { UDPServer } from 'dns2';
import type { Dispatcher } from './dispatcher.ts';

interface Outgoing {
  readonly reply: Uint8Array;
  readonly port: number;
  readonly address: string;
}

/** dns2's UDP server for the socket and its life; from octets to octets it goes our way, because its codec can carry neither UPDATE nor TSIG (publish 8). */
export class UdpListener extends UDPServer {
  readonly #dispatcher: Dispatcher;
  #outgoing: Outgoing[] = [];
  #flushing: NodeJS.Immediate | undefined;

  constructor(family: 4 | 6, dispatcher: Dispatcher) {
    super({ type: socketOptions(family) as 'udp4' });
    this.#dispatcher = dispatcher;
  }

  override handle(bytes: Buffer, { address, port }: RemoteInfo): void {
    const send = (reply: Uint8Array | undefined): void => {
      if (reply === undefined || port === 0) return; // nobody can be reached at port 0
      this.#outgoing.push({ reply, port, address });
      this.#flushing ??= setImmediate(() => this.#flush());
    };
    this.#dispatcher.dispatch({ bytes, transport: 'udp', address, port, send });
  }

  override close(callback?: () => void): this {
    clearImmediate(this.#flushing);
    return super.close(callback);
  }

  // Everything the socket had for us is answered first and then sent: between system calls our code would run cold, a fifth slower.
  #flush(): void {
    const outgoing = this.#outgoing;
    this.#outgoing = [];
    this.#flushing = undefined;
    for (const { reply, port, address } of outgoing) this.send(reply, port, address);
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
