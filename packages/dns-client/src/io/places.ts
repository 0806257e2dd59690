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

  /** Waits for a place. Rejects with the reason of the signal, then without a place. */
  enter(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        signal.removeEventListener('abort', abort);
        this.#queue.delete(called);
      };
      const called = (): void => {
        leave();
        resolve();
      };
      const abort = (): void => {
        leave();
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', abort, { once: true });
      this.#queue.add(called);
    });
  }

  /** Gives a place to the first in the queue, or back. */
  leave(): void {
    if (this.#queue.size === 0) {
      this.#free += 1;
      return;
    }
    const [first] = this.#queue;
    first?.();
  }
}
