import { addressFamily } from '@srvkit/dns';

/**
 * The domain whose SRV records stand for the host of a URL. Null where SRV is to be left out: an IP literal, or a port that the URL states
 * (srv N4), and `localhost`, which is no matter of DNS (RFC 6761 section 6.3).
 */
export function srvDomain({ hostname, port }: Pick<URL, 'hostname' | 'port'>): string | null {
  if (port !== '' || hostname === '' || hostname.startsWith('[') || addressFamily(hostname) !== undefined) return null;
  return /(?:^|\.)localhost\.?$/i.test(hostname) ? null : hostname;
}
