import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import test from 'ava';
import * as fc from 'fast-check';
import { formatRegFile, parseRegFile, Settings } from '../src/index.ts';
import type { RegistryValue } from '../src/index.ts';

const KEY = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Test';

test("what Wine's reg.exe exported is written back byte for byte", (t) => {
  const exported = new Uint8Array(readFileSync(new URL('../../../fixtures/reg/wine-export.reg', import.meta.url)));
  t.deepEqual(formatRegFile(parseRegFile(exported)), exported);
});

test('empty settings are the header alone', (t) => {
  t.is(asText(Settings.empty()), 'Windows Registry Editor Version 5.00\r\n\r\n');
});

test('keys follow their parents, values are sorted without letter case', (t) => {
  const settings = Settings.empty().change((draft) => {
    for (const key of ['HKLM\\A B', 'HKLM\\a\\C', 'HKLM\\A']) draft.addKey(key);
    for (const name of ['b', 'C', '', 'A']) draft.set('HKLM\\A', name, { type: 'REG_DWORD', value: 1 });
  });
  t.deepEqual(asText(settings).split('\r\n').slice(2), [
    '[HKEY_LOCAL_MACHINE\\A]',
    '@=dword:00000001',
    '"A"=dword:00000001',
    '"b"=dword:00000001',
    '"C"=dword:00000001',
    '',
    '[HKEY_LOCAL_MACHINE\\a\\C]',
    '',
    '[HKEY_LOCAL_MACHINE\\A B]',
    '',
    '',
  ]);
});

test('bytes are wrapped to 80 columns', (t) => {
  for (const length of [16, 17, 24, 25, 26, 60]) {
    const settings = Settings.empty().set(KEY, 'a name of twenty-one.', { type: 'REG_BINARY', value: new Uint8Array(length) });
    const lines = asText(settings).split('\r\n');
    t.true(lines.every((line) => line.length <= 80));
    t.true(lines.every((line) => !line.endsWith('\\') || line.length >= 78));
  }
});

test('parse(format(settings)) is the settings', (t) => {
  fc.assert(
    fc.property(settingsOf, (settings) => {
      const again = parseRegFile(formatRegFile(settings));
      t.true(again.equals(settings));
      t.deepEqual(again.keys(), settings.keys());
      for (const key of settings.keys()) t.deepEqual(again.values(key), settings.values(key));
    }),
    { numRuns: 300 },
  );
});

// Any UTF-16 units, lone surrogates too; NUL cannot be in the registry.
const units = fc.array(fc.oneof(fc.integer({ min: 1, max: 0xffff }), fc.integer({ min: 1, max: 0x7f })), { maxLength: 30 });
const text = units.map((codes) => String.fromCharCode(...codes));
const line = units.map((codes) => String.fromCharCode(...codes.filter((code) => code >= 0x20 && code !== 0x5c)));
const bytes = fc.uint8Array({ maxLength: 80 });
const value: fc.Arbitrary<RegistryValue> = fc.oneof(
  fc.record({ type: fc.constantFrom('REG_SZ' as const, 'REG_EXPAND_SZ' as const), value: text }),
  fc.record({ type: fc.constant('REG_MULTI_SZ' as const), value: fc.array(text.filter((raw) => raw !== '')) }),
  fc.record({ type: fc.constant('REG_DWORD' as const), value: fc.integer({ min: 0, max: 0xffff_ffff }) }),
  fc.record({ type: fc.constant('REG_QWORD' as const), value: fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn }) }),
  fc.record({ type: fc.constantFrom('REG_BINARY' as const, 'REG_NONE' as const), value: bytes }),
  fc.record({
    type: fc.constant('REG_OTHER' as const),
    number: fc.oneof(fc.nat(16), fc.integer({ min: 0, max: 0xffff_ffff })),
    value: bytes,
  }),
);
const name = fc.oneof(fc.constantFrom('', '__proto__', '-', '@', 'a"b\\c'), text);
const keyPath = fc
  .tuple(
    fc.constantFrom('HKLM', 'HKEY_CURRENT_USER', 'hku'),
    fc.array(
      line.filter((part) => part !== '' && part.length <= 255),
      { maxLength: 3 },
    ),
  )
  .map(([root, parts]) => [root, ...parts].join('\\'));
const settingsOf = fc.array(fc.record({ keyPath, name, value }), { maxLength: 6 }).map((entries) =>
  Settings.empty().change((draft) => {
    for (const entry of entries) draft.set(entry.keyPath, entry.name, entry.value);
  }),
);

function asText(settings: Settings): string {
  return Buffer.from(formatRegFile(settings)).toString('utf16le', 2);
}
