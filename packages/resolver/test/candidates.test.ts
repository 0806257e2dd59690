import test from 'ava';
import type { DomainName } from '@srvkit/dns';
import { memoryHostCache } from '@srvkit/host-cache';
import { createResolver } from '@srvkit/resolver';
import { start } from './started-resolver.ts';

const REQUEST = { service: '_sip._tcp', domains: ['example.org'] };

test('candidates are offered in order; the one that works is remembered, and ends it', async (t) => {
  const cache = memoryHostCache();
  const { resolver } = await start(t, ['a', 'b', 'c', 'd'].map((name, at) => `_sip._tcp SRV ${at} 0 5060 ${name}`).join('\n'), { cache });
  const offered: string[] = [];
  const candidates = resolver.candidates(REQUEST);
  let turn = await candidates.next();
  for (; turn.done !== true; turn = await candidates.next()) {
    offered.push(turn.value.target);
    if (offered.length === 1) turn.value.failed(Object.assign(new Error(), { code: 'ETIMEDOUT' }));
    if (offered.length === 3) turn.value.reached();
  }
  t.deepEqual(offered, ['a.example.org.', 'b.example.org.', 'c.example.org.']);
  t.deepEqual(
    turn.value.attempts.map(({ outcome }) => outcome),
    ['timeout', 'unreachable', 'reached'],
  );
  t.like(await cache.get('_sip._tcp', 'example.org.'), { target: 'c.example.org.', provisional: true });
});

test('candidates have all the time in the world where no time-out of their own is given, not even null', async (t) => {
  const resolver = createResolver({ servers: [], timeoutMs: 1 });
  t.teardown(() => resolver.close());
  const pinned = ['192.0.2.1', '192.0.2.2'].map((host) => ({ source: 'global', host, port: 80 }) as const);
  for (const options of [undefined, {}, { timeoutMs: null as never }]) {
    const candidates = resolver.candidates({ service: '_sip._tcp', pinned }, options);
    t.like((await candidates.next()).value, { target: '192.0.2.1' });
    for (const start = performance.now(); performance.now() < start + 2;);
    t.like((await candidates.next()).value, { target: '192.0.2.2' });
  }
});

test('what the rule of the request throws ends the loop, and the rule is not asked again', async (t) => {
  const { resolver } = await start(t, `_sip._tcp SRV 1 0 5060 a\n_sip._tcp SRV 2 0 5060 b\n_sip._tcp SRV 3 0 5060 c`);
  const asked: string[] = [];
  const demoted = (target: DomainName): boolean => {
    asked.push(target.toString());
    if (asked.length > 1) throw new Error(`not ${target.toString()}`);
    return false;
  };
  const candidates = resolver.candidates({ ...REQUEST, demoted });
  t.like((await candidates.next()).value, { target: 'a.example.org.' });
  await t.throwsAsync(candidates.next(), { message: 'not b.example.org.' });
  t.deepEqual(asked, ['a.example.org.', 'b.example.org.']);
});

test('a loop that is left remembers the host that works, and no other', async (t) => {
  const cache = memoryHostCache();
  const { resolver } = await start(t, `_sip._tcp SRV 1 0 5060 a\n_sip._tcp SRV 2 0 5060 b`, { cache });
  for await (const _ of resolver.candidates(REQUEST)) break;
  t.deepEqual(await cache.list(), []);
  for await (const candidate of resolver.candidates(REQUEST)) {
    candidate.reached();
    candidate.failed(new Error('too late: the first word counts'));
    break;
  }
  t.like((await cache.list())[0], { target: 'a.example.org.' });
});
