/**
 * Puts the 2-octet length in front of a message, so that both leave in one write (RFC 7766 section 8). Throws `RangeError` beyond 65535.
 */
export function frame(message: Uint8Array): Uint8Array {
  if (message.length > 0xffff) throw new RangeError(`A message of ${message.length} octets does not fit a TCP frame of 65535`);
  const framed = new Uint8Array(message.length + 2);
  framed[0] = message.length >> 8;
  framed[1] = message.length & 0xff;
  framed.set(message, 2);
  return framed;
}

/** Cuts a TCP stream into messages, however its octets arrive. Holds one message at most. */
export class FrameReader {
  #length: Uint8Array = new Uint8Array(2);
  #body: Uint8Array | undefined;
  #filled = 0;

  /** The messages that `chunk` completes, in order. */
  push(chunk: Uint8Array): Uint8Array[] {
    const messages: Uint8Array[] = [];
    let at = 0;
    while (at < chunk.length || (this.#body !== undefined && this.#body.length === 0)) {
      const part = this.#body ?? this.#length;
      const take = Math.min(part.length - this.#filled, chunk.length - at);
      part.set(chunk.subarray(at, at + take), this.#filled);
      at += take;
      this.#filled += take;
      if (this.#filled < part.length) break;
      if (this.#body === undefined) {
        this.#body = new Uint8Array(((part[0] ?? 0) << 8) | (part[1] ?? 0));
      } else {
        messages.push(this.#body);
        this.#body = undefined;
      }
      this.#filled = 0;
    }
    return messages;
  }
}
