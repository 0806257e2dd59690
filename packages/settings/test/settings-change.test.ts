import { Buffer } from 'node:buffer';
import test from 'ava';
import * as fc from 'fast-check';
import { parseRegFile, Settings } from '../src/index.ts';
import type { RegistryValue } from '../src/index.ts';
import { changesBetween, formatRegChanges, isApplied } from '../src/settings-change.ts';

const A = 'HKEY_LOCAL_MACHINE\\A';
const one: RegistryValue = { type: 'REG_DWORD', value: 1 };
const two: RegistryValue = { type: 'REG_DWORD', value: 2 };
const both = Settings.empty().set(A, 'x', one).set(A, 'y', one);

const CASES: readonly { title: string; before: Settings; after: Settings; lines: readonly string[] }[] = [
  { title: 'nothing', before: both, after: both.set(A, 'X', one), lines: [] },
  { title: 'a value that is set', before: both, after: both.set(A, 'x', two), lines: [`[${A}]`, '"x"=dword:00000002'] },
  { title: 'a value that is deleted', before: both, after: both.delete(A, 'y'), lines: [`[${A}]`, '"y"=-'] },
  {
    title: 'a default value that is deleted',
    before: both.set(A, '', one),
    after: both,
    lines: [`[${A}]`, '@=-'],
  },
  {
    title: 'a value of another type',
    before: both,
    after: both.set(A, 'x', { type: 'REG_SZ', value: '1' }),
    lines: [`[${A}]`, '"x"="1"'],
  },
  { title: 'a key without values', before: both, after: both.change((draft) => draft.addKey(`${A}\\B`)), lines: [`[${A}\\B]`] },
  { title: 'a key that goes', before: both.set(`${A}\\B`, 'x', one), after: both, lines: [`[-${A}\\B]`] },
  {
    title: 'a key in other letter case',
    before: both,
    after: Settings.empty().set(A.toLowerCase().replace('hkey_local_machine', 'HKLM'), 'x', one),
    lines: [`[${A.slice(0, -1)}a]`, '"y"=-'],
  },
];

for (const { title, before, after, lines } of CASES) {
  test(`${title} is what is written`, (t) => {
    const text = Buffer.from(formatRegChanges(changesBetween(before, after))).toString('utf16le', 2);
    t.deepEqual(text.split('\r\n').filter(Boolean).slice(1), lines);
  });
}

test('changes are applied when they hold, whatever else there is', (t) => {
  const changes = changesBetween(both, both.set(A, 'x', two).delete(A, 'y'));
  t.false(isApplied(changes, both));
  t.false(isApplied(changes, both.set(A, 'x', two)));
  t.false(isApplied(changes, Settings.empty()));
  t.true(isApplied(changes, both.set(A, 'x', two).delete(A, 'y').set(A, 'z', one)));
  t.false(isApplied(changesBetween(both, Settings.empty()), both));
  t.true(isApplied(changesBetween(both, Settings.empty()), Settings.empty()));
});

test('importing the changes into what was before gives what is after', (t) => {
  fc.assert(
    fc.property(settingsOf, settingsOf, (before, after) => {
      const changes = changesBetween(before, after);
      const imported = parseRegFile(formatRegChanges(changes), { base: before });
      t.true(imported.equals(after));
      t.true(isApplied(changes, imported));
      t.deepEqual(changesBetween(imported, after), []);
    }),
    { numRuns: 300 },
  );
});

// Few keys and names, so that both sides often have the same ones; no key without its parents, which an import makes by itself.
const entry = fc.record({
  keyPath: fc.constantFrom(A, `${A}\\B`, `${A}\\B\\C`, `${A} B`),
  name: fc.constantFrom('', 'x', 'X', '__proto__'),
  value: fc.oneof(
    fc.record({ type: fc.constant('REG_DWORD' as const), value: fc.nat(2) }),
    fc.record({ type: fc.constant('REG_SZ' as const), value: fc.constantFrom('', '-', 'a"b\\') }),
  ),
});
const settingsOf = fc.array(entry, { maxLength: 6 }).map((entries) =>
  Settings.empty().change((draft) => {
    for (const { keyPath, name, value } of entries) {
      const parts = keyPath.split('\\');
      for (let depth = 2; depth <= parts.length; depth += 1) draft.addKey(parts.slice(0, depth).join('\\'));
      draft.set(keyPath, name, value);
    }
  }),
);
