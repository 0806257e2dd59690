import { addressFamily } from '@srvkit/dns';
import type { DomainName } from '@srvkit/dns';

/** Whether a name is an IP address where the name of a host belongs: clients leave such a target out (srv A5). */
export function spellsAddress(name: DomainName): boolean {
  return addressFamily(name.toString().slice(0, -1)) !== undefined;
}
