import test from 'ava';
import { readDword, readMultiString, readString, Settings } from '../src/index.ts';

const KEY = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Test';
const settings = Settings.empty()
  .set(KEY, 's', { type: 'REG_SZ', value: 'x' })
  .set(KEY, 'd', { type: 'REG_DWORD', value: 0 })
  .set(KEY, 'm', { type: 'REG_MULTI_SZ', value: ['a'] })
  .set(KEY, 'o', { type: 'REG_OTHER', number: 4, value: Uint8Array.of(1) });

test('a value of the right type is read', (t) => {
  t.deepEqual(readString(settings, KEY, 'S'), { kind: 'value', value: 'x' });
  t.deepEqual(readDword(settings, KEY, 'D'), { kind: 'value', value: 0 });
  t.deepEqual(readMultiString(settings, KEY, 'M'), { kind: 'value', value: ['a'] });
});

test('a value that is not there is missing, with or without its key', (t) => {
  t.deepEqual(readString(settings, KEY, 'x'), { kind: 'missing' });
  t.deepEqual(readDword(settings, `${KEY}\\x`, 'd'), { kind: 'missing' });
});

test('a value of another type is told with the remedy', (t) => {
  t.deepEqual(readString(settings, KEY, 'd'), {
    kind: 'wrong-type',
    found: 'REG_DWORD',
    expected: 'REG_SZ',
    message: `${KEY}\\d is REG_DWORD and is not read: delete it and write it as REG_SZ`,
  });
  t.like(readMultiString(settings, KEY, 's'), { kind: 'wrong-type', found: 'REG_SZ' });
  t.like(readDword(settings, KEY, 'o'), { kind: 'wrong-type', found: 'REG_OTHER' });
});
