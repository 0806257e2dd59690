import test from 'ava';
import { resolveLimits, type ResolveLimits } from '../src/resolve-options.ts';

const DEFAULTS = resolveLimits({});

for (const name of Object.keys(DEFAULTS) as (keyof ResolveLimits)[]) {
  test(`${name} counts when it alone is given`, (t) => {
    t.deepEqual(resolveLimits({ [name]: 7 }, DEFAULTS), { ...DEFAULTS, [name]: 7 });
  });
}

test('what is left out is that of the resolver, were it by undefined or null', (t) => {
  const limits = { ...DEFAULTS, timeoutMs: 5, retries: 3 };
  for (const nothing of [undefined as never, null as never])
    t.deepEqual(resolveLimits({ timeoutMs: nothing, retryDelayMs: nothing }, limits), limits);
});
