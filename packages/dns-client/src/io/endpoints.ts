import { lookup } from 'node:dns/promises';
import { formatServerAddress, isAddress } from '../server-address.ts';
import type { ServerAddress } from '../server-address.ts';
import type { Endpoint } from './conversation.ts';
import { withinTime } from './within-time.ts';

/** Where servers can be reached, by the name they are reported with and in their order. Undefined: its name has no address. */
export type Endpoints = ReadonlyMap<string, Endpoint | undefined>;

/** The endpoints of servers that are all given by their address; undefined when one is given by name. */
export function literalEndpoints(servers: readonly ServerAddress[]): Endpoints | undefined {
  if (!servers.every(({ host }) => isAddress(host))) return undefined;
  return new Map(servers.map(({ host, port }) => endpoint(host, port)).map((each) => [each.text, each]));
}

/**
 * Asks the operating system for every server that is given by name, and takes all its addresses. A name that has none, or not within
 * `timeoutMs`, keeps its place. Rejects only with the reason of the signal.
 */
export async function findEndpoints(
  servers: readonly ServerAddress[],
  options: { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined },
  addressesOf: (host: string) => Promise<readonly string[]> = systemAddresses,
): Promise<Endpoints> {
  const found = await Promise.all(
    servers.map(({ host }) => (isAddress(host) ? Promise.resolve([host]) : withinTime(addressesOf(host), options))),
  );
  const endpoints = new Map<string, Endpoint | undefined>();
  for (const [index, server] of servers.entries()) {
    const addresses = found[index] ?? [];
    if (addresses.length === 0) endpoints.set(formatServerAddress(server), undefined);
    for (const address of addresses) {
      const each = endpoint(address, server.port);
      endpoints.set(each.text, each);
    }
  }
  return endpoints;
}

async function systemAddresses(host: string): Promise<readonly string[]> {
  try {
    const found = await lookup(host, { all: true });
    return found.map(({ address }) => address);
  } catch {
    return []; // whatever the reason, it has no address for us
  }
}

function endpoint(address: string, port: number): Endpoint {
  return { address, port, family: address.includes(':') ? 6 : 4, text: formatServerAddress({ host: address, port }) };
}
