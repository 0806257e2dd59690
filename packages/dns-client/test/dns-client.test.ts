import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import test from 'ava';
import { createDnsClient } from '../src/index.ts';
import { NAME, good, peerOf, clientOf } from './served-lookup.ts';

test('close rejects what is under way, and what comes later', async (t) => {
  const peer = await peerOf(t, () => {});
  const client = createDnsClient({ servers: [peer.address] });
  const waiting = client.lookup(NAME, 'SRV');
  await Promise.all([client.close(), t.throwsAsync(waiting, { message: 'The DNS client was closed' })]);
  await t.throwsAsync(client.lookup(NAME, 'SRV'), { instanceOf: TypeError, message: 'The DNS client is closed' });
  await client.close();
});

test('options out of bounds and servers that are none are refused by name', async (t) => {
  t.throws(() => createDnsClient({ servers: ['::1'] }), { message: /brackets/ });
  t.throws(() => createDnsClient({ targets: { portZero: 0 } }), { instanceOf: RangeError, message: /^targets\.portZero is 0/ });
  t.throws(() => createDnsClient({ cache: { maxStaleMs: -1 } }), { instanceOf: RangeError, message: /^cache\.maxStaleMs is -1/ });
  t.throws(() => createDnsClient({ attempts: 4 }), { instanceOf: RangeError, message: /^attempts is 4: .* from 1 to 3$/ });
  t.throws(() => createDnsClient({ timeoutMs: 0 }), { instanceOf: RangeError, message: /^timeoutMs is 0/ });
  t.throws(() => createDnsClient({ tryTimeoutMs: Number.NaN }), { instanceOf: RangeError });
  t.throws(() => createDnsClient({ maxInFlight: 0.5 }), { instanceOf: RangeError });
  const client = clientOf(t, []);
  await t.throwsAsync(client.lookup(NAME, 'SRV', { timeoutMs: -1 }), { instanceOf: RangeError });
  await t.throwsAsync(client.lookup(NAME, 'SRV', { servers: ['a:b'] }), { message: /port/ });
});

test('nothing is left that keeps a process alive, closed or not', async (t) => {
  const peer = await peerOf(t, good);
  for (const end of ['close', 'leave']) {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'lookups-and-end.ts'), peer.address, end]);
    const ended = once(child, 'exit');
    await once(child.stdout, 'data');
    const doneAt = performance.now();
    t.deepEqual(await ended, [0, null], end);
    const ms = performance.now() - doneAt;
    t.true(ms < 3000, `${end}: the process did not end by itself`);
  }
});
