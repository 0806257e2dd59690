import test from 'ava';
import type { DomainName } from '@srvkit/dns';
import type { FailureStore } from '@srvkit/host-cache';
import { healthOptions } from '../src/health-options.ts';
import { HostHealth } from '../src/host-health.ts';
import { startPass } from './started-pass.ts';

test('a host that is slow is joined by the next of its group, and the first to answer is taken', async (t) => {
  const pass = startPass('10 a, 10 b, 20 c');
  await pass.timers.advance(249);
  t.deepEqual(pass.started, ['a']);
  await pass.timers.advance(1);
  t.deepEqual(pass.started, ['a', 'b']);
  pass.answer('a', 'reached');
  t.is(await pass.end(), 'reached a');
  t.deepEqual(pass.attempts(), ['a reached', 'b abandoned']);
  t.deepEqual(pass.aborted, ['b']);
});

test('a worse priority is not touched while a better one is pending, however long that takes', async (t) => {
  const pass = startPass('10 a, 10 b, 20 c', { limits: { attemptTimeoutMs: 5000 } });
  await pass.timers.advance(4999);
  t.deepEqual(pass.started, ['a', 'b']);
  await pass.timers.advance(251);
  t.deepEqual(pass.started, ['a', 'b', 'c']);
  pass.answer('c', 'reached');
  t.is(await pass.end(), 'reached c');
  t.deepEqual(pass.attempts(), ['a timeout', 'b timeout', 'c reached']);
});

test('a failure starts the next host at once, without waiting for the stagger', async (t) => {
  const pass = startPass('10 a, 10 b');
  await pass.timers.advance(0);
  pass.answer('a', 'ECONNREFUSED');
  await pass.timers.advance(0);
  t.deepEqual(pass.started, ['a', 'b']);
  pass.answer('b', 'reached');
  t.is(await pass.end(), 'reached b');
});

test('an earlier host that answers while a later one has just started ends it: no third is started', async (t) => {
  const pass = startPass('10 a, 10 b, 10 c');
  await pass.timers.advance(260);
  t.deepEqual(pass.started, ['a', 'b']);
  pass.answer('a', 'reached');
  t.is(await pass.end(), 'reached a');
  t.deepEqual(pass.started, ['a', 'b']);
});

test('of two that answer at the same time the one that was reached decides, not the one that refused for all', async (t) => {
  const pass = startPass('10 a, 10 b');
  await pass.timers.advance(250);
  pass.answer('a', 'rejected');
  pass.answer('b', 'reached');
  t.is(await pass.end(), 'reached b');
});

test('of two that answer at the same time the loser is discarded', async (t) => {
  const pass = startPass('10 a, 10 b');
  await pass.timers.advance(250);
  pass.answer('b', 'reached');
  pass.answer('a', 'reached');
  const verdict = await pass.end();
  t.regex(verdict, /^reached [ab]$/);
  t.deepEqual([...pass.discarded, verdict.slice(-1)].toSorted(), ['a', 'b']);
  t.deepEqual(
    pass.attempts().filter((attempt) => attempt.endsWith('reached')),
    [`${verdict.slice(-1)} reached`],
  );
});

test('with an infinite stagger hosts are tried one after the other', async (t) => {
  const pass = startPass('10 a, 10 b', { limits: { staggerMs: Infinity } });
  await pass.timers.advance(2999);
  t.deepEqual(pass.started, ['a']);
  await pass.timers.advance(1);
  t.deepEqual(pass.started, ['a', 'b']);
  pass.answer('b', 'reached');
  t.is(await pass.end(), 'reached b');
});

test('a final refusal ends it while another host is pending', async (t) => {
  const pass = startPass('10 a, 10 b');
  await pass.timers.advance(250);
  pass.answer('b', 'rejected');
  t.is(await pass.end(), 'rejected b');
  t.deepEqual(pass.attempts(), ['a abandoned', 'b rejected']);
});

test('the deadline ends a pass with hosts pending', async (t) => {
  const pass = startPass('10 a, 10 b, 20 c', { limits: { timeoutMs: 1000, attemptTimeoutMs: 3000 } });
  await pass.timers.advance(1000);
  t.is(await pass.end(), 'timed-out');
  t.deepEqual(pass.attempts(), ['a timeout', 'b timeout']);
  t.is(pass.timers.pending, 0);
});

test('an aborted pass rejects with the reason, and leaves nothing running', async (t) => {
  const pass = startPass('10 a, 10 b');
  await pass.timers.advance(250);
  const reason = new Error('enough');
  pass.abort(reason);
  t.is(await t.throwsAsync(pass.end()), reason);
  t.deepEqual(pass.aborted, ['a', 'b']);
  t.is(pass.timers.pending, 0);
});

test('what was reached is discarded when remembering is aborted', async (t) => {
  const pass = startPass('10 a', { request: { caching: true } });
  await pass.timers.advance(0);
  const reason = new Error('enough');
  pass.answer('a', 'reached');
  pass.abortOnRemember(reason);
  t.is(await t.throwsAsync(pass.end()), reason);
  t.deepEqual(pass.discarded, ['a']);
});

test('an address is asked for only when the SRV answer did not bring it', async (t) => {
  const pass = startPass('10 a, 20 bare', { addresses: { bare: 'A 192.0.2.9' } });
  await pass.timers.advance(0);
  pass.answer('a', 'ECONNREFUSED');
  await pass.timers.advance(0);
  pass.answer('bare', 'reached');
  t.is(await pass.end(), 'reached bare');
  t.deepEqual(pass.asked, ['_sip._tcp.example.org. SRV', 'a. AAAA', 'bare. AAAA', 'bare. A']);
});

test('a repeated pass does not believe the answer cache', async (t) => {
  const pass = startPass('10 bare', { addresses: { bare: 'A 192.0.2.9' }, isRepeated: true });
  await pass.timers.advance(0);
  pass.answer('bare', 'reached');
  await pass.end();
  t.deepEqual(pass.fresh, [true, true, true]);
});

test('4 questions for addresses are under way at the same time, no more', async (t) => {
  const pass = startPass('10 bare1, 10 bare2, 10 bare3', { addresses: { bare1: 'hang', bare2: 'hang', bare3: 'hang' } });
  await pass.timers.advance(5000);
  t.deepEqual(pass.asked, ['_sip._tcp.example.org. SRV', 'bare1. AAAA', 'bare1. A', 'bare2. AAAA', 'bare2. A']);
  pass.abort(new Error('enough'));
  await t.throwsAsync(pass.end(), { message: 'enough' });
});

test('20 questions for addresses are asked in one pass, no more', async (t) => {
  const names = Array.from({ length: 12 }, (_, at) => `bare${at}`);
  const pass = startPass(names.map((name, at) => `${at} ${name}`).join(', '));
  t.is(await pass.end(), 'exhausted');
  t.is(pass.asked.length, 21);
  t.deepEqual(pass.warnings(), ['address-lookups-limited']);
});

test('a target that is an alias is used, with a warning (srv A6)', async (t) => {
  const pass = startPass('10 bare', { addresses: { bare: 'alias A 192.0.2.9' } });
  await pass.timers.advance(0);
  pass.answer('bare', 'reached');
  t.is(await pass.end(), 'reached bare');
  t.deepEqual(pass.warnings(), ['alias-target']);
});

test('a target that is an alias fails when aliases are rejected, and is used without a word when they are allowed', async (t) => {
  const rejected = startPass('10 bare', { addresses: { bare: 'alias A 192.0.2.9' }, aliasTargets: 'reject' });
  t.is(await rejected.end(), 'exhausted');
  t.deepEqual([rejected.attempts(), rejected.warnings()], [['bare name-not-found'], ['alias-target']]);
  const allowed = startPass('10 bare', { addresses: { bare: 'alias A 192.0.2.9' }, aliasTargets: 'allow' });
  await allowed.timers.advance(0);
  allowed.answer('bare', 'reached');
  t.is(await allowed.end(), 'reached bare');
  t.deepEqual(allowed.warnings(), []);
});

test('a store of shared failures that is down costs one warning; one that answers demotes, in the group only', async (t) => {
  const health = new HostHealth(
    healthOptions({}),
    () => 0,
    () => 0,
  );
  const reported: string[] = [];
  const store: FailureStore = {
    list: async (service) => [{ service, target: 'a.', port: 5060, until: 2_000_000, failures: 1 }],
    report: async ({ target }) => void reported.push(target),
    clear: async () => {},
  };
  const pass = startPass('10 a, 10 b, 20 c', { health, failures: store });
  await pass.timers.advance(0);
  t.deepEqual(pass.started, ['b']);
  t.like(pass.demoted(), [{ target: 'a.', port: 5060, why: [{ from: 'shared', failures: 1, until: 2_000_000 }] }]);
  pass.answer('b', 'ECONNREFUSED');
  await pass.timers.advance(0);
  t.deepEqual(pass.started, ['b', 'a']);
  t.deepEqual(reported, ['b.']);
  pass.answer('a', 'reached');
  t.is(await pass.end(), 'reached a');
  const without = startPass('10 c', { health, failures: { list: down, report: down, clear: down } });
  await without.timers.advance(0);
  without.answer('c', 'reached');
  t.is(await without.end(), 'reached c');
  t.deepEqual(without.warnings(), ['failures-not-shared']);
});

test('a host says all that is held against it, and by whom', async (t) => {
  const health = new HostHealth(
    healthOptions({ jitter: 0 }),
    () => 0,
    () => 0,
  );
  const store: FailureStore = {
    list: async (service) => [{ service, target: 'a.', port: 5060, until: 2_000_000, failures: 4 }],
    report: async () => {},
    clear: async () => {},
  };
  const before = startPass('10 a', { health });
  await before.timers.advance(0);
  before.answer('a', 'ECONNREFUSED');
  await before.end();
  const pass = startPass('10 a, 10 b, 10 c', { health, failures: store, request: { demoted: isB } });
  await pass.timers.advance(0);
  t.deepEqual(pass.started, ['c']);
  t.deepEqual(
    pass.demoted().map(({ target, why }) => ({ target, why })),
    [
      {
        target: 'a.',
        why: [
          { from: 'own', failures: 1, until: pass.timers.now() + 10_000 },
          { from: 'shared', failures: 4, until: 2_000_000 },
        ],
      },
      { target: 'b.', why: [{ from: 'request', failures: null, until: null }] },
    ],
  );
  pass.answer('c', 'reached');
  await pass.end();
});

test('a store of shared failures that hangs is waited for 250 ms at the beginning and 250 ms at the end, and no longer', async (t) => {
  const health = new HostHealth(
    healthOptions({}),
    () => 0,
    () => 0,
  );
  const signals: AbortSignal[] = [];
  const hangNoting = (...given: unknown[]): Promise<never> => {
    const { signal } = given.at(-1) as { signal: AbortSignal };
    signals.push(signal);
    return new Promise(() => {});
  };
  const pass = startPass('10 a, 20 b', {
    health,
    failures: { list: hangNoting, report: hangNoting, clear: hangNoting },
  });
  await pass.timers.advance(249);
  t.deepEqual(pass.started, []);
  await pass.timers.advance(1);
  t.deepEqual(pass.started, ['a']);
  pass.answer('a', 'ECONNREFUSED');
  await pass.timers.advance(0);
  pass.answer('b', 'reached');
  t.is(await pass.end(), 'reached b');
  await pass.timers.advance(250);
  t.deepEqual(pass.warnings(), ['failures-not-shared', 'failures-not-shared']);
  t.deepEqual(
    signals.map(({ aborted }) => aborted),
    [true, true],
  );
  t.is(pass.timers.pending, 0);
});

test('a store of shared failures that hangs is waited for no longer than the pass may take', async (t) => {
  const health = new HostHealth(
    healthOptions({}),
    () => 0,
    () => 0,
  );
  const pass = startPass('10 a, 20 b', { limits: { timeoutMs: 50 }, health, failures: { list: hang, report: hang, clear: hang } });
  await pass.timers.advance(50);
  t.is(await pass.end(), 'timed-out');
  t.is(pass.timers.pending, 0);
});

const isB = (target: DomainName): boolean => target.key === 'b.';
const down = () => Promise.reject(new Error('down'));
const hang = () => new Promise<never>(() => {});
