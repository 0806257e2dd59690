import type { ExecutionContext } from 'ava';
import type { CachedHost, HostCache } from '../src/index.ts';

/** Declares a test, as `test` does, or on a condition. */
type Declare = (title: string, body: (t: ExecutionContext) => void | Promise<void>) => void;
type Make = (t: ExecutionContext, options?: { maxEntries?: number }) => HostCache;

export function host(parts: Partial<CachedHost> = {}): CachedHost {
  return {
    service: '_vlmcs._tcp',
    scope: 'global',
    target: 'kms-e1.east.contoso.com.',
    port: 1688,
    address: '192.0.2.1',
    since: 1000,
    lastReached: 2000,
    provisional: false,
    ...parts,
  };
}

/** What every host cache does. */
export function hostCacheBattery(test: Declare, make: Make): void {
  test('an empty one knows nothing', async (t) => {
    const cache = make(t);
    t.is(await cache.get('_vlmcs._tcp', 'global'), undefined);
    t.deepEqual(await cache.list(), []);
    t.is(await cache.clear(), 0);
    t.is(await cache.delete('_vlmcs._tcp'), 0);
  });

  test('a host comes back as it was kept, whatever the case of its service', async (t) => {
    const cache = make(t);
    await cache.set(host());
    t.deepEqual(await cache.get('_VLMCS._tcp', 'global'), host());
  });

  test('service and scope together are the key', async (t) => {
    const cache = make(t);
    await cache.set(host({ scope: 'a' }));
    await cache.set(host({ scope: 'b', port: 1689 }));
    await cache.set(host({ service: '_sip._tcp', scope: 'a', port: 5060 }));
    t.is((await cache.get('_vlmcs._tcp', 'a'))?.port, 1688);
    t.is((await cache.get('_vlmcs._tcp', 'b'))?.port, 1689);
    t.is((await cache.get('_sip._tcp', 'a'))?.port, 5060);
    t.is(await cache.get('_vlmcs._tcp', 'A'), undefined);
  });

  test('a newer host of the same key takes the place of the older', async (t) => {
    const cache = make(t);
    await cache.set(host());
    await cache.set(host({ target: 'kms-e2.east.contoso.com.', provisional: true }));
    t.deepEqual(await cache.list(), [host({ target: 'kms-e2.east.contoso.com.', provisional: true })]);
  });

  test('a host that was just asked for is replaced, pushed out, deleted and cleared as any other', async (t) => {
    const cache = make(t, { maxEntries: 1 });
    const ask = async (scope: string): Promise<number | undefined> => (await cache.get('_vlmcs._tcp', scope))?.port;
    t.is(await ask('a'), undefined);
    await cache.set(host({ scope: 'a', port: 1 }));
    t.is(await ask('a'), 1);
    await cache.set(host({ scope: 'a', port: 2, lastReached: 3000 }));
    t.is(await ask('a'), 2);
    await cache.set(host({ scope: 'b', port: 3, lastReached: 4000 }));
    t.is(await ask('a'), undefined);
    t.is(await ask('b'), 3);
    await cache.delete('_vlmcs._tcp', 'b');
    t.is(await ask('b'), undefined);
    await cache.set(host({ scope: 'b', port: 4, lastReached: 5000 }));
    t.is(await ask('b'), 4);
    await cache.clear();
    t.is(await ask('b'), undefined);
  });

  test('one scope is forgotten, or all of a service, or everything; the number is told', async (t) => {
    const cache = make(t);
    for (const scope of ['a', 'b', 'c']) await cache.set(host({ scope }));
    await cache.set(host({ service: '_sip._tcp', scope: 'a' }));
    t.is(await cache.delete('_vlmcs._tcp', 'a'), 1);
    t.is(await cache.delete('_vlmcs._tcp', 'a'), 0);
    t.is(await cache.delete('_Vlmcs._tcp'), 2);
    t.deepEqual(await cache.list(), [host({ service: '_sip._tcp', scope: 'a' })]);
    t.is(await cache.clear(), 1);
    t.deepEqual(await cache.list(), []);
  });

  test('the list is in order of service and scope', async (t) => {
    const cache = make(t);
    for (const [service, scope] of [
      ['_vlmcs._tcp', 'b'],
      ['_sip._tcp', 'c'],
      ['_vlmcs._tcp', 'a'],
    ] as const)
      await cache.set(host({ service, scope }));
    t.deepEqual(
      (await cache.list()).map(({ service, scope }) => `${service} ${scope}`),
      ['_sip._tcp c', '_vlmcs._tcp a', '_vlmcs._tcp b'],
    );
  });

  test('changes at the same time are all kept', async (t) => {
    const cache = make(t);
    await Promise.all(Array.from({ length: 20 }, (_, at) => cache.set(host({ scope: `s${at}` }))));
    t.is((await cache.list()).length, 20);
  });

  test('of more than it may hold, the oldest goes', async (t) => {
    const cache = make(t, { maxEntries: 2 });
    await cache.set(host({ scope: 'a', lastReached: 1 }));
    await cache.set(host({ scope: 'b', lastReached: 2 }));
    await cache.set(host({ scope: 'c', lastReached: 3 }));
    t.deepEqual(
      (await cache.list()).map(({ scope }) => scope),
      ['b', 'c'],
    );
  });

  for (const [title, parts] of [
    ['a service that is none', { service: 'http' }],
    ['no scope', { scope: '' }],
    ['a relative target', { target: 'kms' }],
    ['the root as target', { target: '.' }],
    ['a target with a control character', { target: 'kms\u001b[2J.contoso.com.' }],
    ['port 0', { port: 0 }],
    ['port 65536', { port: 65_536 }],
    ['an address that is none', { address: 'kms-e1' }],
    ['a time that is none', { since: Number.NaN }],
    ['a time before 1970', { lastReached: -1 }],
    ['text where a boolean belongs', { provisional: 'no' as unknown as boolean }],
  ] as const) {
    test(`${title} is refused`, async (t) => {
      const cache = make(t);
      const field = Object.keys(parts)[0] ?? '';
      await t.throwsAsync(cache.set(host(parts)), { instanceOf: TypeError, message: new RegExp(field) });
      t.deepEqual(await cache.list(), []);
    });
  }

  test('no host at all is refused', async (t) => {
    for (const none of [null, undefined, 'kms1'])
      await t.throwsAsync(make(t).set(none as never), { instanceOf: TypeError, message: /not an object/ });
  });

  test('what is not a field of a host is not kept', async (t) => {
    const cache = make(t);
    await cache.set({ ...host(), extra: 'x' } as CachedHost);
    t.deepEqual(await cache.list(), [host()]);
  });

  test('a limit that is none is refused', (t) => {
    for (const maxEntries of [0, 1.5, Number.NaN]) t.throws(() => make(t, { maxEntries }), { instanceOf: RangeError });
  });
}

/** What every host cache does that several processes may share. */
export function sharedHostCacheBattery(test: Declare, make: (t: ExecutionContext, options: { now: () => number }) => HostCache): void {
  test('news that came late does not take the place of what was reached later', async (t) => {
    const cache = make(t, { now: () => 5000 });
    await cache.set(host({ port: 1689, lastReached: 4000 }));
    await cache.set(host({ port: 1688, lastReached: 3000 }));
    t.is((await cache.get('_vlmcs._tcp', 'global'))?.port, 1689);
  });

  test('an entry from the future keeps nobody out', async (t) => {
    const cache = make(t, { now: () => 5000 });
    await cache.set(host({ port: 1689, lastReached: 5001 }));
    await cache.set(host({ port: 1688, lastReached: 5000 }));
    t.is((await cache.get('_vlmcs._tcp', 'global'))?.port, 1688);
  });

  test('what is over before it began changes nothing', async (t) => {
    const cache = make(t, { now: () => 5000 });
    const reason = new Error('enough');
    const signal = AbortSignal.abort(reason);
    t.is(await t.throwsAsync(cache.set(host(), { signal })), reason);
    t.is(await t.throwsAsync(async () => cache.get('_vlmcs._tcp', 'global', { signal })), reason);
    t.deepEqual(await cache.list(), []);
  });
}
