import diagnosticsChannel from 'node:diagnostics_channel';
import test from 'ava';
import type { Probe, RequestParts, Resolution, Resolver } from '@srvkit/resolver';
import { start, zone } from './started-resolver.ts';

// Of its group `a` is drawn first with all seeds used here: its chance is 65535 of 65536.
const RECORDS = '_sip._tcp SRV 10 65535 5060 a\n_sip._tcp SRV 10 0 5060 b\na A 127.0.0.1\nb A 127.0.0.1';
const REQUEST: RequestParts = { service: '_sip._tcp', domains: ['example.org'], caching: false };
const aIsDead: Probe = async ({ target }) => {
  if (target === 'a.example.org.') throw Object.assign(new Error(), { code: 'ECONNREFUSED' });
  return { outcome: 'reached' };
};
const aIsDeadAndBRefuses: Probe = async (endpoint, signal) => {
  await aIsDead(endpoint, signal);
  return { outcome: 'rejected', final: false, code: 'not-yet' };
};

test('a host that failed is tried last by the resolutions that follow', async (t) => {
  const { resolver } = await start(t, RECORDS);
  t.deepEqual(await play(resolver, aIsDead), { attempts: ['a refused', 'b reached'], demoted: [] });
  t.deepEqual(await play(resolver, aIsDead), { attempts: ['b reached'], demoted: ['a'] });
});

test('a host that is tried last says how often it failed, and until when', async (t) => {
  const { resolver } = await start(t, RECORDS, {
    now: () => 1_800_000_000_000,
    health: { penaltyMs: 3_600_000, maxPenaltyMs: 3_600_000, jitter: 0 },
  });
  await play(resolver, aIsDead);
  const { demoted } = await resolver.resolve(REQUEST, { probe: aIsDead, seed: 1 });
  const { why, ...host } = demoted[0]!;
  t.deepEqual(host, { domain: 'example.org.', target: 'a.example.org.', port: 5060, priority: 10, weight: 65_535 });
  t.deepEqual([demoted.length, why.map(({ from, failures }) => ({ from, failures }))], [1, [{ from: 'own', failures: 1 }]]);
  const until = why[0]?.until ?? 0;
  t.true(Number.isInteger(until) && until > 1_800_000_000_000 && until <= 1_800_003_600_000, `${until}`);
});

test('without health what happened before counts for nothing', async (t) => {
  const { resolver } = await start(t, RECORDS, { health: false });
  await play(resolver, aIsDead);
  t.deepEqual(await play(resolver, aIsDead), { attempts: ['a refused', 'b reached'], demoted: [] });
});

test('a refresh of the records keeps what is known of their hosts', async (t) => {
  const { resolver, server } = await start(t, RECORDS, { dns: { cache: false } });
  await play(resolver, aIsDead);
  server.setZone(zone(RECORDS.replace('SRV 10 65535 5060 a', 'SRV 5 1 5060 a\n_sip._tcp SRV 5 0 5060 c\nc A 127.0.0.1')));
  t.deepEqual(await play(resolver, aIsDead), { attempts: ['c reached'], demoted: ['a'] });
});

test('what one pass found out counts in its repetition; a refusal shows a host that works', async (t) => {
  const { resolver } = await start(t, RECORDS);
  const { attempts, demoted } = await play(resolver, aIsDeadAndBRefuses, { retries: 1, retryDelayMs: 0 });
  t.deepEqual(attempts, ['a refused', 'b rejected', 'b rejected', 'a refused']);
  t.deepEqual(demoted, ['a']);
});

test('candidates are offered with those last that failed before', async (t) => {
  const { resolver } = await start(t, RECORDS);
  for (const wanted of [
    ['a', 'b'],
    ['b', 'a'],
  ]) {
    const offered: string[] = [];
    for await (const candidate of resolver.candidates(REQUEST, { seed: 1 })) {
      offered.push(bare(candidate.target));
      if (candidate.target === 'a.example.org.') candidate.failed();
      else candidate.rejected();
    }
    t.deepEqual(offered, wanted);
  }
});

test('a candidate that its user could not contact is offered as before', async (t) => {
  const { resolver } = await start(t, RECORDS);
  const first: string[] = [];
  for (let pass = 1; pass <= 2; pass += 1) {
    for await (const candidate of resolver.candidates(REQUEST, { seed: 1 })) {
      first.push(bare(candidate.target));
      candidate.failed(Object.assign(new Error('No descriptor is free'), { code: 'EMFILE' }));
      break;
    }
  }
  t.deepEqual(first, ['a', 'a']);
});

test('a host whose addresses the server does not tell is tried first again', async (t) => {
  const { resolver } = await start(t, '_sip._tcp SRV 10 65535 5060 a.example.net.\n_sip._tcp SRV 10 0 5060 b\nb A 127.0.0.1');
  for (let pass = 1; pass <= 2; pass += 1)
    t.deepEqual(await play(resolver, aIsDead), { attempts: ['a.example.net. name-not-found', 'b reached'], demoted: [] });
});

test('what changes is published: demoted, on trial, recovered', async (t) => {
  const service = '_health._tcp';
  const { resolver } = await start(t, `${service} SRV 10 0 5060 a\na A 127.0.0.1`, { health: { penaltyMs: 1, jitter: 0 } });
  const seen: unknown[] = [];
  const hear = (message: unknown): void => void ((message as { service: string }).service === service && seen.push(message));
  diagnosticsChannel.subscribe('srvkit:health', hear);
  t.teardown(() => diagnosticsChannel.unsubscribe('srvkit:health', hear));
  const request = { ...REQUEST, service };
  await resolver.resolve(request, { probe: aIsDead });
  const demotedAt = performance.now();
  while (performance.now() - demotedAt < 1); // the penalty of this test
  await resolver.resolve(request, { probe: async () => ({ outcome: 'reached' }) });
  const host = { service, target: 'a.example.org.', port: 5060 };
  t.deepEqual(seen, [
    { ...host, change: { kind: 'demoted', failures: 1, penaltyMs: 1 } },
    { ...host, change: { kind: 'probing', failures: 1 } },
    { ...host, change: { kind: 'recovered', failures: 1 } },
  ]);
});

async function play(
  resolver: Resolver,
  probe: Probe,
  options: Parameters<Resolver['resolve']>[1] = {},
): Promise<{ attempts: string[]; demoted: string[] }> {
  const resolution: Resolution = await resolver.resolve(REQUEST, { probe, seed: 1, ...options });
  return {
    attempts: resolution.attempts.map(({ target, outcome }) => `${bare(target)} ${outcome}`),
    demoted: resolution.demoted.map(({ target }) => bare(target)),
  };
}

function bare(target: string): string {
  return target.replace('.example.org.', '');
}
