import { canonicalKeyPath, foldName } from './key-path.ts';
import { makeValue } from './registry-value.ts';
import type { RegistryValue } from './registry-value.ts';
import { SettingsError } from './settings-error.ts';

const MAX_NAME_LENGTH = 16_383;

/** A key as settings keep it: path as written, values by folded name. */
export interface RegistryKey {
  readonly path: string;
  readonly values: ReadonlyMap<string, { readonly name: string; readonly value: RegistryValue }>;
}

interface DraftKey {
  readonly path: string;
  readonly values: Map<string, { readonly name: string; readonly value: RegistryValue }>;
}

/** Settings being written: the one place where they change. Copies on the first write to a key; the settings it came from stay as they are. */
export class SettingsDraft {
  readonly #keys: Map<string, RegistryKey>;
  readonly #own = new Map<string, DraftKey>();

  constructor(keys: ReadonlyMap<string, RegistryKey>) {
    this.#keys = new Map(keys);
  }

  /** Sets one value; the key is made where it was not. A name that exists keeps its letter case. */
  set(keyPath: string, valueName: string, value: RegistryValue): void {
    const stored = makeValue(value);
    const id = checkedName(valueName);
    const { values } = this.#writable(keyPath);
    values.set(id, { name: values.get(id)?.name ?? valueName, value: stored });
  }

  /** Makes a key without values; nothing where it exists. */
  addKey(keyPath: string): void {
    const path = canonicalKeyPath(keyPath);
    const id = foldName(path);
    if (!this.#keys.has(id)) this.#keys.set(id, { path, values: new Map() });
  }

  /** Removes one value; the key stays. */
  delete(keyPath: string, valueName: string): void {
    const id = checkedName(valueName);
    const key = this.#keys.get(foldName(canonicalKeyPath(keyPath)));
    if (key?.values.has(id) === true) this.#writable(keyPath).values.delete(id);
  }

  /** Removes a key and all keys below it. */
  deleteKey(keyPath: string): void {
    const id = foldName(canonicalKeyPath(keyPath));
    for (const key of this.#keys.keys()) {
      if (key !== id && !key.startsWith(`${id}\\`)) continue;
      this.#keys.delete(key);
      this.#own.delete(key);
    }
  }

  /** Ends the draft and gives its keys away. */
  finish(): ReadonlyMap<string, RegistryKey> {
    this.#own.clear();
    return new Map(this.#keys);
  }

  #writable(keyPath: string): DraftKey {
    const path = canonicalKeyPath(keyPath);
    const id = foldName(path);
    const own = this.#own.get(id);
    if (own !== undefined) return own;
    const before = this.#keys.get(id);
    const key: DraftKey = { path: before?.path ?? path, values: new Map(before?.values) };
    this.#own.set(id, key);
    this.#keys.set(id, key);
    return key;
  }
}

function checkedName(valueName: string): string {
  if (valueName.length > MAX_NAME_LENGTH) {
    throw new SettingsError('BAD_NAME', `a value name has ${valueName.length} characters: ${MAX_NAME_LENGTH} are allowed`);
  }
  if (valueName.includes('\0')) throw new SettingsError('BAD_NAME', 'a value name has a NUL character: remove it');
  return foldName(valueName);
}
