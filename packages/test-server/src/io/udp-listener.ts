import type { RemoteInfo } from 'node:dgram';
import { UDPServer } from 'dns2';
import type { Dispatcher } from './dispatcher.ts';

/** dns2's UDP server for the socket and its life; from octets to octets it goes our way, because its codec can carry neither UPDATE nor TSIG (publish 8). */
export class UdpListener extends UDPServer {
  readonly #dispatcher: Dispatcher;

  constructor(family: 4 | 6, dispatcher: Dispatcher) {
    super({ type: family === 4 ? 'udp4' : 'udp6' });
    this.#dispatcher = dispatcher;
  }

  override handle(bytes: Buffer, { address, port }: RemoteInfo): void {
    const send = (reply: Uint8Array | undefined): void => {
      if (reply !== undefined) this.send(reply, port, address);
    };
    this.#dispatcher.dispatch({ bytes, transport: 'udp', address, port, send });
  }
}
