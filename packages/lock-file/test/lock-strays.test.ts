import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test from 'ava';
import { holdLock } from '../src/index.ts';
import { seeProcess, thisPlace } from '../src/io/this-process.ts';
import { formatOwner, makeToken, type LockOwner } from '../src/lock-owner.ts';

const HERE = { place: thisPlace(), started: seeProcess(process.pid)?.started ?? null, pid: process.pid };
const GONE = ownerOf({ ...HERE, pid: spawnSync('true').pid, started: '1' });
const ALIVE = ownerOf(HERE);
const ELSEWHERE = ownerOf({ ...HERE, place: 'elsewhere' });
const OLD = new Date(0);
// Where the system tells when a process began; elsewhere nobody knows whether it still is the same, and age decides.
const judged = HERE.started === null ? test.skip : test;

for (const { title, name, text, touchedAt, stays } of [
  { title: 'a claim of a process that is gone goes', name: `lock.${GONE.token}.new`, text: formatOwner(GONE), stays: false },
  { title: 'a guard of a process that is gone goes', name: `lock.0a.break`, text: formatOwner(GONE), stays: false },
  { title: 'a claim to a guard goes with its process', name: `lock.0a.break.${GONE.token}.new`, text: formatOwner(GONE), stays: false },
  { title: 'a claim of a process that runs stays', name: `lock.${ALIVE.token}.new`, text: formatOwner(ALIVE), stays: true },
  {
    title: 'a claim of a process that runs stays, however old it is',
    name: `lock.${ALIVE.token}.new`,
    text: formatOwner(ALIVE),
    touchedAt: OLD,
    stays: true,
  },
  { title: 'a guard of a process that runs stays', name: `lock.${GONE.token}.break`, text: formatOwner(ALIVE), stays: true },
  { title: 'an empty claim of a process that is gone goes', name: `lock.${GONE.token}.new`, text: '', stays: false },
  {
    title: 'a torn claim of a process that is gone goes',
    name: `lock.${GONE.token}.new`,
    text: formatOwner(GONE).slice(0, 30),
    stays: false,
  },
  { title: 'an empty claim of a process that runs stays', name: `lock.${ALIVE.token}.new`, text: '', touchedAt: OLD, stays: true },
  { title: 'a torn claim from elsewhere stays while it is young', name: `lock.${ELSEWHERE.token}.new`, text: '', stays: true },
  { title: 'a torn claim from elsewhere goes when it is old', name: `lock.${ELSEWHERE.token}.new`, text: '', touchedAt: OLD, stays: false },
  { title: 'a torn guard whose token names who is gone stays while it is young', name: `lock.${GONE.token}.break`, text: '', stays: true },
  { title: 'an empty claim that names nobody stays while it is young', name: 'lock.0a.new', text: '', stays: true },
  { title: 'an empty claim that names nobody goes when it is old', name: 'lock.0a.new', text: '', touchedAt: OLD, stays: false },
  { title: 'a file with another ending is not ours', name: `lock.${GONE.token}.tmp`, text: formatOwner(GONE), touchedAt: OLD, stays: true },
  { title: 'a file of another lock is not ours', name: `locks.${GONE.token}.new`, text: formatOwner(GONE), touchedAt: OLD, stays: true },
  { title: 'a file with a name that is no token is not ours', name: 'lock.mine.new', text: formatOwner(GONE), touchedAt: OLD, stays: true },
] as const satisfies readonly { title: string; name: string; text: string; touchedAt?: Date; stays: boolean }[]) {
  judged(title, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'srvkit-lock-'));
    t.teardown(() => rm(folder, { recursive: true }));
    const stray = join(folder, name);
    await writeFile(stray, text);
    if (touchedAt !== undefined) await utimes(stray, touchedAt, touchedAt);
    const lock = await holdLock(join(folder, 'lock'), { busy: 'works here' });
    t.is((await readdir(folder)).length, stays ? 2 : 1);
    await lock.release();
  });
}

test('what has the name of a claim and is no file stays', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'srvkit-lock-'));
  t.teardown(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, `lock.${GONE.token}.new`));
  await (await holdLock(join(folder, 'lock'), { busy: 'works here' })).release();
  t.deepEqual(await readdir(folder), [`lock.${GONE.token}.new`]);
});

judged('what another process has begun stays while it is in the middle, and goes when it was killed there', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'srvkit-lock-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const file = join(folder, 'lock');
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', IN_THE_MIDDLE, file], {
    cwd: dirname(import.meta.dirname),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  await (await holdLock(file, { busy: 'works here' })).release();
  t.deepEqual(await namesIn(folder), ['lock.ID.new']);
  child.kill('SIGKILL');
  await once(child, 'exit');
  await (await holdLock(file, { busy: 'works here' })).release();
  t.deepEqual(await namesIn(folder), []);
});

// Takes the lock up to where its claim would be linked into place, and goes no further.
const IN_THE_MIDDLE = `
  import fs from 'node:fs';
  import { syncBuiltinESMExports } from 'node:module';
  fs.promises.link = () => { console.log('in the middle'); setInterval(() => {}, 1000); return new Promise(() => {}); };
  syncBuiltinESMExports();
  const { holdLock } = await import('@srvkit/lock-file');
  await holdLock(process.argv[1], { busy: 'works here' });
`;

async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).map((name) => name.replace(/[0-9a-f]{16}-[0-9a-f-]+/, 'ID'));
}

function ownerOf(process: Omit<LockOwner, 'token'>): LockOwner {
  return { ...process, token: makeToken(process, '0123456789ab') };
}
