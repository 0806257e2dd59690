import type { Socket } from 'node:net';
import type { RequestParts } from '@srvkit/discovery';
import { DiscoveryError } from '../discovery-error.ts';
import type { Endpoint } from '../probe.ts';
import type { Resolution } from '../resolution.ts';
import type { ResolveOptions } from '../resolve-options.ts';
import type { Resolver } from './resolver.ts';

/** Opens what an adapter needs of a host, its TLS handshake included; rejects when that fails or the signal ends it. */
export type Open = (endpoint: Endpoint, signal: AbortSignal) => Promise<Socket>;

/** Discovers a host, and gives the connection that `open` made to it and how it was found. Throws a `DiscoveryError` when there is none. */
export async function followSrv(
  resolver: Pick<Resolver, 'resolve'>,
  request: RequestParts,
  options: Omit<ResolveOptions, 'probe'>,
  open: Open,
): Promise<{ readonly socket: Socket; readonly resolution: Resolution }> {
  const opened = new Map<string, Socket>();
  let isOver = false;
  try {
    const resolution = await resolver.resolve(request, {
      ...options,
      probe: async (endpoint, signal) => {
        const socket = await open(endpoint, signal);
        if (isOver || signal.aborted) socket.destroy();
        else opened.set(keyOf(endpoint), socket);
        return { outcome: 'reached' };
      },
    });
    const { host } = resolution;
    const socket = host === null ? undefined : opened.get(keyOf(host));
    if (host === null || socket === undefined) throw new DiscoveryError(resolution);
    opened.delete(keyOf(host));
    return { socket, resolution };
  } finally {
    isOver = true;
    for (const socket of opened.values()) socket.destroy(); // another host was quicker
  }
}

function keyOf({ target, port, address }: { readonly target: string; readonly port: number; readonly address: string | null }): string {
  return `${target} ${port} ${address}`;
}
