import { Resolver } from 'node:dns/promises';
import { createResolver } from '@srvkit/resolver';
import { startChildServer } from './child-server.ts';
import { compare } from './compare.ts';
import type { Row } from './row.ts';
import { ORIGIN, SERVICES } from './zone.ts';

// The round for warm-up has to compile the resolver: after fewer runs the first rounds that count still would.
const RUNS = 1500;

/** SRV records, a draw and an address of the host drawn, one resolution after the other, nothing cached: our resolver beside c-ares. */
export async function firstAddressRows(): Promise<Row[]> {
  const server = await startChildServer('srvkit');
  const address = `127.0.0.1:${server.port}`;
  const resolver = createResolver({ servers: [address], dns: { cache: false } });
  const peer = new Resolver();
  peer.setServers([address]);
  try {
    const row = await compare({
      name: 'first usable address',
      unit: 'µs',
      target: { kind: 'of its time', bound: 0.6 },
      ours: () =>
        medianMicroseconds(async (service) => {
          const request = { service, domains: [ORIGIN], caching: false };
          const { host } = await resolver.resolve(request, { probe: () => Promise.resolve({ outcome: 'reached' }) });
          return host?.address;
        }),
      peer: {
        name: 'c-ares resolveSrv, resolve4',
        turn: () =>
          medianMicroseconds(async (service) => {
            const [first] = await peer.resolveSrv(`${service}.${ORIGIN}`);
            return (await peer.resolve4(first?.name ?? ''))[0];
          }),
      },
    });
    return [row];
  } finally {
    await resolver.close();
    await server.stop();
  }
}

async function medianMicroseconds(firstAddress: (service: string) => Promise<string | null | undefined>): Promise<number> {
  const taken: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const start = performance.now();
    const address = await firstAddress(SERVICES[run % SERVICES.length] ?? '');
    taken.push((performance.now() - start) * 1000);
    if (typeof address !== 'string') throw new Error('a resolution gave no address');
  }
  return taken.sort((a, b) => a - b)[taken.length >> 1] ?? Number.NaN;
}
