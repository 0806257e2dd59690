const PATIENCE_MS = 10_000;

/** What this thread has open of the network. */
export function openSockets(): readonly string[] {
  return process.getActiveResourcesInfo().filter((kind) => /UDP|TCP/.test(kind));
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
