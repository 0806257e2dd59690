import { Resolver } from 'node:dns/promises';
import { createDnsClient } from '@srvkit/dns-client';
import { parseDomainName } from '@srvkit/dns';
import { startChildServer } from './child-server.ts';
import { compare } from './compare.ts';
import type { Row } from './row.ts';
import { ORIGIN, SERVICES } from './zone.ts';

const IN_FLIGHT = 64;
const TURN_MS = 300;

/** SRV lookups, 64 in flight, nothing cached: our client with all its checks beside c-ares. */
export async function lookupRows(): Promise<Row[]> {
  const server = await startChildServer('srvkit');
  const address = `127.0.0.1:${server.port}`;
  const client = createDnsClient({ servers: [address], cache: false });
  const peer = new Resolver();
  peer.setServers([address]);
  const owners = SERVICES.map((service) => parseDomainName(`${service}.${ORIGIN}`));
  const names = owners.map((owner) => owner.toString());
  try {
    const row = await compare({
      name: `SRV lookups, ${IN_FLIGHT} in flight`,
      unit: '/s',
      target: { kind: 'times as fast', bound: 1.2 },
      ours: () =>
        lookupsASecond(owners, async (owner) => {
          const { kind } = await client.lookup(owner, 'SRV');
          if (kind !== 'records') throw new Error(`${owner.toString()}: ${kind}`);
        }),
      peer: { name: 'c-ares resolveSrv', turn: () => lookupsASecond(names, (name) => peer.resolveSrv(name)) },
    });
    return [row];
  } finally {
    await client.close();
    await server.stop();
  }
}

/** As many chains of lookups as shall be in flight; each has names of its own, so that none is shared. */
async function lookupsASecond<T>(names: readonly T[], lookup: (name: T) => Promise<unknown>): Promise<number> {
  let done = 0;
  const start = performance.now();
  const chains = Array.from({ length: IN_FLIGHT }, async (_, chain) => {
    for (let turn = 0; performance.now() - start < TURN_MS; turn += 1) {
      await lookup(names[(chain + IN_FLIGHT * turn) % names.length] as T);
      done += 1;
    }
  });
  await Promise.all(chains);
  return (done * 1000) / (performance.now() - start);
}
