import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import test from 'ava';
import { formatRegFile, Settings, SettingsError } from '../src/index.ts';
import { readableOutput } from '../src/reg-output.ts';
import { windowsRegistry } from '../src/windows/index.ts';
import type { RunReg } from '../src/windows/index.ts';

// What reg.exe writes is in the OEM code page of the system, which nothing tells. Values never come that way: these are the proofs.
const NT = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion';
const LISTED = `${NT}\\SoftwareProtectionPlatform`;
const VALUES = ['Jörg Müller', 'René', 'ソフト表', 'a\\b?'];

for (const page of ['cp437', 'cp850', 'cp932', 'utf-16']) {
  const refuses = refusing(page);

  test(`${page}: a key that its parent lists may not be read, whatever else is listed`, async (t) => {
    const error = await t.throwsAsync(windowsRegistry({ run: refuses }).read(LISTED), { instanceOf: SettingsError });
    t.is(error?.code, 'REGISTRY_NOT_READ');
    t.regex(error?.message ?? '', /^[\x20-\x7e]+$/, 'printed as ASCII');
  });

  test(`${page}: a key that is not listed is missing, also where half a character makes a line look like it`, async (t) => {
    const registry = windowsRegistry({ run: refuses });
    for (const key of [`${NT}\\Absent`, `${NT}\\SoftwareProtectionPlatform2`, `${NT}\\Cl`])
      t.deepEqual((await registry.read(key)).keys(), []);
  });

  test(`${page}: values come as UTF-16, and are what they are`, async (t) => {
    const settings = VALUES.reduce((all, value, at) => all.set(LISTED, `${value} ${at}`, { type: 'REG_SZ', value }), Settings.empty());
    const exports: RunReg = async ([, , file = '']) => {
      await writeFile(file, formatRegFile(settings));
      return { status: 0, output: outputIn(`denied-${page}`) };
    };
    t.true((await windowsRegistry({ run: exports }).read(LISTED)).equals(settings));
  });
}

test('a key with a question mark, or beyond ASCII, is never told as missing by a listing', async (t) => {
  for (const key of [`${NT}\\Schl?ssel`, `${NT}\\Schlüssel`]) {
    const error = await t.throwsAsync(windowsRegistry({ run: refusing('cp850') }).read(key), { instanceOf: SettingsError });
    t.is(error?.code, 'REGISTRY_NOT_READ');
  }
});

/** A reg.exe that lists the parent and refuses the key, in the words of this code page. */
function refusing(page: string): RunReg {
  return async ([operation]) =>
    operation === 'query' ? { status: 0, output: outputIn(`query-${page}`) } : { status: 1, output: outputIn(`denied-${page}`) };
}

function outputIn(fixture: string): string {
  return readableOutput(readFileSync(new URL(`../../../fixtures/reg/${fixture}.txt`, import.meta.url)));
}
