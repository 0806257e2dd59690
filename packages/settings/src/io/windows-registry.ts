import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canonicalKeyPath, foldName } from '../key-path.ts';
import { parseRegFile } from '../parse-reg-file.ts';
import { changesBetween, formatRegChanges, isApplied } from '../settings-change.ts';
import type { SettingsChange } from '../settings-change.ts';
import { SettingsError } from '../settings-error.ts';
import { Settings } from '../settings.ts';
import { regRunner } from './run-reg.ts';
import type { RegRun, RunReg } from './run-reg.ts';

/** How reg.exe is run. */
export interface WindowsRegistryOptions {
  /**
   * How long one run of reg.exe may take, in milliseconds. Default 10 000; `read` takes one and one for each missing parent, `change`
   * three, and three to put back.
   */
  readonly timeoutMs?: number;
  /** Default: the system's reg.exe, by its absolute path. */
  readonly run?: RunReg;
}

/** The registry of this computer. */
export interface WindowsRegistry {
  /**
   * A key with everything below it; settings without a key where there is none. Rejects with `SettingsError`: `NO_REGISTRY`,
   * `REGISTRY_NOT_READ`, or `BAD_KEY`.
   */
  read(keyPath: string, options?: { readonly signal?: AbortSignal }): Promise<Settings>;
  /**
   * Reads the key, lets `edit` change it and what is below it, and writes the difference, all or nothing: it is read back, and when it is
   * not there, what was before is put back (as slmgr.vbs does it, kms D-15). Gives what was read back. `edit` may throw, which changes
   * nothing. A signal is heeded until the first write. Rejects as `read`, and with `REGISTRY_NOT_WRITTEN`.
   */
  change(keyPath: string, edit: (settings: Settings) => Settings, options?: { readonly signal?: AbortSignal }): Promise<Settings>;
}

/**
 * Reads and writes the registry by `reg export` and `reg import` of UTF-16 files, so that no code page, language or quoting comes
 * between.
 */
export function windowsRegistry(options: WindowsRegistryOptions = {}): WindowsRegistry {
  const { timeoutMs = 10_000, run = regRunner() } = options;
  if (!Number.isInteger(timeoutMs) || timeoutMs < 1 || timeoutMs > LONGEST_MS)
    throw new RangeError(`timeoutMs ${timeoutMs} is out of range: use a whole number from 1 to ${LONGEST_MS}`);
  const reg: Reg = (args, signal) => run(args, { timeoutMs, ...(signal === undefined ? {} : { signal }) });
  return {
    read: (keyPath, { signal } = {}) => readKey(reg, canonicalKeyPath(keyPath), signal),
    change: (keyPath, edit, { signal } = {}) => changeKey(reg, canonicalKeyPath(keyPath), edit, signal),
  };
}

const LONGEST_MS = 2 ** 31 - 1; // what a timer can hold

type Reg = (args: readonly string[], signal?: AbortSignal) => Promise<RegRun>;

async function readKey(reg: Reg, keyPath: string, signal?: AbortSignal): Promise<Settings> {
  return inTemporaryFolder(async (folder) => {
    const file = join(folder, 'export.reg');
    const ended = await reg(['export', keyPath, file, '/y'], signal);
    if (ended.status === 0) return parseRegFile(await readFile(file), { file: `reg export ${keyPath}` });
    if (ended.status !== null && (await isMissing(reg, keyPath, signal))) return Settings.empty();
    throw new SettingsError('REGISTRY_NOT_READ', `${keyPath}: ${describe('export', ended)}; may this user read the key?`, { keyPath });
  });
}

// reg.exe ends with 1 for a key that is missing and for one that may not be read, and tells them apart only in the language of the
// system. What the parent lists tells it in any language; of names beyond ASCII the code page is not known, and `?` stands for them.
async function isMissing(reg: Reg, keyPath: string, signal?: AbortSignal): Promise<boolean> {
  const end = keyPath.lastIndexOf('\\');
  if (end === -1 || /[^\x20-\x3e\x40-\x7e]/.test(keyPath)) return false;
  const parent = keyPath.slice(0, end);
  const { status, output } = await reg(['query', parent], signal);
  if (status === null) return false;
  if (status !== 0) return isMissing(reg, parent, signal);
  return !output.split(/\r?\n/).some((line) => foldName(line.trim()) === foldName(keyPath));
}

async function changeKey(reg: Reg, keyPath: string, edit: (settings: Settings) => Settings, signal?: AbortSignal): Promise<Settings> {
  const before = await readKey(reg, keyPath, signal);
  const after = edit(before);
  const changes = changesBetween(before, after);
  const outside = changes.find((change) => !isWithin(change.keyPath, keyPath));
  if (outside !== undefined) throw new TypeError(`${outside.keyPath} is not below ${keyPath}: change only what was read`);
  if (changes.length === 0) return before;
  signal?.throwIfAborted();
  // From here on nothing is interrupted: half a change would be worse than a late one.
  const failure = await importChanges(reg, changes);
  if (failure === undefined) {
    const readBack = await readKey(reg, keyPath);
    if (isApplied(changes, readBack)) return readBack;
  }
  const restored = await putBack(reg, keyPath, changesBetween(after, before));
  const outcome = restored ? 'everything is as it was' : 'and it could not be put back as it was: look at it with regedit';
  const why = failure ?? 'reg import said yes, but the values are not there';
  throw new SettingsError('REGISTRY_NOT_WRITTEN', `${keyPath}: ${why}; ${outcome}. Writing needs an elevated prompt`, { keyPath });
}

async function putBack(reg: Reg, keyPath: string, changes: readonly SettingsChange[]): Promise<boolean> {
  if (isApplied(changes, await readKey(reg, keyPath))) return true;
  await importChanges(reg, changes);
  return isApplied(changes, await readKey(reg, keyPath));
}

/** Undefined when reg.exe said yes, else why not. */
async function importChanges(reg: Reg, changes: readonly SettingsChange[]): Promise<string | undefined> {
  return inTemporaryFolder(async (folder) => {
    const file = join(folder, 'import.reg');
    await writeFile(file, formatRegChanges(changes), { flag: 'wx' });
    const ended = await reg(['import', file]);
    return ended.status === 0 ? undefined : describe('import', ended);
  });
}

function isWithin(keyPath: string, parent: string): boolean {
  return foldName(`${keyPath}\\`).startsWith(foldName(`${parent}\\`));
}

function describe(operation: string, { status, output }: RegRun): string {
  if (status === null) return `reg ${operation} took too long and was ended`;
  const said = output.replaceAll(/\s+/g, ' ').trim().slice(0, 200);
  return `reg ${operation} ended with ${status}${said === '' ? '' : ` (${said})`}`;
}

async function inTemporaryFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'srvkit-reg-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
