import { createSocket } from 'node:dgram';
import type { RemoteInfo, Socket, SocketOptions } from 'node:dgram';
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
  /** Whose conversation it is on. */
  #talk: Talk | undefined;
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
      if (this.#isFromServer(from)) this.#talk?.receive(message);
    });
    this.#socket.on('error', (error) => {
      this.#error = error;
      this.#talk?.fail(error);
    });
    this.#socket.connect(endpoint.port, endpoint.address);
  }

  /** An error came while nobody was waiting for anything. */
  get isBroken(): boolean {
    return this.#error !== undefined;
  }

  /** `done` hears, before the promise settles, whether the socket may be used again: only after it gave what was wanted. */
  converse(conversation: Conversation, done: (socket: UdpSocket, reusable: boolean) => void): Promise<Ending> {
    this.uses += 1;
    return new Promise((resolve, reject) => {
      const leave = (reusable: boolean): void => {
        this.#talk = undefined;
        done(this, reusable);
      };
      this.#talk = new Talk(conversation, { leave, resolve, reject });
      this.#send(conversation.request);
    });
  }

  retire(): void {
    this.#socket.close();
  }

  /** What came in between bind and connect may be from anybody. The system may write the address in another way than we were given it. */
  #isFromServer({ address, port }: RemoteInfo): boolean {
    if (port !== this.endpoint.port) return false;
    if (address === this.endpoint.address) return true;
    this.#remote ??= this.#socket.remoteAddress().address;
    return address === this.#remote;
  }

  #send(request: Uint8Array): void {
    if (this.#error !== undefined) {
      this.#talk?.fail(this.#error);
      return;
    }
    try {
      this.#socket.send(request);
    } catch (error) {
      // The socket could not be connected: its own error event tells why, or this is it.
      this.#talk?.fail(error as NodeJS.ErrnoException);
    }
  }
}

/** How a conversation ends. */
interface Ends {
  /** Before the promise settles. */
  readonly leave: (reusable: boolean) => void;
  readonly resolve: (ending: Ending) => void;
  readonly reject: (reason: unknown) => void;
}

/** One conversation, from its first timer to its end. What comes later is nobody's. */
class Talk {
  readonly #onMessage: Conversation['onMessage'];
  readonly #signal: AbortSignal | undefined;
  readonly #ends: Ends;
  readonly #timer: NodeJS.Timeout;
  #isOver = false;

  constructor({ onMessage, signal, timeoutMs, background }: Conversation, ends: Ends) {
    this.#onMessage = onMessage;
    this.#signal = signal;
    this.#ends = ends;
    this.#timer = setTimeout(endInTime, timeoutMs, this);
    if (background === true) this.#timer.unref();
    signal?.addEventListener('abort', this.#abort, { once: true });
  }

  receive(message: Uint8Array): void {
    this.#onMessage(message, this.#finish);
  }

  fail(error: NodeJS.ErrnoException): void {
    this.end(endingOf(error));
  }

  end(ending: Ending): void {
    if (this.#isOver) return;
    this.#leave(ending === 'finished');
    this.#ends.resolve(ending);
  }

  readonly #finish = (): void => this.end('finished');

  readonly #abort = (): void => {
    this.#leave(false);
    this.#ends.reject(this.#signal?.reason);
  };

  #leave(reusable: boolean): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this.#abort);
    this.#ends.leave(reusable);
  }
}

function endInTime(talk: Talk): void {
  talk.end('timeout');
}
