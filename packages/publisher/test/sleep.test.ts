import test from 'ava';
import { sleep } from '../src/io/sleep.ts';

test('sleeping ends, and an aborted signal ends it with its own reason', async (t) => {
  await t.notThrowsAsync(sleep(1));
  const reason = new Error('enough');
  t.is(await t.throwsAsync(sleep(60_000, { signal: AbortSignal.abort(reason) })), reason);
  const controller = new AbortController();
  const sleeping = sleep(60_000, { signal: controller.signal });
  controller.abort(reason);
  t.is(await t.throwsAsync(sleeping), reason);
});
