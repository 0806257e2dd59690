import type { RegistryType, RegistryValue } from './registry-value.ts';
import type { Settings } from './settings.ts';

/**
 * What reading one value gave. A value of another type is data, not an exception (kms X-13: ports kept as REG_DWORD are common);
 * `message` names the value and the remedy.
 */
export type Reading<T> =
  | { readonly kind: 'value'; readonly value: T }
  | { readonly kind: 'missing' }
  | { readonly kind: 'wrong-type'; readonly found: RegistryType; readonly expected: RegistryType; readonly message: string };

/** Reads a REG_SZ. */
export function readString(settings: Settings, keyPath: string, valueName: string): Reading<string> {
  return read(settings, keyPath, valueName, 'REG_SZ', (value) => (value.type === 'REG_SZ' ? value.value : undefined));
}

/** Reads a REG_DWORD: 0 to 4294967295. */
export function readDword(settings: Settings, keyPath: string, valueName: string): Reading<number> {
  return read(settings, keyPath, valueName, 'REG_DWORD', (value) => (value.type === 'REG_DWORD' ? value.value : undefined));
}

/** Reads a REG_MULTI_SZ. */
export function readMultiString(settings: Settings, keyPath: string, valueName: string): Reading<readonly string[]> {
  return read(settings, keyPath, valueName, 'REG_MULTI_SZ', (value) => (value.type === 'REG_MULTI_SZ' ? value.value : undefined));
}

function read<T>(
  settings: Settings,
  keyPath: string,
  valueName: string,
  expected: RegistryType,
  pick: (value: RegistryValue) => T | undefined,
): Reading<T> {
  const found = settings.get(keyPath, valueName);
  if (found === undefined) return { kind: 'missing' };
  const value = pick(found);
  if (value !== undefined) return { kind: 'value', value };
  const message = `${keyPath}\\${valueName} is ${describe(found)} and is not read: delete it and write it as ${expected}`;
  return { kind: 'wrong-type', found: found.type, expected, message };
}

function describe(value: RegistryValue): string {
  return value.type === 'REG_OTHER' ? `of type ${value.number} (or damaged)` : value.type;
}
