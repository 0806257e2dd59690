import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { Settings } from '@srvkit/settings';
import { windowsRegistry } from '@srvkit/settings/windows';
import type { WindowsRegistry } from '@srvkit/settings/windows';
import { usable } from './input-file.ts';
import { regFileStore } from './reg-file-store.ts';

/** Where the settings are that `srvkit settings` shows and changes. What cannot be read or written is a `UsageError`. */
export interface SettingsStore {
  /** For people. */
  readonly place: string;
  read(signal: AbortSignal): Promise<Settings>;
  /** Writes what `edit` makes of the settings, all or nothing, and gives what is there now. Where nothing changes, nothing is written. */
  change(edit: (settings: Settings) => Settings, signal: AbortSignal): Promise<Settings>;
}

/** What the choice of a place depends on. */
export interface StoreChoice {
  /** The file that was named. */
  readonly named: string | undefined;
  /** Whether the named file may be made. */
  readonly mayBeNew: boolean;
  /** The key of the registry in which the settings are. */
  readonly keyPath: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly registry?: () => WindowsRegistry;
}

/** The file that is named; without a name the registry on Windows, and elsewhere `srvkit.reg` in the user's configuration folder. */
export function settingsStore({ named, mayBeNew, keyPath, env, platform, registry = windowsRegistry }: StoreChoice): SettingsStore {
  if (named !== undefined) return regFileStore(named, mayBeNew ? 'may-be-new' : 'must-be-there');
  if (platform === 'win32') return registryStore(registry(), keyPath);
  return regFileStore(join(configurationFolder(env), 'srvkit', 'srvkit.reg'), 'make-with-folder');
}

function registryStore(registry: WindowsRegistry, keyPath: string): SettingsStore {
  return {
    place: 'the Windows registry',
    read: (signal) => usable(() => registry.read(keyPath, { signal })),
    change: (edit, signal) => usable(() => registry.change(keyPath, edit, { signal })),
  };
}

// XDG Base Directory Specification: a relative XDG_CONFIG_HOME is to be ignored.
function configurationFolder(env: StoreChoice['env']): string {
  const folder = env['XDG_CONFIG_HOME'];
  if (folder !== undefined && isAbsolute(folder)) return folder;
  return join(env['HOME'] || homedir(), '.config');
}
