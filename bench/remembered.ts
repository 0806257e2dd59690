import { Resolver } from 'node:dns/promises';
import { memoryHostCache } from '@srvkit/host-cache';
import { createResolver, makeRequest } from '@srvkit/resolver';
import CacheableLookup from 'cacheable-lookup';
import { startChildServer } from './child-server.ts';
import { compare } from './compare.ts';
import type { Row } from './row.ts';
import { ORIGIN } from './zone.ts';

const RUNS = 10_000;

/** A whole resolution that finds its host remembered and probes nothing, beside a hit of cacheable-lookup. */
export async function rememberedRows(): Promise<Row[]> {
  const server = await startChildServer('srvkit');
  const address = `127.0.0.1:${server.port}`;
  const resolver = createResolver({ servers: [address], cache: memoryHostCache() });
  const peer = new CacheableLookup({ resolver: new Resolver() });
  peer.servers = [address];
  const request = makeRequest({ service: '_vlmcs._tcp', domains: [ORIGIN] });
  await resolver.resolve(request, { probe: () => Promise.resolve({ outcome: 'reached' }) });
  try {
    const row = await compare({
      name: 'resolve from a remembered host',
      unit: 'ns',
      target: { kind: 'times as fast', bound: 1 },
      ours: () =>
        nanosecondsARun(async () => {
          const { host } = await resolver.resolve(request, { probe: 'none' });
          return host?.source === 'cache';
        }),
      peer: {
        name: 'cacheable-lookup hit',
        turn: () => nanosecondsARun(async () => (await peer.lookupAsync(`kms-e1.${ORIGIN}`)).address === '192.0.2.1'),
      },
    });
    return [row];
  } finally {
    await resolver.close();
    await server.stop();
  }
}

async function nanosecondsARun(isHit: () => Promise<boolean>): Promise<number> {
  const start = process.hrtime.bigint();
  for (let run = 0; run < RUNS; run += 1) if (!(await isHit())) throw new Error('nothing is remembered');
  return Number(process.hrtime.bigint() - start) / RUNS;
}
