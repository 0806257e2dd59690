/**
 * A copy with the ASCII letters in lower case (RFC 4343). Whole wire forms of names are safe to fold: length octets are at most 63,
 * below `A`.
 */
export function foldCase(octets: Uint8Array): Uint8Array {
  return octets.map((octet) => (octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet));
}
