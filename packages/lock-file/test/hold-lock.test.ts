import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { holdLock, LockError } from '../src/index.ts';

const OPTIONS = { busy: 'works here already; end it first' };

async function lockIn(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'srvkit-lock-'));
  t.teardown(() => rm(folder, { recursive: true }));
  return join(folder, 'lock');
}

test('whoever comes second is told by whom the lock is held; what is released can be had', async (t) => {
  const file = await lockIn(t);
  const lock = await holdLock(file, OPTIONS);
  const message = `${file}: process ${process.pid} works here already; end it first`;
  await t.throwsAsync(holdLock(file, OPTIONS), { instanceOf: LockError, code: 'LOCKED', message });
  await lock.release();
  await (await holdLock(file, OPTIONS)).release();
  t.deepEqual(await readdir(join(file, '..')), []);
});

test('a lock of a process that was killed is broken at once', async (t) => {
  const file = await lockIn(t);
  const program = `const { holdLock } = await import(${JSON.stringify(new URL('../src/index.ts', import.meta.url).href)});
    await holdLock(${JSON.stringify(file)}, { busy: '' }); console.log('held'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  await t.throwsAsync(holdLock(file, OPTIONS), { code: 'LOCKED', message: new RegExp(`process ${child.pid} `) });
  child.kill('SIGKILL');
  await once(child, 'exit');
  const lock = await holdLock(file, OPTIONS);
  t.is((JSON.parse(await readFile(file, 'utf8')) as { pid: number }).pid, process.pid);
  await lock.release();
});

test('of many that see the same dead holder, one gets the lock', async (t) => {
  const file = await lockIn(t);
  await writeFile(file, JSON.stringify({ token: 'a', pid: 2 ** 22 + 1, started: '1', place: 'nowhere' }));
  await utimes(file, 0, 0);
  const results = await Promise.allSettled(Array.from({ length: 20 }, () => holdLock(file, OPTIONS)));
  const held = results.filter((result) => result.status === 'fulfilled');
  t.is(held.length, 1);
  for (const { value } of held) await value.release();
});

for (const [title, prepare] of [
  [
    'a process that cannot be seen, and touched it lately',
    (file: string) => writeFile(file, JSON.stringify({ token: 'a', pid: 1, started: '1', place: 'elsewhere' })),
  ],
  ['nobody, lately', (file: string) => writeFile(file, 'not json')],
] as const) {
  test(`a lock of ${title} stays`, async (t) => {
    const file = await lockIn(t);
    await prepare(file);
    await t.throwsAsync(holdLock(file, OPTIONS), { instanceOf: LockError, code: 'LOCKED' });
    await utimes(file, 0, 0);
    await (await holdLock(file, OPTIONS)).release();
  });
}

test('a process with the number of the holder, but another start, is not the holder', async (t) => {
  const file = await lockIn(t);
  const lock = await holdLock(file, OPTIONS);
  const held = JSON.parse(await readFile(file, 'utf8')) as { started: string | null };
  await lock.release();
  if (held.started === null) return void t.pass('this system does not tell when processes start');
  await writeFile(file, JSON.stringify({ ...held, started: '1' }));
  await (await holdLock(file, OPTIONS)).release();
  t.pass();
});

test('a link is not followed, and a folder that is not there is told', async (t) => {
  const file = await lockIn(t);
  await symlink('/etc/passwd', file);
  await t.throwsAsync(holdLock(file, OPTIONS), { instanceOf: LockError, code: 'NOT_A_LOCK', message: /move it away/ });
  await t.throwsAsync(holdLock(join(file, '..', 'missing', 'lock'), OPTIONS), { instanceOf: LockError, code: 'NOT_WRITABLE' });
});

test('whoever has it really has it, also when it was let go of at that moment', async (t) => {
  const file = await lockIn(t);
  let holders = 0;
  const contend = async (): Promise<void> => {
    for (let round = 0; round < 40; round += 1) {
      const lock = await holdLock(file, OPTIONS).catch(() => undefined);
      if (lock === undefined) continue;
      holders += 1;
      t.true(holders === 1 && existsSync(file));
      holders -= 1;
      await lock.release();
    }
  };
  await Promise.all(Array.from({ length: 16 }, contend));
  t.false(existsSync(file));
});
