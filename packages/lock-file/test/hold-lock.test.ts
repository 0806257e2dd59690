import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, rmdir, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as streamText } from 'node:stream/consumers';
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

for (const [title, loseLock, says] of [
  ['another process has', (file: string) => writeFile(file, OTHER_LOCK), /lock: process 17 has taken it while this one was suspended/],
  ['somebody removed', (file: string) => rm(file), /lock: the lock was removed while it was held/],
] as const) {
  test(`a holder learns that ${title} its lock, by its heartbeat or when it asks, and touches it no more`, async (t) => {
    const file = await lockIn(t);
    const clock = handClock();
    const lock = await holdLock(file, { ...OPTIONS, ...clock });
    await lock.confirm();
    await loseLock(file);
    await lock.confirm(); // so soon after the last look nobody has it
    t.false(lock.lost.aborted);
    const lost = once(lock.lost, 'abort');
    clock.beat();
    await lost;
    const reason = await t.throwsAsync(lock.confirm(), { instanceOf: LockError, code: 'LOST', message: says });
    t.is(lock.lost.reason, reason);
    const left = await readdir(join(file, '..'));
    await lock.release();
    t.deepEqual(await readdir(join(file, '..')), left);
  });
}

const OTHER_LOCK = JSON.stringify({ token: 'a', pid: 17, started: null, place: 'elsewhere' });

test('a holder that was suspended looks before it writes, without waiting for its heartbeat', async (t) => {
  const file = await lockIn(t);
  const clock = handClock();
  const lock = await holdLock(file, { ...OPTIONS, ...clock });
  clock.pass(60_001);
  await lock.confirm();
  t.is(Math.round((await stat(file)).mtimeMs), clock.now());
  await writeFile(file, OTHER_LOCK);
  clock.pass(10_001);
  await t.throwsAsync(lock.confirm(), { code: 'LOST' });
});

test('a lock that cannot be looked at is not lost: whoever asks is told why, and the heartbeat goes on', async (t) => {
  const file = await lockIn(t);
  const clock = handClock();
  const lock = await holdLock(file, { ...OPTIONS, ...clock });
  await rename(file, `${file}.kept`);
  await mkdir(file);
  clock.beat();
  clock.pass(10_001);
  await t.throwsAsync(lock.confirm(), { code: 'NOT_A_LOCK' });
  t.false(lock.lost.aborted);
  await rmdir(file);
  await rename(`${file}.kept`, file);
  await lock.confirm();
  await lock.release();
  t.deepEqual(await readdir(join(file, '..')), []);
});

test('what a heartbeat finds that was under way when the lock was released is no loss', async (t) => {
  const file = await lockIn(t);
  const clock = handClock();
  const lock = await holdLock(file, { ...OPTIONS, ...clock });
  clock.beat();
  await lock.release();
  await holdLock(file, OPTIONS).then((next) => next.release()); // as long as a look takes
  t.false(lock.lost.aborted);
});

const limited = process.platform === 'win32' ? test.skip : test; // limits of a process are of POSIX

limited('a process that may open no more files is told so, and breaks no lock for that', async (t) => {
  const file = await lockIn(t);
  const lock = await holdLock(file, OPTIONS);
  await utimes(file, 0, 0);
  const [exhausted, judged] = await saidWithin(
    'ulimit -n 64',
    `const { closeSync, openSync } = await import('node:fs');
     const open = [];
     try { for (;;) open.push(openSync('/dev/null')); } catch {}
     await tryToHold();
     for (const one of open) closeSync(one);
     await tryToHold();`,
    file,
  );
  t.regex(
    exhausted ?? '',
    /^NOT_WRITABLE .*lock: cannot be looked at: this process has too many files open: raise that limit .*\(EMFILE\)$/,
  );
  t.is(judged, `LOCKED ${file}: process ${process.pid} works here`);
  await lock.release();
});

limited('a lock that cannot be written is told with the remedy, and leaves nothing', async (t) => {
  const file = await lockIn(t);
  const [said] = await saidWithin('ulimit -f 0', 'await tryToHold();', file);
  t.regex(said ?? '', /^NOT_WRITABLE .*lock: cannot be created: it would be larger .*: raise that limit \(ulimit -f\) \(EFBIG\)$/);
  t.deepEqual(await readdir(join(file, '..')), []);
});

/** The lines of a child that has this limit. */
async function saidWithin(limit: string, program: string, file: string): Promise<string[]> {
  const source = `const { holdLock } = await import(${JSON.stringify(new URL('../src/index.ts', import.meta.url).href)});
    const tryToHold = async () =>
      console.log(await holdLock(process.argv[1], { busy: 'works here' }).then(() => 'taken', (error) => error.code + ' ' + error.message));
    ${program}`;
  const child = spawn('sh', ['-c', `${limit} && exec "$@"`, 'sh', process.execPath, '--input-type=module', '-e', source, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return (await streamText(child.stdout)).split('\n');
}

/** A clock that goes on, and beats, when it is told. */
function handClock(): { now(): number; every(intervalMs: number, beat: () => void): () => void; pass(ms: number): void; beat(): void } {
  let [now, beats] = [Date.now(), new Set<() => void>()];
  return {
    now: () => now,
    every: (_, beat) => {
      beats.add(beat);
      return () => beats.delete(beat);
    },
    pass: (ms) => void (now += ms),
    beat: () => beats.forEach((beat) => beat()),
  };
}

test('a link is not followed, and a folder that is not there is told', async (t) => {
  const file = await lockIn(t);
  await symlink('/etc/passwd', file);
  await t.throwsAsync(holdLock(file, OPTIONS), { instanceOf: LockError, code: 'NOT_A_LOCK', message: /move it away/ });
  await t.throwsAsync(holdLock(join(file, '..', 'missing', 'lock'), OPTIONS), {
    instanceOf: LockError,
    code: 'NOT_WRITABLE',
    message: /make the folder first \(ENOENT\)$/,
  });
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
