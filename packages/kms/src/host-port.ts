import { addressFamily, formatAddress, parseAddress, parseDomainName } from '@srvkit/dns';
import type { DomainName } from '@srvkit/dns';
import { SettingsError } from '@srvkit/settings';

/** What `/skms` takes; null where the text leaves it out. */
export interface HostPort {
  readonly host: string | null;
  readonly port: number | null;
}

/** The port of a host for which none is given (kms D-09, D-26). */
export const DEFAULT_PORT = 1688;

/**
 * Reads `HOST[:PORT]`, `[V6][:PORT]` or `:PORT` (kms D-15 to D-18): HOST is a fully qualified name, a single label or an IPv4 address.
 * Stricter than slmgr on purpose: bare IPv6 is refused with the bracket form as the hint, and a port is 1 to 65535 in decimal digits.
 * Throws `SettingsError`: `BAD_HOST`, `BAD_PORT`.
 */
export function parseHostPort(text: string): HostPort {
  const trimmed = text.trim();
  const match = /^(\[[^\]]*\]|[^:[\]]*)(?::(.*))?$/.exec(trimmed);
  // Migration notes print /skms:HOST:PORT, which no tool reads (kms D-19).
  if (/^:[^:]*[a-z][^:]*(?::\d*)?$/i.test(trimmed)) throw badHost(text, `begins with a colon: write ${trimmed.slice(1)}`);
  if (!trimmed.startsWith('[') && trimmed.split(':').length > 2) throw badHost(text, bracketHint(trimmed));
  if (match === null) throw badHost(text, 'cannot be understood: write HOST, HOST:PORT, [IPV6], [IPV6]:PORT or :PORT');
  const [, host = '', port] = match;
  if (host === '' && port === undefined) throw badHost(text, 'is empty: write HOST, HOST:PORT or :PORT');
  return {
    host: host === '' ? null : canonicalHost(host),
    port: port === undefined ? null : parsePort(port, trimmed),
  };
}

/**
 * A host as discovery wants it: an IP literal without brackets, a single label as written, or a name with its final dot. An IPv6
 * address may be in brackets, as slmgr stores it (kms D-16), or bare where no port can follow it. Throws `SettingsError` `BAD_HOST`.
 */
export function canonicalHost(text: string): string {
  const host = text.trim();
  const inBrackets = /^\[(.*)\]$/.exec(host)?.[1];
  const family = addressFamily(inBrackets ?? host);
  if (inBrackets !== undefined && family !== 6)
    throw badHost(text, 'has something other than an IPv6 address in its brackets: remove them');
  if (family !== undefined) return formatAddress(parseAddress(inBrackets ?? host));
  if (host.includes(':')) throw badHost(text, 'has a colon: a port belongs into KeyManagementServicePort');
  const name = parseName(host, badHost);
  return host.includes('.') ? name.toString() : host;
}

/** Reads a domain: at least one label of letters, digits, hyphens and underscores, international names as A-labels. Throws `SettingsError`. */
export function parseDomain(text: string, code: string): DomainName {
  return parseName(text.trim(), (shown, why) => new SettingsError(code, `the domain ${quoted(shown)} ${why}`));
}

/** A port as the registry holds it: decimal digits, 1 to 65535 (kms D-09, X-13). Throws `SettingsError` `BAD_PORT`. */
export function parsePort(text: string, subject: string = text): number {
  const digits = text.trim();
  const port = Number(digits);
  if (/^\d{1,5}$/.test(digits) && port >= 1 && port <= 65_535) return port;
  throw new SettingsError('BAD_PORT', `${quoted(subject)} has no port from 1 to 65535 in decimal digits: correct it`);
}

function parseName(text: string, refuse: (text: string, why: string) => SettingsError): DomainName {
  if (text === '') throw refuse(text, 'is empty: write a name');
  if (!/^[\w-]+(?:\.[\w-]+)*\.?$/.test(text)) {
    throw refuse(
      text,
      'has a character or an empty label that no name has: use letters, digits, hyphens and dots, A-labels (xn--) otherwise',
    );
  }
  if (/(?:^|\.)\d+\.?$/.test(text))
    throw refuse(text, 'ends in a number like an address but is none: write four numbers from 0 to 255, or a name');
  try {
    return parseDomainName(text);
  } catch (error) {
    throw refuse(text, error instanceof Error ? `is no domain name: ${error.message}` : 'is no domain name');
  }
}

function bracketHint(text: string): string {
  const address = addressFamily(text) === 6 ? text : '2001:db8::5';
  return `has more than one colon: IPv6 goes in brackets, as in [${address}] or [${address}]:${DEFAULT_PORT}`;
}

function badHost(text: string, why: string): SettingsError {
  return new SettingsError('BAD_HOST', `the host ${quoted(text)} ${why}`);
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}...` : text);
}
