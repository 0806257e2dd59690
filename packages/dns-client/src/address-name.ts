import { addressFamily } from '@srvkit/dns';
import type { DomainName } from '@srvkit/dns';

/** An IP address written where a host name belongs: `192.0.2.1.` as four labels, or an IPv6 address as one (srv A5). */
export interface AddressName {
  readonly type: 'A' | 'AAAA';
  readonly address: string;
}

/** The address that a name spells, undefined for a name that may be a host's. Such a name is never asked for. */
export function addressNamed(name: DomainName): AddressName | undefined {
  const last = name.wire.at(-2) ?? 0;
  const mayBe = (last >= 0x30 && last <= 0x39) || name.labelCount === 1;
  if (!mayBe) return undefined;
  const address = name.toString().slice(0, -1);
  const family = addressFamily(address);
  return family === undefined ? undefined : { type: family === 4 ? 'A' : 'AAAA', address };
}
