import test from 'ava';
import { east, publisher, serve } from './served-zones.ts';

// Alone in its file, which is a process of its own: what a process has open is counted.

test('two hundred publishes of one publisher, and some that are aborted, leave no socket and no timer', async (t) => {
  const server = await serve(t, {});
  const one = publisher(server);
  await one.publish(east());
  const before = await settled();
  const outcomes = new Set<string>();
  for (let round = 0; round < 100; round += 1) {
    outcomes.add((await one.withdraw(east())).outcome);
    outcomes.add((await one.publish(east())).outcome);
  }
  t.deepEqual([...outcomes], ['withdrawn', 'published']);
  server.setFaults(['*=drop']);
  for (let round = 0; round < 10; round += 1) {
    const controller = new AbortController();
    const last = server.requests.at(-1);
    const publishing = one.publish(east(), { signal: controller.signal });
    while (server.requests.at(-1) === last) await nextTurn();
    controller.abort();
    await t.throwsAsync(publishing, { name: 'AbortError' });
  }
  t.deepEqual(await settled(), before);
});

/** What is open, once the server has noticed too that its clients are gone. */
async function settled(): Promise<string[]> {
  for (let turn = 0; turn < 50; turn += 1) await nextTurn();
  return process.getActiveResourcesInfo().toSorted();
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
