import { readdirSync, readlinkSync } from 'node:fs';

/** Less than idle sockets of the client live (5 s): they have to go with it. */
const PATIENCE_MS = 2000;
const FILES = '/proc/self/fd';

/** The sockets this process has open. Where the system does not tell: those that keep it alive. */
export function openSockets(): readonly string[] {
  try {
    return readdirSync(FILES)
      .map(linkOf)
      .filter((link) => link.startsWith('socket:'));
  } catch {
    return process.getActiveResourcesInfo().filter((kind) => /UDP|TCP/.test(kind));
  }
}

function linkOf(file: string): string {
  try {
    return readlinkSync(`${FILES}/${file}`);
  } catch {
    return ''; // that of the listing itself, closed by now
  }
}

/** Waits until no more is open than `before`. Rejects when something stays. */
export async function noneLeftOpen(before: readonly string[]): Promise<void> {
  const deadlineAt = performance.now() + PATIENCE_MS;
  // The system's part of a closed socket is gone some turns later.
  while (openSockets().length > before.length) {
    if (performance.now() > deadlineAt) throw new Error(`left open: ${openSockets().join(', ')}; before there were: ${before.join(', ')}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
