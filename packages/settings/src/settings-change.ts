import { encodeRegFile, formatName, formatValue } from './format-reg-file.ts';
import type { KeyLines } from './format-reg-file.ts';
import type { RegistryValue } from './registry-value.ts';
import { valueEquals } from './registry-value.ts';
import type { Settings } from './settings.ts';

/** What happens to one key: it goes with all below it, or it gets and loses values. */
export type SettingsChange =
  | { readonly kind: 'delete-key'; readonly keyPath: string }
  | { readonly kind: 'values'; readonly keyPath: string; readonly values: readonly ValueChange[] };

/** A value to be set; undefined: to be deleted. */
interface ValueChange {
  readonly name: string;
  readonly value: RegistryValue | undefined;
}

/** What makes `after` out of `before`: keys that go first, then the rest. Empty when they are equal. */
export function changesBetween(before: Settings, after: Settings): readonly SettingsChange[] {
  const gone = before.keys().filter((keyPath) => !after.hasKey(keyPath));
  const deleted = gone.map((keyPath): SettingsChange => ({ kind: 'delete-key', keyPath }));
  const changed = after.keys().flatMap((keyPath): readonly SettingsChange[] => {
    const values = valueChanges(before, after, keyPath);
    return values.length === 0 && before.hasKey(keyPath) ? [] : [{ kind: 'values', keyPath, values }];
  });
  return [...deleted, ...changed];
}

/** The changes as a `.reg` file, to be imported. A key that goes takes all below it along, also what `before` did not know. */
export function formatRegChanges(changes: readonly SettingsChange[]): Uint8Array {
  return encodeRegFile(
    changes.map((change): KeyLines => {
      if (change.kind === 'delete-key') return [`[-${change.keyPath}]`];
      return [`[${change.keyPath}]`, ...change.values.map(formatChange)];
    }),
  );
}

/** Whether the settings are as the changes wanted them. What the changes do not name may be anything. */
export function isApplied(changes: readonly SettingsChange[], settings: Settings): boolean {
  return changes.every((change) => {
    if (change.kind === 'delete-key') return !settings.hasKey(change.keyPath);
    if (!settings.hasKey(change.keyPath)) return false;
    return change.values.every(({ name, value }) => isSame(value, settings.get(change.keyPath, name)));
  });
}

function valueChanges(before: Settings, after: Settings, keyPath: string): readonly ValueChange[] {
  const lost = before.values(keyPath).filter(({ name }) => after.get(keyPath, name) === undefined);
  const set = after.values(keyPath).filter(({ name, value }) => !isSame(value, before.get(keyPath, name)));
  return [...lost.map(({ name }) => ({ name, value: undefined })), ...set];
}

function formatChange({ name, value }: ValueChange): string {
  return value === undefined ? `${formatName(name)}-` : formatValue({ name, value });
}

function isSame(a: RegistryValue | undefined, b: RegistryValue | undefined): boolean {
  return a === undefined || b === undefined ? a === b : valueEquals(a, b);
}
