import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { Interrupted } from '../src/exit.ts';
import { srvkit } from './capture.ts';

// A signal that comes while the first input is still read, as from a pipe whose writer is slow.
const HOST = ['--target', 'kms1.contoso.com', '--server', '127.0.0.1:1', '--settings', 'FILE'];
const cases: readonly [argv: readonly string[], SIGINT: number, SIGTERM: number][] = [
  [['serve', 'FILE', '--listen', '127.0.0.1:0'], 0, 0],
  [['publish', ...HOST, '--watch'], 0, 0],
  [['publish', ...HOST], 130, 143],
  [['withdraw', ...HOST], 130, 143],
  [['zone', 'print', 'FILE'], 130, 143],
];

for (const [argv, ...statuses] of cases) {
  test(`a signal ends ${argv.join(' ')} with ${statuses.join(' and ')}`, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'srvkit-signals-'));
    t.teardown(() => rm(folder, { recursive: true }));
    const file = join(folder, 'file');
    await writeFile(file, '');
    for (const [index, name] of (['SIGINT', 'SIGTERM'] as const).entries()) {
      const signal = AbortSignal.abort(new Interrupted(name));
      const { status, stdout, stderr } = await srvkit(
        argv.map((word) => (word === 'FILE' ? file : word)),
        { signal },
      );
      t.deepEqual({ status, stdout, stderr }, { status: statuses[index], stdout: '', stderr: '' });
    }
  });
}
