import { readFileSync } from 'node:fs';
import { copyFile, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import test from 'ava';
import { formatRegFile, parseRegFile, Settings, SettingsError } from '../src/index.ts';
import type { RegistryValue } from '../src/index.ts';
import { windowsRegistry } from '../src/windows/index.ts';
import type { RegRun, RunReg } from '../src/windows/index.ts';

const NT = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion';
const SPP = `${NT}\\SoftwareProtectionPlatform`;
const EXPORTED = new URL('../../../fixtures/reg/wine-export.reg', import.meta.url);
// What reg.exe of Wine 8 printed for a key without a SoftwareProtectionPlatform below it, shortened.
const LISTING = `\r\n${NT}\r\n    CSDVersion    REG_SZ    Service Pack 1\r\n    Owner    REG_SZ    J?rg\r\n\r\n${NT}\\Fonts\r\n${NT}\\Print\r\n`;
const OK: RegRun = { status: 0, output: 'reg: The operation completed successfully\r\n' };
const NOT_FOUND: RegRun = { status: 1, output: 'reg: Unable to find the specified registry key\r\n' };
const DENIED: RegRun = { status: 1, output: 'FEHLER: Zugriff verweigert\r\n' };
const name: RegistryValue = { type: 'REG_SZ', value: 'kms1' };

test('a key is exported into a file of its own and read, as Wine exported it', async (t) => {
  const calls: string[][] = [];
  const run: RunReg = async (args) => {
    calls.push([...args]);
    await copyFile(EXPORTED, args[2] ?? '');
    return OK;
  };
  const settings = await windowsRegistry({ run }).read(SPP.replace('HKEY_LOCAL_MACHINE', 'HKLM'));
  t.true(settings.equals(parseRegFile(readFileSync(EXPORTED))));
  const [[operation, key, file = '', force] = []] = calls;
  t.deepEqual([operation, key, force], ['export', SPP, '/y']);
  await t.throwsAsync(stat(dirname(file)), { code: 'ENOENT' }, 'nothing is left behind');
});

for (const { title, key } of [
  { title: 'that its parent does not list', key: SPP },
  { title: 'whose parents are missing', key: `${SPP}\\a\\b` },
]) {
  test(`a key ${title} is missing: settings without a key`, async (t) => {
    t.deepEqual((await windowsRegistry({ run: onlyLists(NT) }).read(key)).keys(), []);
  });
}

const UNREADABLE: readonly { title: string; key: string; run: RunReg; says: RegExp }[] = [
  {
    title: 'that its parent lists',
    key: SPP,
    run: async ([operation]) => (operation === 'query' ? { status: 0, output: `${LISTING}${SPP.toUpperCase()}\r\n` } : DENIED),
    says: /reg export ended with 1 \(FEHLER: Zugriff verweigert\); may this user read the key\?$/,
  },
  { title: 'that takes too long', key: SPP, run: async () => ({ status: null, output: '' }), says: /took too long/ },
  { title: 'whose roots cannot be listed', key: SPP, run: async () => DENIED, says: /ended with 1/ },
  {
    title: 'beyond ASCII, of which the listing tells nothing',
    key: `${NT}\\Schl\u00FCssel`,
    run: async ([operation]) => (operation === 'query' ? { status: 0, output: LISTING } : NOT_FOUND),
    says: /ended with 1/,
  },
];

for (const { title, key, run, says } of UNREADABLE) {
  test(`a key ${title} is told as unreadable`, async (t) => {
    const error = await t.throwsAsync(windowsRegistry({ run }).read(key), { instanceOf: SettingsError });
    t.is(error?.code, 'REGISTRY_NOT_READ');
    t.is(error?.keyPath, key);
    t.regex(error?.message ?? '', says);
  });
}

test('a change is one import of the difference, and is read back', async (t) => {
  const before = Settings.empty().set(SPP, 'KeyManagementServicePort', { type: 'REG_SZ', value: '1700' }).set(SPP, 'Other', name);
  const fake = fakeReg(before);
  const now = await windowsRegistry({ run: fake.run }).change(SPP, (settings) =>
    settings.set(SPP, 'KeyManagementServiceName', name).delete(SPP, 'KeyManagementServicePort'),
  );
  t.deepEqual(fake.operations, ['export', 'import', 'export']);
  t.deepEqual(fake.imported, [
    `\uFEFFWindows Registry Editor Version 5.00\r\n\r\n[${SPP}]\r\n"KeyManagementServicePort"=-\r\n"KeyManagementServiceName"="kms1"\r\n\r\n`,
  ]);
  t.deepEqual(now.values(SPP), [
    { name: 'KeyManagementServiceName', value: name },
    { name: 'Other', value: name },
  ]);
  t.true(fake.settings().equals(now));
});

test('where nothing changes, nothing is written', async (t) => {
  const fake = fakeReg(Settings.empty().set(SPP, 'Name', name));
  await windowsRegistry({ run: fake.run }).change(SPP, (settings) => settings.set(SPP, 'name', name));
  t.deepEqual(fake.operations, ['export']);
});

test('an edit that throws changes nothing', async (t) => {
  const fake = fakeReg(Settings.empty().set(SPP, 'Name', name));
  const edit = (settings: Settings) => settings.set(SPP, 'Name', { type: 'REG_DWORD', value: -1 });
  await t.throwsAsync(windowsRegistry({ run: fake.run }).change(SPP, edit), { instanceOf: SettingsError });
  t.deepEqual(fake.operations, ['export']);
});

test('an edit elsewhere is refused', async (t) => {
  const fake = fakeReg(Settings.empty().set(SPP, 'Name', name));
  const edit = (settings: Settings) => settings.set(`${SPP} 2`, 'Name', name);
  await t.throwsAsync(windowsRegistry({ run: fake.run }).change(SPP, edit), { instanceOf: TypeError });
});

test('a write that is refused leaves everything as it was and says what is needed', async (t) => {
  const before = Settings.empty().set(SPP, 'Name', name);
  const fake = fakeReg(before, [() => DENIED]);
  const error = await t.throwsAsync(
    windowsRegistry({ run: fake.run }).change(SPP, (settings) => settings.delete(SPP, 'Name')),
    { instanceOf: SettingsError },
  );
  t.is(error?.code, 'REGISTRY_NOT_WRITTEN');
  t.regex(error?.message ?? '', /reg import ended with 1 \(FEHLER: .*\); everything is as it was\. Writing needs an elevated prompt$/);
  t.deepEqual(fake.operations, ['export', 'import', 'export']);
  t.true(fake.settings().equals(before));
});

test('half a write is put back (kms D-15)', async (t) => {
  const before = Settings.empty().set(SPP, 'Name', name).set(SPP, 'Port', name);
  // The name is written, the port is not, and reg.exe says yes all the same.
  const fake = fakeReg(before, [(settings) => settings.set(SPP, 'Name', { type: 'REG_SZ', value: 'kms2' })]);
  const error = await t.throwsAsync(
    windowsRegistry({ run: fake.run }).change(SPP, (settings) =>
      settings.set(SPP, 'Name', { type: 'REG_SZ', value: 'kms2' }).delete(SPP, 'Port').set(`${SPP}\\B`, 'x', name),
    ),
    { instanceOf: SettingsError },
  );
  t.regex(error?.message ?? '', /reg import said yes, but the values are not there; everything is as it was/);
  t.deepEqual(fake.operations, ['export', 'import', 'export', 'export', 'import', 'export']);
  t.true(fake.settings().equals(before));
});

test('what cannot be put back is told', async (t) => {
  const half = (settings: Settings) => settings.delete(SPP, 'Name');
  const fake = fakeReg(Settings.empty().set(SPP, 'Name', name).set(SPP, 'Port', name), [half, () => DENIED]);
  const error = await t.throwsAsync(
    windowsRegistry({ run: fake.run }).change(SPP, (settings) => settings.delete(SPP, 'Name').delete(SPP, 'Port')),
    { instanceOf: SettingsError },
  );
  t.regex(error?.message ?? '', /it could not be put back as it was: look at it with regedit/);
});

test('a signal is handed to reg.exe until the first write, and not after it', async (t) => {
  const abort = new AbortController();
  const fake = fakeReg(Settings.empty().set(SPP, 'Name', name), [
    (settings) => {
      abort.abort(new Error('too late'));
      return settings.delete(SPP, 'Name');
    },
  ]);
  const registry = windowsRegistry({ run: fake.run });
  const now = await registry.change(SPP, (settings) => settings.delete(SPP, 'Name'), { signal: abort.signal });
  t.deepEqual(now.values(SPP), []);
  const early = registry.change(SPP, (settings) => settings.set(SPP, 'Name', name), { signal: abort.signal });
  t.is((await t.throwsAsync(early)).message, 'too late');
  t.deepEqual(fake.operations, ['export', 'import', 'export']);
});

test('a deadline that is none is refused', (t) => {
  for (const timeoutMs of [0, 1.5, Infinity, 2 ** 31, Number.NaN]) {
    t.throws(() => windowsRegistry({ timeoutMs }), { instanceOf: RangeError }, String(timeoutMs));
  }
});

/** reg.exe where no key can be exported and one key's listing is had. */
function onlyLists(key: string): RunReg {
  return async ([operation, asked]) => (operation === 'query' && asked === key ? { status: 0, output: LISTING } : NOT_FOUND);
}

/** A registry in memory behind reg.exe's arguments. The first imports go as `imports` says: what they do, or how they fail. */
function fakeReg(start: Settings, imports: readonly ((settings: Settings) => Settings | RegRun)[] = []) {
  let settings = start;
  const operations: string[] = [];
  const imported: string[] = [];
  const run: RunReg = async ([operation = '', ...rest], { signal }) => {
    signal?.throwIfAborted();
    operations.push(operation);
    if (operation === 'export') {
      await writeFile(rest[1] ?? '', formatRegFile(settings));
      return OK;
    }
    const bytes = await readFile(rest[0] ?? '');
    imported.push(bytes.toString('utf16le'));
    const odd = imports[imported.length - 1]?.(settings);
    if (odd !== undefined && !(odd instanceof Settings)) return odd;
    settings = odd ?? parseRegFile(bytes, { base: settings });
    return OK;
  };
  return { run, operations, imported, settings: () => settings };
}
