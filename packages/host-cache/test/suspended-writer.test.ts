import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { fileHostCache, HostCacheError } from '../src/index.ts';
import { host } from './battery.ts';

const judged = process.platform === 'linux' ? test : test.skip; // elsewhere nobody can tell whether it still is the same process

judged('a writer that is suspended in the middle keeps its turn, and nothing is lost', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'srvkit-host-cache-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'hosts.json');
  await fileHostCache(file).set(host({ scope: 'first' }));
  chmodSync(file, 0o622); // the warning about that comes between reading and replacing, where the writer suspends itself
  const writer = spawn(
    process.execPath,
    ['--input-type=module-typescript', '-e', WRITER, file, JSON.stringify(host({ scope: 'suspended' }))],
    {
      cwd: import.meta.dirname,
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  t.teardown(() => writer.kill('SIGKILL'));
  const ended = once(writer, 'exit');
  while (stateOf(writer.pid) !== 'T') await new Promise(setImmediate);
  utimesSync(`${file}.lock`, new Date(0), new Date(0));
  await t.throwsAsync(fileHostCache(file, { lockTimeoutMs: 50 }).set(host({ scope: 'other' })), {
    instanceOf: HostCacheError,
    code: 'LOCKED',
  });
  writer.kill('SIGCONT');
  t.deepEqual(await ended, [0, null]);
  await fileHostCache(file).set(host({ scope: 'other' }));
  t.deepEqual(
    (await fileHostCache(file).list()).map(({ scope }) => scope),
    ['first', 'other', 'suspended'],
  );
});

const WRITER = `
  import { fileHostCache } from '@srvkit/host-cache';
  const [file, host] = process.argv.slice(1);
  const onWarning = () => process.kill(process.pid, 'SIGSTOP');
  await fileHostCache(file, { onWarning }).set(JSON.parse(host));
`;

function stateOf(pid: number | undefined): string {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
}
