import type { Socket } from 'node:net';
import { frame, FrameReader } from '../frame-reader.ts';
import type { ServerLimits } from '../limits.ts';
import type { Dispatcher, Outgoing } from './dispatcher.ts';

/**
 * One client's TCP connection (RFC 7766): requests may be pipelined, replies go out as they are ready, the connection stays until the
 * client ends it, is idle for too long, or has had its share of requests. Reads no faster than the client takes its replies.
 */
export class TcpConnection {
  readonly #socket: Socket;
  readonly #dispatcher: Dispatcher;
  readonly #limits: ServerLimits;
  readonly #frames: FrameReader;
  readonly #waiting: Uint8Array[] = [];
  readonly #idle: NodeJS.Timeout;
  #taken = 0;
  #pending = 0;
  #sincePause = 0;
  #pause: NodeJS.Immediate | undefined;
  #lastRequestSeen = false;
  #proceeding = false;

  constructor(socket: Socket, dispatcher: Dispatcher, limits: ServerLimits) {
    this.#socket = socket;
    this.#dispatcher = dispatcher;
    this.#limits = limits;
    this.#frames = new FrameReader(limits.maxRequestSize);
    this.#idle = setTimeout(() => this.#onIdle(), limits.idleTimeoutMs);
    socket.setNoDelay(true); // a small reply must not wait until the one before is acknowledged
    socket.on('data', (chunk: Uint8Array) => this.#onData(chunk));
    socket.on('end', () => this.#finishAfterReplies());
    socket.on('drain', () => this.#proceed());
    socket.on('error', () => this.destroy()); // the client is gone, which is its right
    socket.once('close', () => {
      clearTimeout(this.#idle);
      clearImmediate(this.#pause);
    });
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #onData(chunk: Uint8Array): void {
    this.#waiting.push(...this.#frames.push(chunk));
    if (this.#frames.oversized !== undefined) this.#finishAfterReplies();
    this.#proceed();
  }

  // Hands on as many requests as the limits allow, and reads on only when none is left waiting.
  #proceed(): void {
    if (this.#proceeding) return; // a reply that was ready at once: the loop below goes on by itself
    this.#proceeding = true;
    while (!this.#isFull) {
      const bytes = this.#waiting.shift();
      if (bytes === undefined) break;
      this.#hand(bytes);
    }
    this.#proceeding = false;
    if (this.#taken >= this.#limits.maxRequestsPerConnection) {
      this.#waiting.length = 0;
      this.#lastRequestSeen = true;
    }
    if (this.#waiting.length > 0 || this.#lastRequestSeen || this.#isFull) this.#socket.pause();
    else this.#socket.resume();
    if (this.#lastRequestSeen && this.#waiting.length === 0 && this.#pending === 0) this.#socket.destroySoon();
  }

  get #isFull(): boolean {
    const { maxPipelined, maxRequestsPerConnection } = this.#limits;
    if (this.#pause !== undefined || this.#socket.writableNeedDrain) return true;
    return this.#pending >= maxPipelined || this.#taken >= maxRequestsPerConnection;
  }

  #hand(bytes: Uint8Array): void {
    this.#taken += 1;
    this.#pending += 1;
    this.#sincePause += 1;
    if (this.#sincePause >= this.#limits.maxPipelined) this.#letOthers();
    this.#idle.refresh();
    const { remoteAddress: address = '', remotePort: port = 0 } = this.#socket;
    this.#dispatcher.dispatch({ bytes, transport: 'tcp', address, port, send: (reply) => this.#reply(reply) });
  }

  // What is read in one piece may hold thousands of requests: other clients must not wait for all of them.
  #letOthers(): void {
    this.#pause = setImmediate(() => {
      this.#pause = undefined;
      this.#sincePause = 0;
      this.#proceed();
    });
  }

  #reply(reply: Outgoing | undefined): void {
    this.#pending -= 1;
    this.#idle.refresh();
    if (reply?.cutShort === true) return this.#cutShort(reply.bytes);
    for (const message of reply === undefined ? [] : [reply.bytes, ...reply.following]) {
      if (this.#socket.writable) this.#socket.write(frame(message));
    }
    this.#proceed();
  }

  #cutShort(reply: Uint8Array): void {
    this.#lastRequestSeen = true;
    this.#waiting.length = 0;
    if (this.#socket.writable) this.#socket.end(frame(reply).subarray(0, 2 + (reply.length >> 1)));
    this.#socket.destroySoon();
  }

  #finishAfterReplies(): void {
    this.#lastRequestSeen = true;
    this.#proceed();
  }

  #onIdle(): void {
    if (this.#pending > 0) this.#idle.refresh();
    else this.destroy();
  }
}
