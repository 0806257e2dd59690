import { createSocket } from 'node:dgram';
import type { Socket, SocketOptions } from 'node:dgram';
import { endingOf } from './conversation.ts';
import type { Conversation, Ending, Endpoint } from './conversation.ts';

/** Makes a socket of the system. */
export type OpenSocket = (options: SocketOptions) => Socket;

/**
 * One UDP socket, connected to one server from a port the system chose at random: the system itself turns away datagrams from
 * anywhere else and reports a port nobody listens on. One conversation at a time.
 */
export class UdpSocket {
  readonly endpoint: Endpoint;
  uses = 0;
  readonly #socket: Socket;
  #receive: ((message: Uint8Array) => void) | undefined;
  #fail: ((error: NodeJS.ErrnoException) => void) | undefined;
  #remote: string | undefined;
  #error: NodeJS.ErrnoException | undefined;

  constructor(endpoint: Endpoint, open: OpenSocket = createSocket) {
    this.endpoint = endpoint;
    // The address needs no looking up; telling so at once makes bind and connect happen now and not some ticks later.
    const lookup = (host: string, _options: unknown, callback: (error: null, address: string, family: number) => void): void =>
      callback(null, host, endpoint.family);
    this.#socket = open({ type: endpoint.family === 4 ? 'udp4' : 'udp6', lookup });
    // What keeps the process alive is the timer of a conversation.
    this.#socket.unref();
    this.#socket.on('message', (message, from) => {
      // What came in between bind and connect may be from anybody.
      this.#remote ??= this.#socket.remoteAddress().address;
      if (from.port === endpoint.port && from.address === this.#remote) this.#receive?.(message);
    });
    this.#socket.on('error', (error) => {
      this.#error = error;
      this.#fail?.(error);
    });
    this.#socket.connect(endpoint.port, endpoint.address);
  }

  /** An error came while nobody was waiting for anything. */
  get isBroken(): boolean {
    return this.#error !== undefined;
  }

  /** `done` hears, before the promise settles, whether the socket may be used again: only after it gave what was wanted. */
  converse({ request, timeoutMs, signal, background, onMessage }: Conversation, done: (reusable: boolean) => void): Promise<Ending> {
    this.uses += 1;
    return new Promise((resolve, reject) => {
      let over = false;
      const leave = (reusable: boolean): void => {
        over = true;
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
        this.#receive = undefined;
        this.#fail = undefined;
        done(reusable);
      };
      const end = (ending: Ending): void => {
        if (over) return;
        leave(ending === 'finished');
        resolve(ending);
      };
      const abort = (): void => {
        leave(false);
        reject(signal?.reason as Error);
      };
      const finish = (): void => end('finished');
      const timer = setTimeout(() => end('timeout'), timeoutMs);
      if (background === true) timer.unref();
      signal?.addEventListener('abort', abort, { once: true });
      this.#receive = (message) => onMessage(message, finish);
      this.#fail = (error) => end(endingOf(error));
      this.#send(request);
    });
  }

  retire(): void {
    this.#socket.close();
  }

  #send(request: Uint8Array): void {
    if (this.#error !== undefined) {
      this.#fail?.(this.#error);
      return;
    }
    try {
      this.#socket.send(request);
    } catch (error) {
      // The socket could not be connected: its own error event tells why, or this is it.
      this.#fail?.(error as NodeJS.ErrnoException);
    }
  }
}
