import { LRUCache } from 'lru-cache';

const MOST_SERVERS = 1000;
const HOLDS_MS = 15 * 60_000;

/**
 * Servers that were seen to refuse EDNS (srv M3), the last thousand of them, each for a quarter of an hour: then it is tried again, since
 * servers get repaired. `now` in milliseconds on any clock.
 */
export class PlainServers {
  readonly #seenAt = new LRUCache<string, number>({ max: MOST_SERVERS });

  has(server: string, now: number): boolean {
    const seenAt = this.#seenAt.get(server);
    return seenAt !== undefined && now - seenAt < HOLDS_MS;
  }

  add(server: string, now: number): void {
    this.#seenAt.set(server, now);
  }
}
