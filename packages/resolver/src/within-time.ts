import type { Cancellation } from './cancellation.ts';
import type { Timers } from './timers.ts';

/** How long an answer is waited for. */
export interface TimeLimit {
  readonly timers: Timers;
  readonly timeoutMs: number;
  readonly cancellation: Cancellation;
}

/**
 * An answer, if it comes in time. A store may never give one, and may not heed signals: then this rejects when the time is over, or with
 * the reason of the signal. An answer that is there at once, as from memory, costs neither timer nor signal.
 */
export function withinTime<T>(answer: Promise<T>, limit: TimeLimit): Promise<T> {
  return new Promise((resolve, reject) => {
    let isOpen = true;
    let leave: (() => void) | undefined;
    const settle = (tell: () => void): void => {
      isOpen = false;
      leave?.();
      tell();
    };
    answer.then(
      (value) => settle(() => resolve(value)),
      (error: unknown) => settle(() => reject(error)),
    );
    // Behind the answer, if that is there already.
    queueMicrotask(() => {
      if (isOpen) leave = whenOver(limit, (reason) => settle(() => reject(reason)));
    });
  });
}

/** Calls `tell` once when the time is over. The function given back calls that off. */
function whenOver({ timers, timeoutMs, cancellation }: TimeLimit, tell: (reason: unknown) => void): () => void {
  const signal = cancellation.own;
  const abort = (): void => tell(signal.reason);
  const callOff = timers.after(Math.max(0, timeoutMs), () => tell(new Error('it did not answer in time')));
  // In a microtask: the caller does not yet have the function that calls the timer off.
  if (signal.aborted) queueMicrotask(abort);
  else signal.addEventListener('abort', abort, { once: true });
  return () => {
    callOff();
    signal.removeEventListener('abort', abort);
  };
}
