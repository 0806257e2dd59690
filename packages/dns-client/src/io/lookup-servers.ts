import type { Schedule } from '../ask-servers.ts';
import { MAX_ATTEMPTS } from '../client-options.ts';
import type { ClientLimits } from '../client-options.ts';
import { formatServerAddress, parseServerAddress } from '../server-address.ts';
import type { ServerAddress } from '../server-address.ts';
import type { SystemConfiguration } from '../system-configuration.ts';
import { findEndpoints, literalEndpoints } from './endpoints.ts';
import type { Endpoints } from './endpoints.ts';

/** The servers of a lookup, and all that depends on nothing else. */
export interface LookupServers {
  /** Part of every cache key: answers of different servers are different answers (srv C1). */
  readonly id: string;
  /** Whom to ask how, by the names the servers were given with while their addresses are not known. */
  readonly schedule: Schedule;
  /** By the names of the schedule; undefined while a name has to be looked up for it. */
  readonly endpoints: Endpoints | undefined;
  readonly addresses: readonly ServerAddress[];
}

/** Reads the servers a caller gave, or the system's. Throws `ParseError` for one that is none, `TypeError` for what is no list of them. */
export function lookupServers(
  servers: readonly string[],
  limits: ClientLimits,
  edns: (server: string) => boolean,
  system?: SystemConfiguration,
): LookupServers {
  // Programs without types give one server where a list is asked for.
  if (!Array.isArray(servers) || !servers.every((server) => typeof server === 'string'))
    throw new TypeError(`servers is ${JSON.stringify(servers)}: it must be a list of HOST[:PORT]`);
  const addresses = servers.map((server) => parseServerAddress(server));
  const endpoints = literalEndpoints(addresses);
  const names = addresses.map(formatServerAddress);
  const schedule = {
    servers: endpoints === undefined ? names : [...endpoints.keys()],
    attempts: limits.attempts ?? Math.min(MAX_ATTEMPTS, system?.attempts ?? 2),
    tryTimeoutMs: limits.tryTimeoutMs ?? system?.tryTimeoutMs ?? 1000,
    tcpTimeoutMs: limits.tcpTimeoutMs,
    reading: { maxRecords: limits.maxRecords, targets: limits.targets },
    edns: (server: string) => limits.edns && edns(server),
  };
  return { id: names.join(), schedule, endpoints, addresses };
}

/** The same with the addresses of those that were given by name. Rejects only with the reason of the signal. */
export async function withAddresses(
  servers: LookupServers,
  options: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<LookupServers & { readonly endpoints: Endpoints }> {
  const endpoints = await findEndpoints(servers.addresses, options);
  return { ...servers, endpoints, schedule: { ...servers.schedule, servers: [...endpoints.keys()] } };
}
