const HEADER_OCTETS = 12;
const QUESTION_TAIL = 4; // TYPE, CLASS
const OPT = 41;

/** The message with other TTLs, 32 bits of them, which a record as a value cannot have. Takes messages as we encode them. */
export function withTtls(message: Uint8Array, change: (ttl: number, index: number) => number): Uint8Array {
  const bytes = Uint8Array.from(message);
  const view = new DataView(bytes.buffer);
  let at = HEADER_OCTETS;
  for (let left = view.getUint16(4); left > 0; left -= 1) at = afterName(bytes, at) + QUESTION_TAIL;
  const records = view.getUint16(6) + view.getUint16(8) + view.getUint16(10);
  for (let index = 0; index < records; index += 1) {
    at = afterName(bytes, at);
    if (view.getUint16(at) !== OPT) view.setUint32(at + 4, change(view.getUint32(at + 4), index));
    at += 10 + view.getUint16(at + 8);
  }
  return bytes;
}

function afterName(bytes: Uint8Array, start: number): number {
  let at = start;
  for (;;) {
    const length = bytes[at] ?? 0;
    if (length === 0) return at + 1;
    if (length >= 0xc0) return at + 2;
    at += length + 1;
  }
}
