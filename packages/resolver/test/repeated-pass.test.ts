import test from 'ava';
import { type Probe } from '@srvkit/resolver';
import { closedPort } from './closed-port.ts';
import { listen, start, zone } from './started-resolver.ts';

const REQUEST = { service: '_sip._tcp', domains: ['example.org'] };

test('a pass that failed is repeated, asking anew', async (t) => {
  const port = await listen(t);
  const { resolver, server } = await start(t, `_sip._tcp SRV 10 0 ${await closedPort(t)} a\na A 127.0.0.1`);
  let attempts = 0;
  const probe: Probe = async () => {
    attempts += 1;
    if (attempts < 3) {
      if (attempts === 2) server.setZone(zone(`_sip._tcp SRV 10 0 ${port} a\na A 127.0.0.1`));
      throw Object.assign(new Error(), { code: 'ECONNREFUSED' });
    }
    return { outcome: 'reached' };
  };
  const resolution = await resolver.resolve(REQUEST, { probe, retries: 5, retryDelayMs: 1 });
  t.is(resolution.outcome, 'reached');
  t.deepEqual(
    resolution.attempts.map(({ outcome }) => outcome),
    ['refused', 'refused', 'reached'],
  );
  t.is(resolution.host?.port, port);
  t.deepEqual(resolution.skipped, [{ source: 'cache', why: 'caching-off' }]);
});

test('what no repetition would change is not repeated; what is, is told in the end', async (t) => {
  const { resolver, server } = await start(t, '');
  const options = { retries: 2, retryDelayMs: 1 };
  t.is((await resolver.resolve(REQUEST, options)).outcome, 'not-found');
  t.is(server.requests.length, 1);
  server.setFaults(['*=servfail']);
  const { outcome, lookups } = await resolver.resolve({ service: '_sip._tcp', domains: ['other.example.org'] }, options);
  t.is(outcome, 'failed');
  t.is(lookups.length, 3);
});
