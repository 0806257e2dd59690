/**
 * What `promise` brings within `timeoutMs`, undefined when it takes longer. Rejects with the reason of the signal. Neither timer nor
 * listener is left then, though the promise may never settle.
 */
export function withinTime<T>(
  promise: Promise<T>,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined },
): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const settle = (tell: () => void): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      tell();
    };
    const abort = (): void => settle(() => reject(signal?.reason));
    const timer = setTimeout(() => settle(() => resolve(undefined)), timeoutMs);
    promise.then(
      (value) => settle(() => resolve(value)),
      (error: unknown) => settle(() => reject(error)),
    );
    if (signal?.aborted === true) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
}
