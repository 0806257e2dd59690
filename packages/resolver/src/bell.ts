/** Wakes whoever waits that something has changed. Those who wake look for themselves what it was. */
export class Bell {
  #waiting: (() => void)[] = [];

  ring(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  /** Settles with the next ring. Never rejects. */
  wait(): Promise<void> {
    return new Promise((wake) => this.#waiting.push(wake));
  }
}
