import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { createTestServer } from '@srvkit/test-server';
import { listen, zone } from './started-resolver.ts';

test('close leaves no socket and no timer, whatever is under way, and the process ends by itself', async (t) => {
  const port = await listen(t);
  const records = [
    `_sip._tcp SRV 10 0 ${port} a`,
    `_dropped._tcp SRV 10 0 ${port} a`,
    `_two._tcp SRV 10 0 ${port} a`,
    `_two._tcp SRV 10 0 ${port} b`,
    'a A 127.0.0.1',
    'b A 127.0.0.1',
  ].join('\n');
  const faults = ['_dropped._tcp.example.org=drop', 'dropped.example.org=drop', '_servfail._tcp.example.org=servfail'];
  const server = await createTestServer({ zones: [zone(records)], faults });
  t.teardown(() => server.close());
  const program = join(import.meta.dirname, 'close-program.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [program, server.address], { timeout: 50_000 });
  const seen = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { title: string; outcomes: string[]; during: string[]; after: string[] });
  t.deepEqual(
    seen.map(({ title, outcomes, after }) => [title, outcomes.join(), after.join()]),
    [
      ['a resolution that is over', 'fulfilled', ''],
      ['a lookup', 'rejected', ''],
      ['a lookup for addresses', 'rejected', ''],
      ['an attempt', 'rejected', ''],
      ['attempts side by side', 'rejected', ''],
      ['a pause between two passes', 'rejected', ''],
      ['a loop over candidates', 'rejected', ''],
      ['shared failures that hang', 'rejected', ''],
    ],
  );
  for (const { title, during } of seen.slice(1)) if (title !== 'a loop over candidates') t.true(during.includes('Timeout'), title);
});
