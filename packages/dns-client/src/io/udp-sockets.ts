import type { Conversation, Ending, Endpoint } from './conversation.ts';
import { UdpSocket } from './udp-socket.ts';
import type { OpenSocket } from './udp-socket.ts';

/** How many questions leave from one port before it is given up (design.md section 6). */
const MOST_USES = 8;
/** Sockets that wait for their next question. */
const MOST_IDLE = 64;
const IDLE_MS = 5000;

/**
 * Connected UDP sockets, each with a port the system chose at random, one question at a time and at most 8 in all: as hard to guess
 * as a fresh port for each, for a fraction of the price. Only a socket that had its reply is used again, so that nothing late is
 * mistaken for something new. Idle sockets keep no process alive and are closed after some seconds.
 */
export class UdpSockets {
  readonly #open: OpenSocket | undefined;
  readonly #idle = new Map<string, UdpSocket[]>();
  #idleCount = 0;
  #sweep: NodeJS.Timeout | undefined;

  /** `open`: default, the system. */
  constructor(open?: OpenSocket) {
    this.#open = open;
  }

  /** Sends one datagram and waits for messages from that server only. Rejects only with the reason of the signal. */
  converse(conversation: Conversation): Promise<Ending> {
    const { signal } = conversation;
    if (signal?.aborted === true) return Promise.reject(signal.reason as Error);
    return this.#take(conversation.endpoint).converse(conversation, this.#giveBack);
  }

  /** Closes every idle socket; those in use close when their conversation ends without a reply. */
  close(): void {
    clearTimeout(this.#sweep);
    this.#sweep = undefined;
    for (const socket of [...this.#idle.values()].flat()) socket.retire();
    this.#idle.clear();
    this.#idleCount = 0;
  }

  #take(endpoint: Endpoint): UdpSocket {
    const idle = this.#idle.get(endpoint.text);
    for (let socket = idle?.pop(); socket !== undefined; socket = idle?.pop()) {
      this.#idleCount -= 1;
      if (!socket.isBroken) return socket;
      socket.retire();
    }
    return new UdpSocket(endpoint, this.#open);
  }

  readonly #giveBack = (socket: UdpSocket, reusable: boolean): void => {
    if (!reusable || socket.uses >= MOST_USES || this.#idleCount >= MOST_IDLE) {
      socket.retire();
      return;
    }
    const idle = this.#idle.get(socket.endpoint.text);
    if (idle === undefined) this.#idle.set(socket.endpoint.text, [socket]);
    else idle.push(socket);
    this.#idleCount += 1;
    this.#sweep ??= setTimeout(() => this.close(), IDLE_MS).unref();
  };
}
