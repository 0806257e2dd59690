/** As much of dns-packet as the benches call. */
declare module 'dns-packet' {
  const packet: {
    decode(octets: Uint8Array): object;
    encode(message: object): Uint8Array;
  };
  export default packet;
}
