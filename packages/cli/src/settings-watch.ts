import { stat } from 'node:fs/promises';

const POLL_MS = 1000;

/**
 * Tells when a file has become another one than was `seen` (`identityOf`), by looking at it at once and then once a second: whatever way it is
 * replaced, on every file system. Ends with the signal. A file that is gone for a moment, as while an editor saves it, is told when it is back.
 */
export async function watchFile(
  path: string,
  { seen, signal }: { readonly seen: string | undefined; readonly signal: AbortSignal },
  onChange: () => Promise<void>,
): Promise<void> {
  let last = seen;
  do {
    const now = await identityOf(path);
    if (now === undefined || now === last) continue;
    last = now;
    await onChange();
  } while (await sleep(signal));
}

/** What tells a file from the one that takes its place; undefined when there is none. It is not opened: a pipe would wait for its writer. */
export async function identityOf(path: string): Promise<string | undefined> {
  try {
    const { ino, size, mtimeNs } = await stat(path, { bigint: true });
    return `${ino} ${size} ${mtimeNs}`;
  } catch {
    return undefined; // not there, or not for us to see: what we know stays
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
