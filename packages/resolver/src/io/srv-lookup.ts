import type { LookupFunction } from 'node:net';
import type { RequestParts } from '@srvkit/discovery';
import { addressFamily } from '@srvkit/dns';
import { checkAdapterOptions } from '../adapter-options.ts';
import { DiscoveryError } from '../discovery-error.ts';
import { untriedError } from '../failure.ts';
import type { Probe } from '../probe.ts';
import type { Resolution } from '../resolution.ts';
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

/** There are hosts, and all of them listen on other ports than the one stated. `resolution` names them. */
export class SrvPortError extends Error {
  override readonly name = 'SrvPortError';
  readonly code = 'ESRVPORT';
  readonly resolution: Resolution;

  constructor(port: number, resolution: Resolution) {
    const hosts = resolution.attempts.map(({ target, port }) => `${target}:${port}`);
    super(`${resolution.service}: no host listens on port ${port}, only ${hosts.join(', ')}: connect by an agent`);
    this.resolution = resolution;
  }
}

/**
 * A `lookup` for `net.connect`, `tls.connect` and `http.request`: the address of a host that answers on `port`, of the family asked for.
 * Hosts with other ports are passed over. Fails with `ESRVPORT` when there are no others; with a `DiscoveryError` when there is no host,
 * or none that answers. Throws `ParseError` for a service that is none, `RangeError` for numbers out of bounds, and `TypeError` where the
 * service or the resolver is missing.
 */
export function srvLookup(options: SrvLookupOptions): LookupFunction {
  checkAdapterOptions(options);
  const { resolver, service, port, ...limits } = options;
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new RangeError(`port ${port} is out of range: use 1 to 65535`);
  return (domain, { all, family }, answer) => {
    const wanted = family === 'IPv4' ? 4 : family === 'IPv6' ? 6 : (family ?? 0);
    addressOf(resolver, { service, domains: [domain] }, port, wanted, limits).then(
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
  const resolution = await resolver.resolve(request, { ...options, probe: tcpOf(wanted, port) });
  const { host, attempts } = resolution;
  if (host !== null && host.address !== null) return { address: host.address, family: addressFamily(host.address) ?? 0 };
  if (attempts.length > 0 && attempts.every((attempt) => attempt.port !== port)) throw new SrvPortError(port, resolution);
  throw new DiscoveryError(resolution);
}

function tcpOf(wanted: number, port: number): Probe {
  return async (endpoint, signal) => {
    // Neither says anything of the host's health.
    if (endpoint.port !== port) throw untriedError(`${endpoint.port} is not port ${port}`, 'ESRVPORT');
    if (wanted !== 0 && addressFamily(endpoint.address) !== wanted)
      throw untriedError(`${endpoint.address} is not IPv${wanted}`, 'EAFNOSUPPORT');
    const result = await tcpContact.reach(endpoint, signal);
    if (result.outcome === 'reached') tcpContact.discard(result.value);
    return result;
  };
}
