import test from 'ava';
import { makeRequest } from '@srvkit/discovery';
import { parseDomainName } from '@srvkit/dns';
import { pcg32 } from '@srvkit/selection';
import { Cancellation } from '../src/cancellation.ts';
import { healthOptions } from '../src/health-options.ts';
import { HostHealth } from '../src/host-health.ts';
import { offerCandidates } from '../src/offer-candidates.ts';
import { resolveLimits } from '../src/resolve-options.ts';
import { Trace } from '../src/trace.ts';
import { noTime, offlinePorts } from './offline-ports.ts';

test('a loop that is left without a word ends the trial of its host', async (t) => {
  let now = 0;
  const health = new HostHealth(
    healthOptions({ penaltyMs: 1000 }),
    () => now,
    () => 0,
  );
  const target = parseDomainName('a.example.org');
  const host = { source: 'global', domain: null, target: target.toString(), name: null, port: 5060, priority: null, weight: null } as const;
  health.begin(host, '_sip._tcp')('dead');
  now = 1000;
  const pinned = [{ source: 'global', host: target.toString(), port: 5060 }] as const;
  const request = { ...makeRequest({ service: '_sip._tcp', pinned }), caching: false };
  const candidates = offerCandidates(
    {
      request,
      ports: offlinePorts({ health }),
      limits: resolveLimits({}),
      trace: new Trace(request, 1, noTime),
      cancellation: new Cancellation(undefined),
      deadlineAt: Infinity,
      isRepeated: false,
    },
    pcg32(1),
  );
  t.like((await candidates.next()).value, { target: 'a.example.org.' });
  t.true(health.isDemoted(target, 5060), 'while it is on trial it is last for all others');
  await candidates.return({ outcome: 'exhausted' });
  t.false(health.isDemoted(target, 5060), 'the next attempt is a trial again');
});
