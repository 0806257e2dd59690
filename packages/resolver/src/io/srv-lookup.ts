import type { LookupFunction } from 'node:net';
import type { RequestParts } from '@srvkit/discovery';
import { addressFamily } from '@srvkit/dns';
import { DiscoveryError } from '../discovery-error.ts';
import type { Probe } from '../probe.ts';
import type { ResolveOptions } from '../resolve-options.ts';
import type { Resolver } from './resolver.ts';
import { tcpContact } from './tcp-contact.ts';

/** What a lookup follows. `port`: the one that will be connected to, because a lookup cannot change it. */
export interface SrvLookupOptions extends Omit<ResolveOptions, 'probe'> {
  readonly resolver: Pick<Resolver, 'resolve'>;
  /** `_service._proto`. */
  readonly service: string;
  readonly port: number;
}

/** The host that was found listens on another port than the one stated. */
export class SrvPortError extends Error {
  override readonly name = 'SrvPortError';
  readonly code = 'ESRVPORT';
}

/**
 * A `lookup` for `net.connect`, `tls.connect` and `http.request`: the address of a host that answers, of the family asked for. Fails with
 * `ESRVPORT` when that host has another port than `port`; with a `DiscoveryError` when there is no host.
 */
export function srvLookup({ resolver, service, port, ...options }: SrvLookupOptions): LookupFunction {
  return (domain, { all, family }, answer) => {
    const wanted = family === 'IPv4' ? 4 : family === 'IPv6' ? 6 : (family ?? 0);
    addressOf(resolver, { service, domains: [domain] }, port, wanted, options).then(
      ({ address, family }) => (all === true ? answer(null, [{ address, family }]) : answer(null, address, family)),
      (error: NodeJS.ErrnoException) => answer(error, all === true ? [] : ''),
    );
  };
}

async function addressOf(
  resolver: Pick<Resolver, 'resolve'>,
  request: RequestParts,
  port: number,
  wanted: number,
  options: Omit<ResolveOptions, 'probe'>,
): Promise<{ readonly address: string; readonly family: number }> {
  const resolution = await resolver.resolve(request, { ...options, probe: tcpOf(wanted) });
  const { host } = resolution;
  if (host === null || host.address === null) throw new DiscoveryError(resolution);
  const { target, address } = host;
  if (host.port !== port)
    throw new SrvPortError(`${target}: the SRV record says port ${host.port}, not ${port}: connect to it by an agent`);
  return { address, family: addressFamily(address) ?? 0 };
}

// An address of the other family is an attempt that failed, so that the host's next address is tried.
function tcpOf(wanted: number): Probe {
  return async (endpoint, signal) => {
    if (wanted !== 0 && addressFamily(endpoint.address) !== wanted)
      throw Object.assign(new Error(`${endpoint.address} is not IPv${wanted}`), { code: 'EAFNOSUPPORT' });
    const result = await tcpContact.reach(endpoint, signal);
    if (result.outcome === 'reached') tcpContact.discard(result.value);
    return result;
  };
}
