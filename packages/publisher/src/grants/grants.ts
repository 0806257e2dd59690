import type { DomainName } from '@srvkit/dns';
import { bindGrants } from './bind-grants.ts';
import { knotGrants } from './knot-grants.ts';
import { powerDnsGrants } from './power-dns-grants.ts';
import { windowsGrants } from './windows-grants.ts';

/** A server whose configuration can be printed. */
export type GrantingServer = 'bind' | 'knot' | 'powerdns' | 'windows';

/** The owner names of one zone in which a host publishes. */
export interface GrantedZone {
  readonly zone: DomainName;
  /** `_service._proto` under a domain of the zone; at least one. */
  readonly owners: readonly DomainName[];
  /** The zone's primary by name, if known. */
  readonly primary?: DomainName;
}

/** Who shall be allowed what. */
export interface GrantRequest {
  /** The host that publishes itself. */
  readonly target: DomainName;
  readonly zones: readonly GrantedZone[];
  /** The key that signs; Windows knows hosts by their account instead. */
  readonly key: DomainName | undefined;
}

/**
 * The least rights a publisher needs, as configuration of that server with its reasons as comments: SRV records of the owner names, and
 * nothing else (publish 6.10, kms P-18 to P-25). Throws `TypeError` where the server knows publishers by a key and none is given.
 */
export function grantsFor(server: GrantingServer, request: GrantRequest): string {
  if (server === 'windows') return windowsGrants(request);
  const { key } = request;
  if (key === undefined) throw new TypeError(`${server} knows a publisher by its key: name the key that gets the rights`);
  return CONFIGURATIONS[server]({ ...request, key });
}

/** A request of somebody with a key. */
export type KeyedGrantRequest = GrantRequest & { readonly key: DomainName };

const CONFIGURATIONS: Readonly<Record<Exclude<GrantingServer, 'windows'>, (request: KeyedGrantRequest) => string>> = {
  bind: bindGrants,
  knot: knotGrants,
  powerdns: powerDnsGrants,
};
