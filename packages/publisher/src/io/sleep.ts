import { setTimeout } from 'node:timers/promises';

/** Waits by the system's clock. Rejects with the reason of the signal. */
export async function sleep(ms: number, options: { readonly signal?: AbortSignal | undefined } = {}): Promise<void> {
  const { signal } = options;
  try {
    await setTimeout(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

/** Epoch ms by the system's clock. */
export function systemNow(): number {
  return Date.now();
}
