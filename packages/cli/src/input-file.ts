import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { keyFilePermissions, ParseError, parseKeyFile } from '@srvkit/dns';
import type { TsigKey } from '@srvkit/dns';
import { HostCacheError } from '@srvkit/host-cache';
import { codeOf, whyRefused } from '@srvkit/lock-file';
import { JournalError } from '@srvkit/publisher';
import { parseRegFile, RegParseError, SettingsError } from '@srvkit/settings';
import type { Settings } from '@srvkit/settings';
import { ScenarioError } from '@srvkit/simulator';
import { ListenError, ZoneJournalError } from '@srvkit/test-server';
import { UsageError } from './exit.ts';
import type { Io } from './io.ts';
import { readOctets } from './read-octets.ts';
import { escapeText } from './render/escape.ts';

/** A file that a flag names. One that cannot be read, or does not end, is one line and exit status 2. */
export async function readInput(path: string, signal: AbortSignal): Promise<{ readonly bytes: Buffer; readonly mode: number }> {
  try {
    return await readOctets(path, { signal });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${path}: ${reason(error)}`, { cause: error });
  }
}

/** Settings from a `.reg` file. */
export async function readSettings(path: string, signal: AbortSignal): Promise<Settings> {
  const { bytes } = await readInput(path, signal);
  return readable(() => parseRegFile(bytes, { file: path }));
}

/**
 * The keys of a TSIG key file. One that others can write is refused, one that others can read is used with a warning: whoever can
 * write it decides who may change the zone.
 */
export async function readKeys(path: string, io: Io): Promise<readonly TsigKey[]> {
  const { bytes, mode } = await readInput(path, io.signal);
  if (process.platform !== 'win32') {
    const permissions = keyFilePermissions(mode, escapeText(path));
    if (permissions.kind === 'writable-by-others') throw new UsageError(permissions.message);
    if (permissions.kind === 'readable-by-others') io.stderr.write(`srvkit: ${permissions.message}\n`);
  }
  return readable(() => parseKeyFile(bytes.toString('utf8'), { file: path }));
}

/** The one key of a file that shall sign. */
export async function readKey(path: string, io: Io): Promise<TsigKey> {
  const [key, ...others] = await readKeys(path, io);
  if (key === undefined || others.length > 0) {
    throw new UsageError(`${path}: ${others.length + 1} keys, but one is needed to sign with: leave the others out`);
  }
  return key;
}

/** Refuses a file that could not be written: it is replaced by renaming, so its folder has to be there and writable. */
export async function checkReplaceable(path: string): Promise<void> {
  try {
    await access(dirname(resolve(path)), constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new UsageError(`${path}: cannot be written: ${whyRefused(error)}`, { cause: error });
  }
}

/** Runs a parser; what it finds wrong names place and remedy and ends the command with status 2. `file`: for one that does not know where its input is from. */
export function readable<T>(parse: () => T, { file }: { readonly file?: string } = {}): T {
  try {
    return parse();
  } catch (error) {
    const usage = asUsage(error);
    if (file === undefined || usage === error || !(usage instanceof UsageError)) throw usage;
    throw new UsageError(`${file}: ${usage.message}`, { cause: error });
  }
}

/** The same for what is begun with these inputs, such as a server on an address that is taken. */
export async function usable<T>(begin: () => T | Promise<T>): Promise<T> {
  try {
    return await begin();
  } catch (error) {
    throw asUsage(error);
  }
}

function asUsage(error: unknown): unknown {
  const isInput =
    error instanceof ParseError ||
    error instanceof RegParseError ||
    error instanceof SettingsError ||
    error instanceof ListenError ||
    error instanceof ZoneJournalError ||
    error instanceof HostCacheError ||
    error instanceof JournalError ||
    error instanceof ScenarioError;
  return isInput ? new UsageError(error.message, { cause: error }) : error;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'permission denied',
  EISDIR: 'this is a folder, not a file',
  ENOTDIR: 'a part of this path is not a folder',
};

function reason(error: unknown): string {
  const code = codeOf(error);
  return REASONS[code] ?? `cannot be read (${code})`;
}
