import { open } from 'node:fs/promises';
import { keyFilePermissions, ParseError, parseKeyFile } from '@srvkit/dns';
import type { TsigKey } from '@srvkit/dns';
import { parseRegFile, RegParseError } from '@srvkit/settings';
import type { Settings } from '@srvkit/settings';
import { UsageError } from './exit.ts';
import type { Io } from './io.ts';
import { escapeText } from './render/escape.ts';

const MAX_OCTETS = 64 * 1024 * 1024;

/** A file that a flag names, as octets. A file that cannot be read is one line and exit status 2. */
export async function readInput(path: string): Promise<{ bytes: Buffer; mode: number; owner: number }> {
  const file = await open(path, 'r').catch((error: unknown) => {
    throw new UsageError(`${escapeText(path)}: ${reason(error)}`, { cause: error });
  });
  try {
    const { mode, uid, size } = await file.stat();
    if (size > MAX_OCTETS) throw new UsageError(`${escapeText(path)}: ${size} octets are more than the ${MAX_OCTETS} that srvkit reads`);
    return { bytes: await file.readFile(), mode, owner: uid };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${escapeText(path)}: ${reason(error)}`, { cause: error });
  } finally {
    await file.close();
  }
}

/** Settings from a `.reg` file. */
export async function readSettings(path: string): Promise<Settings> {
  const { bytes } = await readInput(path);
  return inFile(path, () => parseRegFile(bytes));
}

/**
 * The keys of a TSIG key file. One that others can write is refused, one that others can read is used with a warning: whoever can
 * write it decides who may change the zone.
 */
export async function readKeys(path: string, io: Io): Promise<TsigKey[]> {
  const { bytes, mode } = await readInput(path);
  const permissions = process.platform === 'win32' ? 'private' : keyFilePermissions(mode);
  if (permissions === 'writable-by-others') {
    throw new UsageError(`${escapeText(path)}: others can write this key file: run chmod 600 on it`);
  }
  if (permissions === 'readable-by-others') io.stderr.write(`srvkit: ${escapeText(path)}: others can read this key file: run chmod 600 on it\n`);
  return inFile(path, () => parseKeyFile(bytes.toString('utf8'), { file: path }));
}

/** Runs a parser; what it finds wrong is told as `FILE:LINE:COLUMN: what and remedy`. */
export function inFile<T>(path: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof ParseError || error instanceof RegParseError) {
      const place = [escapeText(path), error.line, error.column].filter((part) => part !== undefined).join(':');
      throw new UsageError(`${place}: ${escapeText(error.message)}`, { cause: error });
    }
    throw error;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'permission denied',
  EISDIR: 'this is a folder, not a file',
  ENOTDIR: 'a part of this path is not a folder',
};

function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return REASONS[code] ?? `cannot be read (${code === '' ? String(error) : code})`;
}
