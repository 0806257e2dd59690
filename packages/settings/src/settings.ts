import { canonicalKeyPath, compareKeyPaths, compareValueNames, foldName } from './key-path.ts';
import { SettingsDraft } from './settings-draft.ts';
import type { RegistryKey } from './settings-draft.ts';
import { valueEquals } from './registry-value.ts';
import type { RegistryValue } from './registry-value.ts';

/** A value with its name, letter case as it was first written. The default value's name is empty. */
export interface NamedValue {
  readonly name: string;
  readonly value: RegistryValue;
}

/**
 * Registry-shaped settings as an immutable value: keys by path, typed values by name, both compared without letter case and kept as
 * written. Every change gives new settings. Names live in Maps, so that `__proto__` is a name like any other.
 */
export class Settings {
  readonly #keys: ReadonlyMap<string, RegistryKey>;

  private constructor(keys: ReadonlyMap<string, RegistryKey>) {
    this.#keys = keys;
  }

  static empty(): Settings {
    return new Settings(new Map());
  }

  /** The value of this name (`''` is the key's default value), or undefined. */
  get(keyPath: string, valueName: string): RegistryValue | undefined {
    return this.#key(keyPath)?.values.get(foldName(valueName))?.value;
  }

  hasKey(keyPath: string): boolean {
    return this.#key(keyPath) !== undefined;
  }

  /** All key paths, a key before its subkeys. */
  keys(): string[] {
    return [...this.#keys.values()].map((key) => key.path).sort(compareKeyPaths);
  }

  /** The values of a key, sorted by name; none when there is no such key. */
  values(keyPath: string): NamedValue[] {
    return [...(this.#key(keyPath)?.values.values() ?? [])].sort((a, b) => compareValueNames(a.name, b.name));
  }

  /** These settings with one value set, the key made where it was not. Throws `SettingsError` for a key, name or value that cannot be. */
  set(keyPath: string, valueName: string, value: RegistryValue): Settings {
    return this.change((draft) => draft.set(keyPath, valueName, value));
  }

  /** These settings without one value. The key stays. */
  delete(keyPath: string, valueName: string): Settings {
    return this.change((draft) => draft.delete(keyPath, valueName));
  }

  /** These settings without a key and all keys below it. */
  deleteKey(keyPath: string): Settings {
    return this.change((draft) => draft.deleteKey(keyPath));
  }

  /** Several changes as one: `edit` writes into a draft, all of it or, when it throws, nothing. */
  change(edit: (draft: SettingsDraft) => void): Settings {
    const draft = new SettingsDraft(this.#keys);
    edit(draft);
    return new Settings(draft.finish());
  }

  /** The same keys and values; letter case of names does not count. */
  equals(other: Settings): boolean {
    if (this.#keys.size !== other.#keys.size) return false;
    for (const [id, key] of this.#keys) {
      const theirs = other.#keys.get(id);
      if (theirs === undefined || theirs.values.size !== key.values.size) return false;
      for (const [name, { value }] of key.values) {
        const other = theirs.values.get(name);
        if (other === undefined || !valueEquals(value, other.value)) return false;
      }
    }
    return true;
  }

  #key(keyPath: string): RegistryKey | undefined {
    return this.#keys.get(foldName(canonicalKeyPath(keyPath)));
  }
}
