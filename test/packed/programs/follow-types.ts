// A program in TypeScript, under the strictest settings: what the declarations say must be what happens.
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { parseDomainName, type DomainName } from '@srvkit/dns';
import { memoryHostCache, type HostCache } from '@srvkit/host-cache';
import { createResolver, DiscoveryError, makeRequest, type DiscoveryRequest, type Probe, type Resolution } from '@srvkit/resolver';
import { createTestServer } from '@srvkit/test-server';
import { parseZone, type Zone } from '@srvkit/test-server/zone';

const host = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
await new Promise((listening) => host.once('listening', listening));
const { port } = host.address() as AddressInfo;

const records = ['@ SOA ns1 hostmaster 1 2 3 4 5', '@ NS ns1', 'ns1 A 127.0.0.1', `_vlmcs._tcp SRV 10 75 ${port} ns1`];
const zone = `$ORIGIN east.contoso.com.\n$TTL 60\n${records.join('\n')}\n`;
const dns = await createTestServer({ zones: [zone] });
const served: Zone | undefined = dns.zones.get('east.contoso.com.');
console.log(served?.serial === parseZone(zone).serial, dns.address.startsWith('127.0.0.1:'));

const cache: HostCache = memoryHostCache();
const resolver = createResolver({ servers: [dns.address], cache });
const domain: DomainName = parseDomainName('east.contoso.com');
const request: DiscoveryRequest = makeRequest({ service: '_vlmcs._tcp', domains: [domain] });

const refusing: Probe = ({ target }) => Promise.resolve({ outcome: 'rejected', final: true, code: `not ${target}` });
const rejected: Resolution = await resolver.resolve(request, { probe: refusing });
console.log(rejected.outcome, rejected.host?.target ?? 'nobody');

const socket: Socket = await resolver.connect(request, { timeoutMs: 5000 });
console.log(socket.remotePort === port);
socket.destroy();

try {
  await resolver.connect(makeRequest({ service: '_vlmcs._tcp', domains: ['nowhere.east.contoso.com'], caching: false }));
} catch (error) {
  if (!(error instanceof DiscoveryError)) throw error;
  const outcome: Resolution['outcome'] = error.resolution.outcome;
  console.log(outcome, error.code === outcome);
}

// @ts-expect-error a deadline is a number of milliseconds
const misuse = resolver.resolve(request, { timeoutMs: '5s' });
console.log(await misuse.catch((error: unknown) => error instanceof RangeError));

await resolver.close();
await dns.close();
host.close();
