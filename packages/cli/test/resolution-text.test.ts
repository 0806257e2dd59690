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

for (const [why, words] of [
  [[{ from: 'own', failures: 1, until: 1_795_000_000_000 }], 'failed once, until 2026-11-18T11:06:40.000Z'],
  [
    [
      { from: 'own', failures: 3, until: 1_795_000_000_000 },
      { from: 'shared', failures: 2, until: 9e15 },
    ],
    'failed 3 times in a row, until 2026-11-18T11:06:40.000Z; failed 2 times in a row, as others say, until 9000000000000000',
  ],
  [[{ from: 'request', failures: null, until: null }], 'as the request says'],
] as const) {
  test(`a host that is tried last tells why: ${words}`, async (t) => {
    const resolver = createResolver({ servers: ['127.0.0.1:9'] });
    t.teardown(() => resolver.close());
    const resolution = await resolver.resolve({ service: '_vlmcs._tcp' });
    const host = { domain: 'east.contoso.com.', target: 'kms-e1.east.contoso.com.', port: 1688, priority: 10, weight: 75 };
    const trace = renderTrace({ ...resolution, demoted: [{ ...host, why }] }, PLAIN);
    t.true(trace.includes(`demoted kms-e1.east.contoso.com.:1688: last in priority 10, ${words}\n`), trace);
  });
}

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
