/**
 * A bounded number of places, and a queue for them. Keeps thousands of questions at once from taking thousands of sockets.
 */
export class Places {
  #free: number;
  readonly #queue = new Set<() => void>();

  constructor(count: number) {
    this.#free = count;
  }

  /** Takes a free place without waiting. */
  tryEnter(): boolean {
    if (this.#free === 0) return false;
    this.#free -= 1;
    return true;
  }

  /** Waits for a place; false when none comes free within `timeoutMs`. Rejects with the reason of the signal, then without a place. */
  enter({ timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal }): Promise<boolean> {
    if (this.tryEnter()) return Promise.resolve(true);
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', abort);
        this.#queue.delete(called);
      };
      const called = (): void => {
        leave();
        resolve(true);
      };
      const abort = (): void => {
        leave();
        reject(signal.reason as Error);
      };
      const timer = setTimeout(() => {
        leave();
        resolve(false);
      }, timeoutMs);
      signal.addEventListener('abort', abort, { once: true });
      this.#queue.add(called);
    });
  }

  /** Gives a place to the first in the queue, or back. */
  leave(): void {
    const [first] = this.#queue;
    if (first === undefined) this.#free += 1;
    else first();
  }
}
