import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { codeOf } from '@srvkit/lock-file';
import { UsageError } from './exit.ts';

const MAX_OCTETS = 64 * 1024 * 1024;
const CHUNK_OCTETS = 64 * 1024;
const POLL_MS = 20;

export interface ReadingOptions {
  /** Rejects with its reason, also while a pipe is silent. */
  readonly signal: AbortSignal;
  /** How long a pipe may be silent, milliseconds. Default 30 s. */
  readonly silenceMs?: number;
}

/**
 * The octets of a file, a device or a pipe, up to their end. Nothing is opened or read in a way that waits for somebody else, because such
 * a wait cannot be ended: what has nothing to read yet is asked again until its writer is slower than `silenceMs`. Rejects with `UsageError`
 * for what does not end or is silent, and with the errors of the system.
 */
export async function readOctets(path: string, options: ReadingOptions): Promise<{ readonly bytes: Buffer; readonly mode: number }> {
  const { signal, silenceMs = 30_000 } = options;
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const { mode } = await file.stat();
    const mayBeWithoutWriter = (mode & constants.S_IFMT) === constants.S_IFIFO && (await isNamed(path));
    const buffer = Buffer.allocUnsafe(CHUNK_OCTETS);
    const chunks: Buffer[] = [];
    let size = 0;
    let silentMs = 0;
    for (;;) {
      signal.throwIfAborted();
      const octets = await readInto(buffer, file);
      // The end of a named pipe is also what it shows before its writer comes.
      if (octets === 0 && !(mayBeWithoutWriter && size === 0)) return { bytes: Buffer.concat(chunks), mode };
      if (octets === 0 || octets === 'none-yet') {
        if (silentMs >= silenceMs) throw new UsageError(silence(path, silenceMs));
        await wait(POLL_MS, signal);
        silentMs += POLL_MS;
        continue;
      }
      silentMs = 0;
      size += octets;
      if (size > MAX_OCTETS) throw new UsageError(`${path}: more than the ${MAX_OCTETS} octets that srvkit reads`);
      chunks.push(Buffer.from(buffer.subarray(0, octets)));
    }
  } finally {
    await file.close();
  }
}

/** `<(...)` of a shell is a pipe whose path leads to no name: its writer has been there from the start. */
async function isNamed(path: string): Promise<boolean> {
  return realpath(path).then(
    () => true,
    () => false,
  );
}

/** How many octets there were; 0: the end. */
async function readInto(buffer: Buffer, file: FileHandle): Promise<number | 'none-yet'> {
  try {
    return (await file.read(buffer, 0, buffer.length, null)).bytesRead;
  } catch (error) {
    if (codeOf(error) === 'EAGAIN') return 'none-yet';
    throw error;
  }
}

function silence(path: string, ms: number): string {
  return `${path}: nothing has come out of this pipe for ${ms / 1000} s; name a file, or let something write into the pipe`;
}

async function wait(ms: number, signal: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, { signal }).catch(() => signal.throwIfAborted());
}
