import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import * as fs from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { KMS_KEY_PATH } from '@srvkit/kms';
import { holdLock } from '@srvkit/lock-file';
import type { Disk } from '@srvkit/lock-file';
import { formatRegFile, parseRegFile, Settings, SettingsError } from '@srvkit/settings';
import type { WindowsRegistry } from '@srvkit/settings/windows';
import { Interrupted, UsageError } from '../src/exit.ts';
import { regFileStore } from '../src/reg-file-store.ts';
import { settingsStore } from '../src/settings-store.ts';

const { signal } = new AbortController();
const BEFORE = named('A');
const KEY = { keyPath: KMS_KEY_PATH };
const bytesOf = (settings: Settings) => Buffer.from(formatRegFile(settings));

const PLACES: readonly {
  title: string;
  choice: { named?: string; env: Record<string, string>; platform: NodeJS.Platform };
  place: string;
}[] = [
  { title: 'the named file', choice: { named: 'a.reg', env: { XDG_CONFIG_HOME: '/x' }, platform: 'win32' }, place: 'a.reg' },
  { title: 'the registry on Windows', choice: { env: { XDG_CONFIG_HOME: '/x' }, platform: 'win32' }, place: 'the Windows registry' },
  { title: 'XDG_CONFIG_HOME', choice: { env: { XDG_CONFIG_HOME: '/x', HOME: '/h' }, platform: 'linux' }, place: '/x/srvkit/srvkit.reg' },
  {
    title: '.config of HOME',
    choice: { env: { XDG_CONFIG_HOME: '', HOME: '/h' }, platform: 'linux' },
    place: '/h/.config/srvkit/srvkit.reg',
  },
  {
    title: 'not a relative XDG_CONFIG_HOME',
    choice: { env: { XDG_CONFIG_HOME: 'x', HOME: '/h' }, platform: 'darwin' },
    place: '/h/.config/srvkit/srvkit.reg',
  },
  { title: "the user's folder without HOME", choice: { env: {}, platform: 'linux' }, place: `${homedir()}/.config/srvkit/srvkit.reg` },
];

for (const { title, choice, place } of PLACES) {
  test(`the settings are in ${title}`, (t) => t.is(settingsStore({ ...KEY, named: undefined, mayBeNew: false, ...choice }).place, place));
}

test('on Windows the key of the registry is read and changed, and what it refuses is one line', async (t) => {
  const asked: string[] = [];
  const registry: WindowsRegistry = {
    read: async (keyPath) => {
      asked.push(keyPath);
      return BEFORE;
    },
    change: async (keyPath, edit) => {
      asked.push(keyPath);
      edit(BEFORE);
      throw new SettingsError('REGISTRY_NOT_WRITTEN', `${keyPath}: not today`);
    },
  };
  const store = settingsStore({ ...KEY, named: undefined, mayBeNew: false, env: {}, platform: 'win32', registry: () => registry });
  t.is(await store.read(signal), BEFORE);
  await t.throwsAsync(
    store.change((settings) => settings, signal),
    { instanceOf: UsageError, message: `${KMS_KEY_PATH}: not today` },
  );
  t.deepEqual(asked, [KMS_KEY_PATH, KMS_KEY_PATH]);
});

test('a change keeps mode and owner of the file, and leaves nothing beside it', async (t) => {
  const { folder, file, store } = openFile(t);
  if (process.getuid?.() === 0) chownSync(file, 4711, 4712); // nobody else may give files away
  chmodSync(file, 0o640);
  const { uid, gid } = statSync(file);
  const after = await store.change((settings) => settings.set('HKLM\\A', 'b', { type: 'REG_DWORD', value: 2 }), signal);
  t.deepEqual(readFileSync(file), bytesOf(after));
  const now = statSync(file);
  t.deepEqual([now.mode & 0o777, now.uid, now.gid], [0o640, uid, gid]);
  t.deepEqual(readdirSync(folder), ['client.reg']);
});

test('where nothing changes, the file is not written', async (t) => {
  const { folder, file, store } = openFile(t);
  const { ino } = statSync(file);
  await store.change((settings) => settings.delete('HKLM\\A', 'nothing'), signal);
  t.is(statSync(file).ino, ino);
  t.deepEqual(readdirSync(folder), ['client.reg']);
});

test('a link stays a link: what it leads to is changed', async (t) => {
  const { folder, file } = openFile(t);
  const link = join(folder, 'link.reg');
  symlinkSync(file, link);
  await settingsStore({ ...KEY, named: link, mayBeNew: true, env: {}, platform: 'linux' }).change(
    (settings) => settings.deleteKey('HKLM\\A'),
    signal,
  );
  t.true(lstatSync(link).isSymbolicLink());
  t.deepEqual(readFileSync(file), bytesOf(Settings.empty()));
});

const INTERRUPTED: readonly {
  title: string;
  edit: (abort: AbortController) => (settings: Settings) => Settings;
  error: { instanceOf: new (...args: never[]) => Error };
}[] = [
  {
    title: 'an edit that is refused',
    edit: () => (settings) => settings.set('HKLM\\A', 'x', { type: 'REG_DWORD', value: -1 }),
    error: { instanceOf: UsageError },
  },
  {
    title: 'a signal',
    edit: (abort) => (settings) => {
      abort.abort(new Interrupted('SIGTERM'));
      return settings.deleteKey('HKLM\\A');
    },
    error: { instanceOf: Interrupted },
  },
  {
    title: 'a defect of ours',
    edit: () => () => {
      throw new TypeError('oh');
    },
    error: { instanceOf: TypeError },
  },
];

for (const { title, edit, error } of INTERRUPTED) {
  test(`${title} leaves the file as it was and nothing beside it`, async (t) => {
    const { folder, file, store } = openFile(t);
    const abort = new AbortController();
    await t.throwsAsync(store.change(edit(abort), abort.signal), error);
    t.deepEqual(readFileSync(file), bytesOf(BEFORE));
    t.deepEqual(readdirSync(folder), ['client.reg']);
  });
}

const hasSignals = process.platform === 'win32' ? test.skip : test;

hasSignals('a writer that is suspended is waited for; one that was killed leaves nothing, and loses nothing of others', async (t) => {
  const { folder, file, store } = openFile(t);
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', SUSPENDED_IN_THE_MIDDLE, file], {
    cwd: dirname(import.meta.dirname),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  await t.throwsAsync(
    regFileStore(file, 'must-be-there', { lockTimeoutMs: 30 }).change(() => Settings.empty(), signal),
    { instanceOf: UsageError, message: `${file}.lock: held by another process for too long; remove it if there is none` },
  );
  t.deepEqual(readFileSync(file), bytesOf(BEFORE));
  t.true((await store.read(signal)).equals(BEFORE));
  child.kill('SIGKILL');
  await once(child, 'exit');
  t.deepEqual(namesIn(folder), ['client.reg', 'client.reg.UUID.tmp', 'client.reg.lock']);
  const after = await store.change((settings) => settings.set('HKLM\\A', 'b', { type: 'REG_DWORD', value: 2 }), signal);
  t.deepEqual(readFileSync(file), bytesOf(after));
  t.deepEqual(namesIn(folder), ['client.reg']);
});

// Has read the file, and its new one is begun.
const SUSPENDED_IN_THE_MIDDLE = `
  import { writeSync } from 'node:fs';
  import { regFileStore } from './src/reg-file-store.ts';
  await regFileStore(process.argv[1], 'must-be-there').change(() => {
    writeSync(1, 'in the middle');
    process.kill(process.pid, 'SIGSTOP');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  }, new AbortController().signal);
`;

function namesIn(folder: string): string[] {
  return readdirSync(folder).map((name) => name.replace(/[0-9a-f-]{36}/, 'UUID'));
}

test('what an srvkit before this one left as its lock, a part of the new file, is no lock when it is old', async (t) => {
  const { folder, file, store } = openFile(t);
  writeFileSync(`${file}.lock`, 'Windows Registry Edi');
  utimesSync(`${file}.lock`, 0, 0);
  await store.change(() => Settings.empty(), signal);
  t.deepEqual(readFileSync(file), bytesOf(Settings.empty()));
  t.deepEqual(readdirSync(folder), ['client.reg']);
});

test('waiting for another writer ends with the signal', async (t) => {
  const { file, store } = openFile(t);
  const lock = await holdLock(`${file}.lock`, { busy: 'is here' });
  const abort = new AbortController();
  const changing = store.change(() => Settings.empty(), abort.signal);
  abort.abort(new Interrupted('SIGTERM'));
  await t.throwsAsync(changing, { instanceOf: Interrupted });
  t.deepEqual(readFileSync(file), bytesOf(BEFORE));
  await lock.release();
});

test('of many writers at once, none loses what another has written', async (t) => {
  const { file, folder, store } = openFile(t);
  const names = Array.from({ length: 20 }, (_, index) => `v${index}`);
  const set = (name: string) => store.change((settings) => settings.set('HKLM\\A', name, { type: 'REG_DWORD', value: 1 }), signal);
  await Promise.all(names.map(set));
  const written = parseRegFile(readFileSync(file));
  for (const name of ['name', ...names]) t.true(written.get('HKLM\\A', name) !== undefined, name);
  t.deepEqual(readdirSync(folder), ['client.reg']);
});

// Of a folder that is read-only the first call that fails is the one that makes the lock.
for (const call of ['the lock', 'the new file', 'its octets', 'its name'] as const) {
  for (const [code, remedy] of [
    ['ENOSPC', 'its disk is full: free space there, or name a place on another disk (ENOSPC)'],
    ['EDQUOT', 'the disk quota of this user is used up: free space, or have the quota raised (EDQUOT)'],
    ['EROFS', 'its file system is mounted read-only: mount it for writing, or name a place elsewhere (EROFS)'],
    ['EACCES', 'this user has no right to it: give the right to the file and its folder, or name another place (EACCES)'],
  ] as const) {
    test(`${call} that cannot be written (${code}) is told with the remedy, and the file stays as it was`, async (t) => {
      const { folder, file } = openFile(t);
      const store = regFileStore(file, 'must-be-there', { disk: diskFailing(call, code) });
      const what = call === 'the lock' ? `${file}.lock: cannot be created` : `${file}: cannot be written`;
      await t.throwsAsync(
        store.change(() => Settings.empty(), signal),
        { instanceOf: UsageError, message: `${what}: ${remedy}` },
      );
      t.deepEqual(readFileSync(file), bytesOf(BEFORE));
      t.deepEqual(readdirSync(folder), ['client.reg']);
    });
  }
}

function diskFailing(call: 'the lock' | 'the new file' | 'its octets' | 'its name', code: string): Disk {
  const fail = async (): Promise<never> => {
    throw Object.assign(new Error(code), { code, syscall: 'any' });
  };
  switch (call) {
    case 'the lock':
      return { ...fs, writeFile: fail };
    case 'the new file':
      return { ...fs, open: (path, ...rest) => (String(path).endsWith('.tmp') ? fail() : fs.open(path, ...rest)) };
    case 'its octets':
      return {
        ...fs,
        open: async (path, ...rest) => {
          const handle = await fs.open(path, ...rest);
          if (String(path).endsWith('.tmp')) handle.writeFile = () => handle.write('Win').then(fail);
          return handle;
        },
      };
    case 'its name':
      return { ...fs, rename: fail };
  }
}

test('what is no file is not replaced', async (t) => {
  const { folder } = openFile(t);
  await t.throwsAsync(
    regFileStore(folder, 'may-be-new').change(() => BEFORE, signal),
    { instanceOf: UsageError, message: `${folder}: not a regular file; name another one for the settings` },
  );
});

test('a link to a file that is not there yet stays a link too', async (t) => {
  const { folder } = openFile(t);
  const link = join(folder, 'link.reg');
  symlinkSync('new.reg', link);
  await regFileStore(link, 'may-be-new').change(() => BEFORE, signal);
  t.true(lstatSync(link).isSymbolicLink());
  t.deepEqual(readFileSync(join(folder, 'new.reg')), bytesOf(BEFORE));
});

function named(value: string): Settings {
  return Settings.empty().set('HKLM\\A', 'name', { type: 'REG_SZ', value });
}

function openFile(t: ExecutionContext) {
  const folder = mkdtempSync(join(tmpdir(), 'srvkit-store-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'client.reg');
  writeFileSync(file, formatRegFile(BEFORE));
  return { folder, file, store: settingsStore({ ...KEY, named: file, mayBeNew: false, env: {}, platform: 'linux' }) };
}
