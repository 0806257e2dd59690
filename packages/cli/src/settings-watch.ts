import { open } from 'node:fs/promises';

const POLL_MS = 1000;

/**
 * Tells when a file has become another one, by looking at it once a second: whatever way it is replaced, on every file system. Ends with the
 * signal. A file that is gone for a moment, as while an editor saves it, is told when it is back.
 */
export async function watchFile(path: string, signal: AbortSignal, onChange: () => Promise<void>): Promise<void> {
  let last = await identityOf(path);
  while (await sleep(signal)) {
    const now = await identityOf(path);
    if (now === undefined || now === last) continue;
    last = now;
    await onChange();
  }
}

async function identityOf(path: string): Promise<string | undefined> {
  try {
    const handle = await open(path);
    try {
      const { ino, size, mtimeNs } = await handle.stat({ bigint: true });
      return `${ino} ${size} ${mtimeNs}`;
    } finally {
      await handle.close();
    }
  } catch {
    return undefined; // not there, or not for us to read: what we know stays
  }
}

/** False when the signal has ended it. */
function sleep(signal: AbortSignal): Promise<boolean> {
  return new Promise((settle) => {
    if (signal.aborted) return settle(false);
    const end = (): void => {
      clearTimeout(timer);
      settle(false);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', end);
      settle(true);
    }, POLL_MS);
    signal.addEventListener('abort', end, { once: true });
  });
}
