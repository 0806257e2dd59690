import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import test from 'ava';
import { memoryHostCache } from '@srvkit/host-cache';
import { createResolver, type Probe, type Resolution } from '@srvkit/resolver';
import { createTestServer } from '@srvkit/test-server';
import type { Decision } from '@srvkit/discovery';
import {
  describeDecision,
  type DiscoveryCase,
  faultsOf,
  NOW,
  readCases,
  rememberedIn,
  requestOf,
  targetsOf,
  zoneOf,
} from '../../discovery/test/discovery-case.ts';

// The cases of fixtures/discovery once more, through real DNS. Hosts are played by a probe, so that they can do what a case wants.
for (const one of readCases()) {
  test.serial(`${one.file}: ${one.title}`, async (t) => {
    const request = requestOf(one);
    const server = await createTestServer({ zones: [zoneOf(one, addressesOf(one))], faults: faultsOf(one) });
    const cache = memoryHostCache();
    const before = rememberedIn(one, request);
    if (before !== undefined) await cache.set(before);
    const hasServer = !Object.values(one.answers ?? {}).includes('no-server');
    const isSilent = Object.values(one.answers ?? {}).includes('timeout');
    const dns = { attempts: 1, tryTimeoutMs: isSilent ? 1000 : 5000 };
    const decisions: string[] = [];
    const noteDecision = (message: unknown): void => {
      decisions.push(...[describeDecision((message as { decision: Decision }).decision)].filter((line) => line !== undefined));
    };
    subscribe('srvkit:decision', noteDecision);
    // Without the resolver's own health, which would demote what fails in the pass itself: a case says who is demoted.
    const resolver = createResolver({ servers: hasServer ? [server.address] : [], cache, now: () => NOW, dns, health: false });
    try {
      const resolution = await resolver.resolve(request, {
        seed: one.seed ?? 1,
        probe: one.probe ?? probeOf(one),
        staggerMs: Infinity,
        ...(one.stepsInTime === undefined ? { attemptTimeoutMs: 20 } : { attemptTimeoutMs: Infinity, timeoutMs: 1000 }),
      });
      const after = await cache.get(request.service, request.scope);
      t.like(describe(resolution), {
        attempts: one.expect.attempts.filter((attempt) => !attempt.endsWith(' selected')),
        skipped: one.expect.skipped,
        warnings: one.expect.warnings,
        outcome: one.expect.outcome,
        code: one.expect.code,
        host: one.expect.host,
        // A lookup that the deadline cuts off is told with its tries, but decides nothing.
        ...(one.stepsInTime === undefined ? { lookups: one.expect.lookups.map((lookup) => lookup.replace(' fresh', '')) } : {}),
      });
      if (one.expect.decisions !== undefined) t.deepEqual(decisions, one.expect.decisions);
      t.deepEqual(after ?? null, one.expect.remembered && { service: request.service, scope: request.scope, ...one.expect.remembered });
    } finally {
      unsubscribe('srvkit:decision', noteDecision);
      await resolver.close();
      await server.close();
    }
  });
}

function addressesOf(one: DiscoveryCase): ReadonlyMap<string, string> {
  return new Map(targetsOf(one).map((target) => [target, '192.0.2.1']));
}

function describe(resolution: Resolution) {
  const { attempts, lookups, skipped, warnings, outcome, code, host } = resolution;
  return {
    attempts: attempts.map(({ source, target, port, outcome }) => `${source} ${target}:${port} ${outcome}`),
    lookups: lookups.filter(({ type }) => type === 'SRV').map(({ name, answer }) => `${name.replace(/^_\w+\._tcp\./, '')} ${answer}`),
    skipped: skipped.map(({ source, why }) => `${source} ${why}`),
    warnings: warnings.map(({ code }) => code),
    outcome,
    code: code === null ? null : code.hresult,
    host: host && `${host.source} ${host.target}:${host.port}`,
  };
}

const ERROR_CODES: Readonly<Record<string, string>> = { refused: 'ECONNREFUSED', unreachable: 'EHOSTUNREACH' };

function probeOf(one: DiscoveryCase): Probe {
  return async ({ target, port }) => {
    const [kind = '', code = null, final] = (one.hosts?.[`${target}:${port}`] ?? 'refused').split(' ');
    if (kind === 'reached') return { outcome: 'reached' };
    if (kind === 'rejected') return { outcome: 'rejected', final: final === 'finally', code };
    if (kind === 'timeout') return new Promise(() => {}); // says nothing, whatever the signal
    throw Object.assign(new Error(kind), { code: ERROR_CODES[kind] });
  };
}
