import test from 'ava';
import { cacheKill } from '../soak/cache-kill.ts';

// The long runs are `pnpm soak`; a short one of each keeps them alive.
test('twenty kills of processes that write the cache file cost no entry', async (t) => {
  const { broken, lines } = await cacheKill({ count: 20, seed: 1 });
  t.deepEqual(broken, []);
  t.is(lines[0], '20 kills, 2 writers at a time');
});
