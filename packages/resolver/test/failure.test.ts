import { inspect } from 'node:util';
import test from 'ava';
import { createResolver, type Probe } from '@srvkit/resolver';
import { describeError, errorCode, failureOf, isUntried } from '../src/failure.ts';

const REQUEST = { service: '_sip._tcp', pinned: [{ source: 'global', host: '192.0.2.1', port: 5060 }] } as const;

/** What a probe may throw, and nobody can read without being thrown at again. */
const UNREADABLE: Readonly<Record<string, () => unknown>> = {
  'an error whose code throws': () => throwing(new Error('down'), 'code'),
  'an error whose message throws': () => throwing(new Error('down'), 'message'),
  'a proxy that lets nobody look': () => new Proxy(new Error('down'), { get: refuse, has: refuse, getPrototypeOf: refuse }),
  'a proxy that was revoked': () => {
    const { proxy, revoke } = Proxy.revocable(new Error('down'), {});
    revoke();
    return proxy;
  },
  'an object that will not be shown': () => ({ [inspect.custom]: refuse }),
};

for (const [title, make] of Object.entries(UNREADABLE)) {
  test(`${title} has no code, and says nothing more`, (t) => {
    const error = make();
    t.is(errorCode(error), undefined);
    t.is(failureOf(error), 'unreachable');
    t.false(isUntried(error));
    t.is(typeof describeError(error), 'string');
  });
  test(`a probe that throws ${title} has failed, and the resolution says so`, async (t) => {
    const { outcome, attempts, warnings } = await resolve(t, () => Promise.reject(make()));
    t.is(outcome, 'exhausted');
    t.deepEqual(
      attempts.map(({ outcome }) => outcome),
      ['unreachable'],
    );
    t.deepEqual(
      warnings.map(({ code }) => code),
      ['probe-error'],
    );
  });
}

for (const field of ['outcome', 'final', 'code']) {
  test(`a probe whose answer throws when its ${field} is read has failed`, async (t) => {
    const answer = throwing({ outcome: 'rejected', final: true } as const, field);
    const { outcome, attempts } = await resolve(t, () => Promise.resolve(answer));
    t.is(outcome, 'exhausted');
    t.is(attempts[0]?.outcome, 'unreachable');
  });
}

test('a code is read wherever it stands', (t) => {
  class Down extends Error {
    get code(): string {
      return 'ECONNREFUSED';
    }
  }
  t.is(failureOf(new Down()), 'refused');
});

async function resolve(t: { teardown: (act: () => Promise<void>) => void }, probe: Probe) {
  const resolver = createResolver({ servers: [] });
  t.teardown(() => resolver.close());
  return resolver.resolve(REQUEST, { probe });
}

function throwing<T extends object>(value: T, field: string): T {
  return Object.defineProperty(value, field, { get: refuse });
}

function refuse(): never {
  throw new Error('nobody may look');
}
