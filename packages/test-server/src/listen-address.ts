import { addressFamily, parseAddress, ParseError } from '@srvkit/dns';

/** Where to listen. Port 0: any, the same for UDP and TCP. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
  readonly family: 4 | 6;
  readonly loopback: boolean;
}

/** Reads `ADDRESS[:PORT]`, `[V6][:PORT]` or a bare IPv6 address; `localhost` is 127.0.0.1. Port 0 unless given. Throws `ParseError`. */
export function parseListenAddress(text: string): ListenAddress {
  const [, bracketed, plain, digits = '0'] = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(\d{1,5}))?$/.exec(text) ?? [undefined, undefined, text];
  const named = bracketed ?? plain ?? '';
  const host = named === 'localhost' ? '127.0.0.1' : named;
  const family = addressFamily(host);
  const port = Number(digits);
  if (family === undefined || port > 0xffff || (bracketed !== undefined && family === 4)) {
    throw new ParseError(
      'BAD_LISTEN_ADDRESS',
      `cannot listen on ${JSON.stringify(text)}: write 127.0.0.1:5300 or [::1]:5300, with a port from 0 to 65535`,
    );
  }
  return { host, port, family, loopback: isLoopback(parseAddress(host)) };
}

/** `127.0.0.1:5300`, `[::1]:5300` */
export function formatEndpoint(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

function isLoopback(octets: Uint8Array): boolean {
  return octets.length === 4 ? octets[0] === 127 : octets.every((octet, at) => octet === (at === 15 ? 1 : 0));
}
