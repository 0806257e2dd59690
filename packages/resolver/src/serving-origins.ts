/**
 * Which origins serve requests of a dispatcher at this moment. Where the pool of an origin has no connection left, a request waits in line
 * behind those: the host is busy with us, and not dead.
 */
export class ServingOrigins {
  readonly #origins = new Map<string, { requests: number; readonly waiting: Set<() => void> }>();

  /** A request was given a connection. What comes back is to be called when it is over. */
  begin(origin: string): () => void {
    const at = this.#at(origin);
    at.requests += 1;
    for (const act of at.waiting) act();
    at.waiting.clear();
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      at.requests -= 1;
      this.#forgetIdle(origin);
    };
  }

  /** Acts once the origin serves a request: at once, or later. What comes back calls it off. */
  whenServing(origin: string, act: () => void): () => void {
    const { requests, waiting } = this.#at(origin);
    if (requests > 0) {
      act();
      return () => {};
    }
    waiting.add(act);
    return () => {
      waiting.delete(act);
      this.#forgetIdle(origin);
    };
  }

  #at(origin: string): { requests: number; readonly waiting: Set<() => void> } {
    const known = this.#origins.get(origin) ?? { requests: 0, waiting: new Set() };
    this.#origins.set(origin, known);
    return known;
  }

  #forgetIdle(origin: string): void {
    const at = this.#origins.get(origin);
    if (at?.requests === 0 && at.waiting.size === 0) this.#origins.delete(origin);
  }
}
