import { SettingsError } from './settings-error.ts';

const MAX_COMPONENT_LENGTH = 255;

const ROOT_KEYS: ReadonlyMap<string, string> = new Map([
  ['HKLM', 'HKEY_LOCAL_MACHINE'],
  ['HKCU', 'HKEY_CURRENT_USER'],
  ['HKCR', 'HKEY_CLASSES_ROOT'],
  ['HKU', 'HKEY_USERS'],
  ['HKCC', 'HKEY_CURRENT_CONFIG'],
]);
const ROOT_KEY_NAMES: ReadonlySet<string> = new Set(ROOT_KEYS.values());

/**
 * A key path in the form it is kept: root key by its full name (`HKLM` is understood), letter case as given.
 * Throws `SettingsError` `BAD_KEY` for an unknown root key, an empty or overlong part, or a control character.
 */
export function canonicalKeyPath(text: string): string {
  const [root = '', ...parts] = text.split('\\');
  const upper = root.toUpperCase();
  const fullRoot = ROOT_KEYS.get(upper) ?? upper;
  if (!ROOT_KEY_NAMES.has(fullRoot)) {
    const hint = root === '' ? ' (hivexregedit: export with --prefix HKEY_LOCAL_MACHINE\\SOFTWARE)' : '';
    throw badKey(text, `must begin with one of ${[...ROOT_KEY_NAMES].join(', ')}${hint}`);
  }
  for (const part of parts) {
    if (part === '') throw badKey(text, 'has an empty part: remove the extra backslash');
    if (part.length > MAX_COMPONENT_LENGTH) throw badKey(text, `has a part longer than ${MAX_COMPONENT_LENGTH} characters: shorten it`);
    if (hasControlCharacter(part)) throw badKey(text, 'has a control character: remove it');
  }
  return [fullRoot, ...parts].join('\\');
}

/**
 * The text by which key paths and value names are compared: registry names know no letter case. Each UTF-16 unit is folded by itself and
 * nothing beyond ASCII becomes an ASCII letter, so that the length never changes.
 */
export function foldName(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text.toUpperCase();
  let folded = '';
  for (let at = 0; at < text.length; at += 1) folded += foldUnit(text.charAt(at));
  return folded;
}

/** Key paths in the order of a registry editor: a key's subkeys come right after it. */
export function compareKeyPaths(a: string, b: string): number {
  return compareFolded(foldName(a).replaceAll('\\', '\0'), foldName(b).replaceAll('\\', '\0'));
}

/** Value names without regard to letter case; the default value, whose name is empty, comes first. */
export function compareValueNames(a: string, b: string): number {
  return compareFolded(foldName(a), foldName(b));
}

function compareFolded(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function foldUnit(unit: string): string {
  const upper = unit.toUpperCase();
  if (upper.length !== 1) return unit;
  return unit > '\x7f' && upper <= '\x7f' ? unit : upper;
}

function hasControlCharacter(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) < 0x20) return true;
  return false;
}

function badKey(text: string, why: string): SettingsError {
  const shown = text.length > 80 ? `${text.slice(0, 77)}...` : text;
  return new SettingsError('BAD_KEY', `the key ${JSON.stringify(shown)} ${why}`);
}
