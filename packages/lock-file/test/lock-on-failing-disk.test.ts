import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { type Disk, holdLock, LockError, whyRefused, withLock } from '../src/index.ts';
import { thisPlace } from '../src/io/this-process.ts';
import { formatOwner } from '../src/lock-owner.ts';

const LEFT_BEHIND = formatOwner({ token: '0a', pid: spawnSync('true').pid, started: '1', place: thisPlace() });

/**
 * Every call that is made while a lock is taken and released again, what becomes of it when that one fails, and what is left when somebody had the
 * lock after that: only claims, which go with their process (lock-strays.test.ts).
 */
const TAKEN: readonly {
  title: string;
  before: string | undefined;
  calls: readonly (readonly [call: string, outcome: 'refused' | 'had', ...left: string[]])[];
}[] = [
  {
    title: 'a lock that is free',
    before: undefined,
    calls: [
      ['open lock', 'refused'],
      ['writeFile lock.ID.new', 'refused'],
      ['link lock.ID.new', 'refused'],
      ['unlink lock.ID.new', 'had', 'lock.ID.new'],
      ['readdir folder', 'had'],
      ['open lock', 'had'],
      ['unlink lock', 'had'],
    ],
  },
  {
    title: 'a lock that was left behind',
    before: LEFT_BEHIND,
    calls: [
      ['open lock', 'refused'],
      ['writeFile lock.ID.new', 'refused'],
      ['open lock.0a.break', 'refused'],
      ['writeFile lock.0a.break.ID.new', 'refused'],
      ['link lock.0a.break.ID.new', 'refused'],
      ['unlink lock.0a.break.ID.new', 'had', 'lock.0a.break.ID.new'],
      ['open lock', 'refused'],
      ['rename lock.ID.new', 'refused'],
      ['open lock.0a.break', 'had'],
      ['unlink lock.0a.break', 'had'],
      ['unlink lock.ID.new', 'had'],
      ['readdir folder', 'had'],
      ['open lock', 'had'],
      ['unlink lock', 'had'],
    ],
  },
];

for (const { title, before, calls } of TAKEN) {
  test(`${title} is taken and released by these calls, and no other`, async (t) => {
    const file = await lockIn(t, before);
    const disk = diskFailingAt(undefined, '');
    await (await holdLock(file, { busy: '', disk })).release();
    t.deepEqual(
      disk.calls,
      calls.map(([call]) => call),
    );
    t.deepEqual(await fs.readdir(join(file, '..')), []);
  });

  for (const [at, [call, outcome, ...left]] of calls.entries()) {
    for (const code of ['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES']) {
      test(`${title} is ${outcome} when call ${at + 1}, ${call}, ends in ${code}`, async (t) => {
        const file = await lockIn(t, before);
        const taking = holdLock(file, { busy: '', disk: diskFailingAt(at, code) });
        if (outcome === 'refused') {
          const error = await t.throwsAsync(taking, { instanceOf: LockError, code: 'NOT_WRITABLE' });
          t.true(error?.message.startsWith(file) && error.message.endsWith(`: ${whyRefused(errorOf(code))}`), error?.message);
          t.deepEqual(await contentsOf(file), before === undefined ? {} : { lock: before });
        } else await (await taking).release();
        // When the disk does again: at once, in this process too.
        await withLock(file, { timeoutMs: 0 }, () => Promise.resolve());
        t.deepEqual(Object.keys(await contentsOf(file)), left);
      });
    }
  }
}

for (const code of ['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES']) {
  for (const call of ['open', 'utimes'] as const) {
    test(`a holder that cannot look at its lock or touch it (${call}, ${code}) is told why before it writes, and keeps it`, async (t) => {
      const file = await lockIn(t, undefined);
      let [now, isFailing] = [Date.now(), false];
      const fail = { [call]: (...args: never[]) => (isFailing ? failWith(code) : (fs[call] as (...args: never[]) => unknown)(...args)) };
      const lock = await holdLock(file, { busy: '', now: () => now, disk: { ...fs, ...fail } });
      now += 60_001;
      isFailing = true;
      const error = await t.throwsAsync(lock.confirm(), { instanceOf: LockError, code: 'NOT_WRITABLE' });
      t.true(error?.message.startsWith(`${file}: cannot be `) && error.message.includes(`(${code})`), error?.message);
      t.false(lock.lost.aborted);
      isFailing = false;
      await lock.confirm();
      await lock.release();
      t.deepEqual(await contentsOf(file), {});
    });
  }
}

/** A disk whose call number `at` fails; a write when half of it is done. */
function diskFailingAt(at: number | undefined, code: string): Disk & { readonly calls: string[] } {
  const calls: string[] = [];
  const call = (name: string, path: unknown): boolean =>
    calls.push(`${name} ${name === 'readdir' ? 'folder' : shown(basename(String(path)))}`) - 1 === at;
  const failing = (name: 'open' | 'link' | 'unlink' | 'rename' | 'readdir') => ({
    [name]: (...args: unknown[]) => (call(name, args[0]) ? failWith(code) : (fs[name] as (...args: unknown[]) => unknown)(...args)),
  });
  return {
    ...fs,
    ...failing('open'),
    ...failing('link'),
    ...failing('unlink'),
    ...failing('rename'),
    ...failing('readdir'),
    async writeFile(path, text, options) {
      if (!call('writeFile', path)) return fs.writeFile(path, text, options);
      await fs.writeFile(path, LEFT_BEHIND.slice(0, 20), options);
      return failWith(code);
    },
    calls,
  };
}

async function failWith(code: string): Promise<never> {
  throw errorOf(code);
}

function errorOf(code: string): Error {
  return Object.assign(new Error(`${code}: of the system`), { code });
}

function shown(name: string): string {
  return name.replace(/[0-9a-f]{16}-[0-9a-f-]+/, 'ID');
}

async function contentsOf(file: string): Promise<Record<string, string>> {
  const folder = join(file, '..');
  const names = await fs.readdir(folder);
  return Object.fromEntries(await Promise.all(names.map(async (name) => [shown(name), await fs.readFile(join(folder, name), 'utf8')])));
}

async function lockIn(t: ExecutionContext, text: string | undefined): Promise<string> {
  const folder = await fs.mkdtemp(join(tmpdir(), 'srvkit-lock-'));
  t.teardown(() => fs.rm(folder, { recursive: true }));
  const file = join(folder, 'lock');
  if (text !== undefined) await fs.writeFile(file, text);
  return file;
}
