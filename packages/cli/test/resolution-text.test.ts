import { createResolver } from '@srvkit/resolver';
import { createTestServer } from '@srvkit/test-server';
import test from 'ava';
import { renderResolution, renderTrace } from '../src/render/resolution.ts';
import { styleFor } from '../src/render/style.ts';

const ZONE = `$ORIGIN east.contoso.com.
@           60 IN SOA dns1 admin 1 3600 600 86400 60
@           60 IN NS  dns1
_vlmcs._tcp 60 IN SRV 10 75 1688 kms-e1
kms-e1      60 IN A   127.0.1.11
`;
const PLAIN = styleFor({ isTerminal: false, write: () => true });

test('a stale answer is called one, with the tries that failed before it was given', async (t) => {
  const server = await createTestServer({ zones: [ZONE] });
  let now = 1_000_000_000_000;
  const resolver = createResolver({ servers: [server.address], now: () => now });
  t.teardown(() => resolver.close());
  const request = { service: '_vlmcs._tcp', domains: ['east.contoso.com'], caching: false };
  await resolver.resolve(request, { probe: 'none' });
  await server.close();
  now += 90_000;
  const resolution = await resolver.resolve(request, { probe: 'none' });
  const trace = renderTrace(resolution, PLAIN);
  t.true(trace.includes('_vlmcs._tcp.east.contoso.com. SRV: records NOERROR stale, from the cache, TTL 30'), trace);
  t.true(trace.includes(`udp ${server.address}: refused`), trace);
  t.regex(
    renderResolution(resolution, PLAIN),
    /^selected kms-e1\.east\.contoso\.com\.:1688 .*\nwarning: .* one is used whose TTL was over 30 s ago/,
  );
});
