import type { Flight, Run } from '../open-work.ts';

/** How long one caller waits for a run, and what it is given instead of the landing. */
export interface Waiter<T> {
  readonly signal: AbortSignal | undefined;
  /** None: the run has its own limit. */
  readonly deadline?: {
    readonly timeoutMs: number;
    /** Leaves the run, and gives what it has come to. */
    readonly atEnd: () => T;
  };
  /** Nobody in fact: the deadline keeps no process alive. */
  readonly background?: boolean;
  /**
   * After `patienceMs` the caller is given what is there instead, and its signal no longer counts: the run goes on for its own sake until
   * the deadline (RFC 8767 section 5, the client response timer). Undefined: there is nothing any more, so the landing is waited for.
   */
  readonly patience?: { readonly patienceMs: number; readonly instead: () => T | undefined } | undefined;
}

/**
 * What the run brings, or what the caller is given instead. Leaves the run and rejects with the reason of the signal, or as the run does.
 */
export function awaitLanding<T>(flight: Flight<Run<T>>, { signal, deadline, background, patience }: Waiter<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      detach();
      flight.leave(signal?.reason);
      reject(signal?.reason as Error);
    };
    const lose = (): void => {
      const instead = patience?.instead();
      if (instead === undefined) return;
      signal?.removeEventListener('abort', abort);
      resolve(instead);
    };
    const atEnd = (): void => {
      detach();
      if (deadline !== undefined) resolve(deadline.atEnd());
    };
    const patienceTimer = patience === undefined ? undefined : setTimeout(lose, patience.patienceMs);
    const deadlineTimer = deadline === undefined ? undefined : setTimeout(atEnd, deadline.timeoutMs);
    if (background === true) deadlineTimer?.unref();
    const detach = (): void => {
      clearTimeout(patienceTimer);
      clearTimeout(deadlineTimer);
      signal?.removeEventListener('abort', abort);
    };
    signal?.addEventListener('abort', abort, { once: true });
    const land = (value: T): void => {
      detach();
      resolve(value);
    };
    const crash = (error: unknown): void => {
      detach();
      reject(error);
    };
    flight.run.landing.then(land, crash);
  });
}
