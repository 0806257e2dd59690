import test from 'ava';
import { Settings, SettingsError } from '../src/index.ts';
import type { RegistryValue } from '../src/index.ts';

const KEY = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Test';
const ONE: RegistryValue = { type: 'REG_SZ', value: '1' };

test('key paths and names know no letter case and keep the first', (t) => {
  const settings = Settings.empty()
    .set('HKLM\\Software\\Test', 'Größe', ONE)
    .set('hkey_local_machine\\SOFTWARE\\TEST', 'grÖSSe', ONE)
    .set(KEY, 'GRÖßE', { type: 'REG_SZ', value: '2' });
  t.deepEqual(settings.keys(), ['HKEY_LOCAL_MACHINE\\Software\\Test']);
  t.deepEqual(
    settings.values(KEY).map(({ name }) => name),
    ['grÖSSe', 'Größe'],
  );
  t.deepEqual(settings.get(KEY, 'größe'), { type: 'REG_SZ', value: '2' });
});

test('nothing beyond ASCII is an ASCII letter', (t) => {
  const settings = Settings.empty().set(KEY, 'K', ONE).set(KEY, 'İ', ONE);
  t.is(settings.get(KEY, '\u212a'), undefined); // the Kelvin sign
  t.is(settings.get(KEY, 'ı'), undefined); // dotless i
  t.is(settings.get(KEY, 'i\u0307'), undefined);
});

test('a change gives new settings and leaves the old ones', (t) => {
  const before = Settings.empty().set(KEY, 'a', ONE);
  const after = before.set(KEY, 'b', ONE).delete(KEY, 'a');
  t.true(before.equals(Settings.empty().set(KEY, 'A', ONE)));
  t.deepEqual(
    after.values(KEY).map(({ name }) => name),
    ['b'],
  );
  t.false(before.equals(after));
  t.deepEqual(after.delete(KEY, 'b').keys(), [KEY]);
  t.deepEqual(after.deleteKey(KEY).keys(), []);
  t.true(after.delete('HKLM\\Elsewhere', 'b').equals(after));
});

test('a change that throws changes nothing, and a draft is of no use after its end', (t) => {
  const before = Settings.empty().set(KEY, 'a', ONE);
  let kept: { set(keyPath: string, name: string, value: RegistryValue): void } | undefined;
  const after = before.change((draft) => {
    kept = draft;
    draft.set(KEY, 'b', ONE);
  });
  kept?.set(KEY, 'c', ONE);
  t.is(after.get(KEY, 'c'), undefined);
  t.throws(() => after.change((draft) => (draft.set(KEY, 'd', ONE), draft.set('HKXX', 'e', ONE))));
  t.is(after.get(KEY, 'd'), undefined);
});

test('values are copied and frozen', (t) => {
  const bytes = Uint8Array.of(1);
  const list = ['a'];
  const settings = Settings.empty()
    .set(KEY, 'b', { type: 'REG_BINARY', value: bytes })
    .set(KEY, 'l', { type: 'REG_MULTI_SZ', value: list });
  bytes[0] = 2;
  list.push('b');
  t.deepEqual(settings.get(KEY, 'b'), { type: 'REG_BINARY', value: Uint8Array.of(1) });
  t.deepEqual(settings.get(KEY, 'l'), { type: 'REG_MULTI_SZ', value: ['a'] });
  t.true(Object.isFrozen(settings.get(KEY, 'l')));
});

test('bytes of a type with a name are that type', (t) => {
  const settings = Settings.empty().set(KEY, 'v', { type: 'REG_OTHER', number: 1, value: Uint8Array.of(0x61, 0, 0, 0) });
  t.deepEqual(settings.get(KEY, 'v'), { type: 'REG_SZ', value: 'a' });
});

const REFUSED: readonly { title: string; keyPath?: string; name?: string; value?: RegistryValue; code: string }[] = [
  { title: 'an unknown root', keyPath: 'HKXX\\A', code: 'BAD_KEY' },
  { title: 'an empty part', keyPath: 'HKLM\\', code: 'BAD_KEY' },
  { title: 'a part of 256 characters', keyPath: `HKLM\\${'x'.repeat(256)}`, code: 'BAD_KEY' },
  { title: 'a line end in a key', keyPath: 'HKLM\\a\nb', code: 'BAD_KEY' },
  { title: 'a NUL in a name', name: 'a\0', code: 'BAD_NAME' },
  { title: 'a NUL in text', value: { type: 'REG_SZ', value: 'a\0b' }, code: 'BAD_VALUE' },
  { title: 'an empty string in a list', value: { type: 'REG_MULTI_SZ', value: ['a', ''] }, code: 'BAD_VALUE' },
  { title: 'a negative dword', value: { type: 'REG_DWORD', value: -1 }, code: 'BAD_VALUE' },
  { title: 'half a dword', value: { type: 'REG_DWORD', value: 0.5 }, code: 'BAD_VALUE' },
  { title: 'a dword too large', value: { type: 'REG_DWORD', value: 2 ** 32 }, code: 'BAD_VALUE' },
  { title: 'a qword too large', value: { type: 'REG_QWORD', value: 2n ** 64n }, code: 'BAD_VALUE' },
  { title: 'a type too large', value: { type: 'REG_OTHER', number: 2 ** 32, value: new Uint8Array() }, code: 'BAD_VALUE' },
];

for (const { title, keyPath = KEY, name = 'v', value = ONE, code } of REFUSED) {
  test(`refused: ${title}`, (t) => {
    const error = t.throws(() => Settings.empty().set(keyPath, name, value), { instanceOf: SettingsError });
    t.is(error?.code, code);
  });
}
