// A program in plain JavaScript: a host publishes itself, a client finds it, remembers it, and follows a fixed host of its settings.
import { createServer } from 'node:net';
import { makeTsigKey, parseDomainName } from '@srvkit/dns';
import { fileHostCache } from '@srvkit/host-cache';
import { discoveryRequest, setFixedHost } from '@srvkit/kms';
import { createPublisher, hmacSigner } from '@srvkit/publisher';
import { createResolver } from '@srvkit/resolver';
import { formatRegFile, parseRegFile, Settings } from '@srvkit/settings';
import { createTestServer } from '@srvkit/test-server';

const [cacheFile = ''] = process.argv.slice(2);
const host = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
await new Promise((listening) => host.once('listening', listening));
const { port } = host.address();

const key = makeTsigKey({ name: parseDomainName('east-key'), secret: Buffer.from('a secret of the east') });
const dns = await createTestServer({
  keys: [key],
  zones: ['$ORIGIN east.contoso.com.\n$TTL 60\n@ SOA ns1 hostmaster 1 2 3 4 5\n@ NS ns1\nns1 A 127.0.0.1\nkms-e1 A 127.0.0.1\n'],
});
const publisher = createPublisher({ server: dns.address, signer: hmacSigner(key) });
const report = await publisher.publish({
  service: '_vlmcs._tcp',
  target: parseDomainName('kms-e1.east.contoso.com'),
  port,
  entries: [{ domain: parseDomainName('east.contoso.com'), priority: 10, weight: 75 }],
});
console.log(report.outcome, report.zones[0]?.verified);

const resolver = createResolver({ servers: [dns.address], cache: fileHostCache(cacheFile) });
const { request } = discoveryRequest(Settings.empty(), { domains: ['east.contoso.com'] });
for (const time of ['first', 'second']) {
  const { outcome, host: found } = await resolver.resolve(request);
  console.log(time, outcome, found?.target, found?.port === port, found?.source);
}

const exported = formatRegFile(setFixedHost(Settings.empty(), `kms-e1.east.contoso.com:${port}`));
const fixed = discoveryRequest(parseRegFile(exported), { domains: ['west.contoso.com'], caching: false });
const pinned = await resolver.resolve(fixed.request);
console.log('fixed', pinned.outcome, pinned.host?.target, pinned.host?.source);

await resolver.close();
await dns.close();
host.close();
