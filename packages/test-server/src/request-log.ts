import type { Message, Rcode } from '@srvkit/dns';
import type { Transport } from './fault.ts';

/** A request as it came in, and what became of it. */
export interface RecordedRequest {
  /** The octets as received, without the TCP length. */
  readonly bytes: Uint8Array;
  /** Undefined when the octets are not a message. */
  readonly message: Message | undefined;
  readonly transport: Transport;
  /** ADDRESS:PORT */
  readonly from: string;
  /** Of the reply; null when none went out. */
  readonly rcode: Rcode | null;
  /** The fault it met, as written; null for none. */
  readonly fault: string | null;
}

/** The latest requests, oldest first, never more than `capacity`. */
export class RequestLog {
  readonly #capacity: number;
  readonly #ring: RecordedRequest[] = [];
  #next = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add(request: RecordedRequest): void {
    if (this.#capacity === 0) return;
    this.#ring[this.#next] = request;
    this.#next = (this.#next + 1) % this.#capacity;
  }

  list(): readonly RecordedRequest[] {
    return [...this.#ring.slice(this.#next), ...this.#ring.slice(0, this.#next)];
  }
}
