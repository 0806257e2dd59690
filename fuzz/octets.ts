/** A message with its length in front, as it goes over TCP. */
export function framed(message: Uint8Array): Uint8Array {
  return Uint8Array.from([message.length >> 8, message.length & 0xff, ...message]);
}

/** Octets as text in small letters: so are the names of key and algorithm signed (RFC 8945 section 4.3.3). */
export function inSmallLetters(octets: Uint8Array): string {
  return Buffer.from(octets)
    .toString('latin1')
    .replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}
