import { addressFamily } from '@srvkit/dns';
import type { DomainName } from '@srvkit/dns';

/** An IP address written where a host name belongs: `192.0.2.1.` as four labels, or an IPv6 address as one (srv A5). */
export interface AddressName {
  readonly type: 'A' | 'AAAA';
  readonly address: string;
}

/** The address that a name spells, undefined for a name that may be a host's. Such a name is never asked for. */
export function addressNamed(name: DomainName): AddressName | undefined {
  const { wire } = name;
  const last = wire[wire.length - 2] ?? 0;
  const isSingleLabel = (wire[0] ?? 0) + 2 === wire.length;
  if (!isSingleLabel && (last < 0x30 || last > 0x39)) return undefined;
  const address = name.toString().slice(0, -1);
  const family = addressFamily(address);
  return family === undefined ? undefined : { type: family === 4 ? 'A' : 'AAAA', address };
}
