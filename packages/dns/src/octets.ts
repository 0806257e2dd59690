/** Whether two runs of octets are the same. Not in constant time: never for a MAC. */
export function octetsEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, at) => octet === b[at]);
}
