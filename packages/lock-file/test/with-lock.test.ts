import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { LockError, withLock } from '../src/index.ts';
import { seeProcess, thisPlace } from '../src/io/this-process.ts';
import { formatOwner } from '../src/lock-owner.ts';

const LONG_AGO = new Date(0);
const STARTED = seeProcess(process.pid)?.started ?? null;
const DEAD = { pid: spawnSync('true').pid, started: '1', place: thisPlace() };

for (const [title, parts, touchedAt, isBroken] of [
  // Where the system tells when a process began; elsewhere age decides.
  ...(STARTED === null ? [] : [['of a process that runs is not broken, however old it is', {}, LONG_AGO, false] as const]),
  ['of a process that is gone is broken at once', { pid: DEAD.pid }, undefined, true],
  ['of another process that had our number is broken at once', { started: 'earlier' }, undefined, true],
  ['of another machine is waited for', { place: 'elsewhere' }, undefined, false],
  ['of another machine is broken when it is old', { place: 'elsewhere' }, LONG_AGO, true],
  ['of a machine whose clock is far ahead is broken', { place: 'elsewhere' }, new Date(Date.now() + 3_600_000), true],
  ['of a process whose start is not told is waited for', { started: null }, undefined, false],
  ['of a process whose start is not told is broken when it is old', { started: null }, LONG_AGO, true],
] as const) {
  test(`a lock ${title}`, async (t) => {
    const file = await lockIn(t);
    await writeFile(file, formatOwner({ token: '0a', pid: process.pid, started: STARTED, place: thisPlace(), ...parts }));
    if (touchedAt !== undefined) await utimes(file, touchedAt, touchedAt);
    const turn = withLock(file, { timeoutMs: isBroken ? 30_000 : 30 }, () => Promise.resolve('had it'));
    if (isBroken) t.is(await turn, 'had it');
    else await t.throwsAsync(turn, { instanceOf: LockError, code: 'LOCKED', message: /lock: held by/ });
    t.deepEqual(await readdir(dirname(file)), isBroken ? [] : ['lock']);
  });
}

test('a lock that names nobody is waited for, and broken when it is old', async (t) => {
  const file = await lockIn(t);
  await writeFile(file, '');
  await t.throwsAsync(withLock(file, { timeoutMs: 30 }, nothing), { instanceOf: LockError, code: 'LOCKED' });
  await utimes(file, LONG_AGO, LONG_AGO);
  await t.notThrowsAsync(withLock(file, { timeoutMs: 30 }, nothing));
});

test('of several that find the lock of a process that is gone, all get their turn, one at a time', async (t) => {
  const file = await lockIn(t);
  await writeFile(file, formatOwner({ ...DEAD, token: '0a' }));
  let [turns, holders] = [0, 0];
  const action = async (): Promise<void> => {
    holders += 1;
    t.is(holders, 1);
    await new Promise(setImmediate);
    holders -= 1;
    turns += 1;
  };
  await Promise.all(Array.from({ length: 8 }, () => withLock(file, { timeoutMs: 30_000 }, action)));
  t.is(turns, 8);
  t.deepEqual(await readdir(dirname(file)), []);
});

test('who was ended while it broke a lock keeps nobody from breaking it, and leaves nothing', async (t) => {
  const file = await lockIn(t);
  for (const [name, token] of [
    ['', '0a'],
    ['.0a.break', '0b'],
    ['.0a.break.0b.break', '0c'],
    ['.0d.new', '0d'],
    ['.0a.break.0e.new', '0e'],
  ] as const)
    await writeFile(`${file}${name}`, formatOwner({ ...DEAD, token }));
  await withLock(file, { timeoutMs: 30_000 }, nothing);
  t.deepEqual(await readdir(dirname(file)), []);
});

test('waiting ends with the reason of the signal, and an action that fails lets go of the lock', async (t) => {
  const file = await lockIn(t);
  const controller = new AbortController();
  const reason = new Error('enough');
  const failing = withLock(file, { timeoutMs: 1000 }, async () => {
    const waiting = withLock(file, { timeoutMs: 30_000, signal: controller.signal }, nothing);
    controller.abort(reason);
    await waiting;
  });
  t.is(await t.throwsAsync(failing), reason);
  t.deepEqual(await readdir(dirname(file)), []);
});

for (const [title, make] of [
  ['A link', (file: string) => symlink(`${file}.target`, file)],
  ['A folder', (file: string) => mkdir(file)],
] as const) {
  test(`${title} where the lock should be is left where it is`, async (t) => {
    const file = await lockIn(t);
    await make(file);
    await t.throwsAsync(withLock(file, { timeoutMs: 30 }, nothing), { code: 'NOT_A_LOCK', message: /lock: .*remove it/ });
    t.deepEqual(await readdir(dirname(file)), ['lock']);
  });
}

const nothing = (): Promise<void> => Promise.resolve();

async function lockIn(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'srvkit-lock-'));
  t.teardown(() => rm(folder, { recursive: true }));
  return join(folder, 'lock');
}
