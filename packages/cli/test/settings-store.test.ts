import { chmodSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { KMS_KEY_PATH } from '@srvkit/kms';
import { formatRegFile, parseRegFile, Settings, SettingsError } from '@srvkit/settings';
import type { WindowsRegistry } from '@srvkit/settings/windows';
import { Interrupted, UsageError } from '../src/exit.ts';
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

test('a change keeps the mode of the file and leaves nothing beside it', async (t) => {
  const { folder, file, store } = openFile(t);
  chmodSync(file, 0o640);
  const after = await store.change((settings) => settings.set('HKLM\\A', 'b', { type: 'REG_DWORD', value: 2 }), signal);
  t.deepEqual(readFileSync(file), bytesOf(after));
  t.is(statSync(file).mode & 0o777, 0o640);
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

test('a lock that somebody else holds, or that a killed writer left, is told with the remedy', async (t) => {
  const { file, store } = openFile(t);
  writeFileSync(`${file}.lock`, 'half a f');
  const message = new RegExp(`^${file}\\.lock: another srvkit is changing this file; if there is none, remove the lock$`);
  await t.throwsAsync(
    store.change(() => Settings.empty(), signal),
    { instanceOf: UsageError, message },
  );
  t.deepEqual(readFileSync(file), bytesOf(BEFORE));
  t.true((await store.read(signal)).equals(BEFORE));
});

test('of many writers at once, none loses what another has written', async (t) => {
  const { file, store } = openFile(t);
  const names = Array.from({ length: 20 }, (_, index) => `v${index}`);
  const ended = await Promise.allSettled(
    names.map((name) => store.change((settings) => settings.set('HKLM\\A', name, { type: 'REG_DWORD', value: 1 }), signal)),
  );
  const written = parseRegFile(readFileSync(file));
  for (const [index, { status }] of ended.entries()) t.is(written.get('HKLM\\A', `v${index}`) !== undefined, status === 'fulfilled');
  t.true(ended.some(({ status }) => status === 'fulfilled'));
  t.true(written.get('HKLM\\A', 'name') !== undefined);
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
