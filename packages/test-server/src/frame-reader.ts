const MAX_CHUNKS = 64; // a piece of one octet takes hundreds in memory: senders of such get theirs joined

/**
 * Cuts a TCP stream into messages, each behind its two-octet length (RFC 1035 section 4.2.2, RFC 7766 section 8), however the stream was
 * split on its way. Never holds more than one incomplete message and what arrived with it.
 */
export class FrameReader {
  /** The length of a message that is larger than allowed. Nothing can be read after it. */
  oversized: number | undefined;
  readonly #maxMessageSize: number;
  readonly #chunks: Uint8Array[] = [];
  #available = 0;
  #expected: number | undefined;

  constructor(maxMessageSize: number) {
    this.#maxMessageSize = maxMessageSize;
  }

  /** Takes in what arrived and returns the messages that are complete. */
  push(chunk: Uint8Array): Uint8Array[] {
    if (this.#chunks.length >= MAX_CHUNKS) this.#chunks.splice(0, MAX_CHUNKS, Buffer.concat(this.#chunks));
    this.#chunks.push(chunk);
    this.#available += chunk.length;
    const messages: Uint8Array[] = [];
    while (this.#available >= (this.#expected ?? 2) && this.oversized === undefined) {
      if (this.#expected === undefined) this.#readLength();
      else messages.push(this.#take(this.#expected));
    }
    return messages;
  }

  #readLength(): void {
    const [high = 0, low = 0] = this.#take(2);
    this.#expected = (high << 8) | low;
    if (this.#expected > this.#maxMessageSize) this.oversized = this.#expected;
  }

  #take(length: number): Uint8Array {
    this.#expected = undefined;
    this.#available -= length;
    const [first] = this.#chunks;
    if (first !== undefined && first.length > length) {
      this.#chunks[0] = first.subarray(length);
      return first.subarray(0, length);
    }
    const taken = new Uint8Array(length);
    let used = 0;
    for (let at = 0; at < length; used += 1) {
      const chunk = this.#chunks[used] ?? taken;
      const part = chunk.subarray(0, length - at);
      taken.set(part, at);
      at += part.length;
      if (part.length < chunk.length) {
        this.#chunks[used] = chunk.subarray(part.length);
        break;
      }
    }
    this.#chunks.splice(0, used);
    return taken;
  }
}

/** A message with its length in front. Throws `RangeError` above 65535 octets. */
export function frame(message: Uint8Array): Uint8Array {
  if (message.length > 0xffff) throw new RangeError(`A message of ${message.length} octets does not fit into a TCP frame`);
  const framed = new Uint8Array(message.length + 2);
  framed[0] = message.length >> 8;
  framed[1] = message.length & 0xff;
  framed.set(message, 2);
  return framed;
}
