import { type DomainName, ParseError, parseDomainName } from '@srvkit/dns';

/**
 * Reads a service name: `_service._proto`, with or without the underscores and the final dot, in any case; labels of an Active Directory
 * location may follow (`_ldap._tcp.dc._msdcs`). Gives it in lower case (srv N1, N2). Throws `ParseError`, and
 * `TypeError` when there is none.
 */
export function parseServiceName(text: string): string {
  if (typeof text !== 'string') throw new TypeError('the service is missing: write it like _ldap._tcp');
  if (PLAIN.test(text)) return text;
  const [service, protocol, ...location] = text.replace(/\.$/, '').toLowerCase().split('.');
  const labels = [service, protocol].map((label) => `_${(label ?? '').replace(/^_/, '')}`);
  if (!labels.every((label) => /^_[a-z0-9-]+$/.test(label)) || location.includes(''))
    throw new ParseError('BAD_SERVICE', `${JSON.stringify(text)} is not a service name: write it like _ldap._tcp`);
  return parseDomainName([...labels, ...location].join('.'))
    .toString()
    .slice(0, -1);
}

/** How a service name is given, without a location: what is written so already need not be read. */
const PLAIN = /^_[a-z0-9-]{1,62}\._[a-z0-9-]{1,62}$/;

/** The owner name to ask: the service under a domain. Throws `ParseError` when it does not fit into 255 octets (srv N2). */
export function queryName(service: string, domain: DomainName): DomainName {
  return parseDomainName(service, domain);
}
