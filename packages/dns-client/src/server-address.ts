import { addressFamily, ParseError, parseDomainName } from '@srvkit/dns';

/** A name server as it was configured: an IP address (IPv6 with its zone index, if it has one) or a name for the operating system. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

const DNS_PORT = 53;

/**
 * Reads `HOST[:PORT]` or `[V6][:PORT]` (cli.md, "Parsing"). HOST is an IPv4 address or a name. Throws `TypeError` when
 * there is none, and `ParseError`: an IPv6 address without brackets is refused, because nobody can tell its last group from a port (kms
 * D-17).
 */
export function parseServerAddress(text: string, defaultPort: number = DNS_PORT): ServerAddress {
  if (typeof text !== 'string') throw new TypeError('the server is missing: write HOST or HOST:PORT');
  if (text.startsWith('[')) return parseBracketed(text, defaultPort);
  const colon = text.indexOf(':');
  if (colon !== text.lastIndexOf(':'))
    throw new ParseError('BARE_IPV6', `${quoted(text)} is an IPv6 address without brackets: write [ADDRESS] or [ADDRESS]:PORT`);
  const host = colon < 0 ? text : text.slice(0, colon);
  checkHost(host, text);
  return { host, port: colon < 0 ? defaultPort : parsePort(text.slice(colon + 1), text) };
}

/** `127.0.0.1:53`, `[2001:db8::1]:53`: the one form in which servers are reported. */
export function formatServerAddress({ host, port }: ServerAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Whether the host is an IP address, an IPv6 zone index (`fe80::1%eth0`) allowed. */
export function isAddress(host: string): boolean {
  return addressFamily(withoutZoneIndex(host)) !== undefined;
}

function parseBracketed(text: string, defaultPort: number): ServerAddress {
  const end = text.indexOf(']');
  const host = text.slice(1, end);
  if (end < 0 || addressFamily(withoutZoneIndex(host)) !== 6)
    throw new ParseError('BAD_ADDRESS', `${quoted(text)} has no IPv6 address in brackets: write [2001:db8::1] or [2001:db8::1]:53`);
  const rest = text.slice(end + 1);
  if (rest === '') return { host, port: defaultPort };
  if (!rest.startsWith(':'))
    throw new ParseError('BAD_ADDRESS', `${quoted(text)} has something other than :PORT after the bracket`, { column: end + 2 });
  return { host, port: parsePort(rest.slice(1), text) };
}

function checkHost(host: string, text: string): void {
  if (host === '') throw new ParseError('EMPTY_NAME', `${quoted(text)} names no server: write HOST or HOST:PORT`);
  if (addressFamily(host) !== undefined) return;
  if (/(^|\.)\d+\.?$/.test(host))
    throw new ParseError('BAD_ADDRESS', `${quoted(text)} is not an IPv4 address: write four numbers from 0 to 255, as in 192.0.2.1`);
  parseDomainName(host);
}

function parsePort(digits: string, text: string): number {
  const port = Number(digits);
  if (!/^\d{1,5}$/.test(digits) || port < 1 || port > 65_535)
    throw new ParseError('BAD_PORT', `${quoted(text)} has no port from 1 to 65535 after the colon`);
  return port;
}

function withoutZoneIndex(host: string): string {
  const at = host.indexOf('%');
  return at > 0 ? host.slice(0, at) : host;
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}...` : text);
}
