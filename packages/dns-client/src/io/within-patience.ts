/** What takes long, and what is given instead of it. */
export interface Patience<T> {
  /** Joins the work; leaving it is what the signal is for. */
  readonly join: (signal: AbortSignal) => Promise<T>;
  readonly patienceMs: number;
  /** Undefined: there is nothing any more, so the work has to be waited for. */
  readonly instead: () => T | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * What the work brings, or after `patienceMs` what is there instead: then the work goes on for its own sake, and nobody's signal ends
 * it (RFC 8767 section 5, the client response timer). Rejects with the reason of the signal, or as the work does.
 */
export function withinPatience<T>({ join, patienceMs, instead, signal }: Patience<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const leaving = new AbortController();
    const leave = (): void => leaving.abort(signal?.reason);
    const detach = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', leave);
    };
    const timer = setTimeout(() => {
      const given = instead();
      if (given === undefined) return;
      detach();
      resolve(given);
    }, patienceMs);
    signal?.addEventListener('abort', leave, { once: true });
    join(leaving.signal).finally(detach).then(resolve, reject);
  });
}
