import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { identityOf, watchFile } from '../src/settings-watch.ts';

async function fileFor(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'srvkit-watch-'));
  t.teardown(() => rm(folder, { recursive: true }));
  return join(folder, 'settings.reg');
}

test('a change between the first reading and the first look is told', async (t) => {
  const file = await fileFor(t);
  await writeFile(file, 'before');
  const seen = await identityOf(file);
  await writeFile(file, 'after it was read');
  const stop = new AbortController();
  await watchFile(file, { seen, signal: stop.signal }, async () => stop.abort());
  t.pass();
});

test('a file that stays as it was is told to nobody', async (t) => {
  const file = await fileFor(t);
  await writeFile(file, 'before');
  await watchFile(file, { seen: await identityOf(file), signal: AbortSignal.abort() }, async () => t.fail());
  t.pass();
});

test('a pipe in its place is looked at without waiting for a writer', async (t) => {
  const file = await fileFor(t);
  if (process.platform === 'win32') return void t.pass('there are no named pipes in folders');
  execFileSync('mkfifo', [file]);
  t.is(typeof (await identityOf(file)), 'string');
});
