import type { Zones } from '@srvkit/test-server/zone';

/** The DNS servers of a site, as the primary sees them. */
export interface Secondary {
  /** Whether they stand at the primary's own site, where every change is seen at once. */
  readonly isAtPrimary: boolean;
  /** Whether a change gets there now. */
  readonly isReached: () => boolean;
  readonly hold: (zones: Zones) => void;
}

/** What the primary has held and since when, and what of it has come to the servers of the sites. */
export class Replication {
  readonly #delayMinutes: number;
  readonly #secondaries: readonly Secondary[];
  readonly #history: { readonly minute: number; readonly zones: Zones }[];
  /** When changes that are under way arrive. */
  readonly #arriveAt: number[] = [];

  /** `zones`: what everybody holds at the beginning. */
  constructor(zones: Zones, delayMinutes: number, secondaries: readonly Secondary[]) {
    this.#delayMinutes = delayMinutes;
    this.#secondaries = secondaries;
    this.#history = [{ minute: -Infinity, zones }];
  }

  /** The primary holds `zones` now. */
  hold(zones: Zones, now: number): void {
    if (this.#history.at(-1)?.zones !== zones) {
      this.#history.push({ minute: now, zones });
      this.#arriveAt.push(now + this.#delayMinutes);
    }
    this.replicate(now);
  }

  /** To be called every minute: changes that have been under way long enough arrive. */
  arrive(now: number): void {
    const [next = Infinity] = this.#arriveAt;
    if (next > now) return;
    while ((this.#arriveAt[0] ?? Infinity) <= now) this.#arriveAt.shift();
    this.replicate(now);
  }

  /** Gives every site that the primary reaches what has had the time to get there: to be called when the network has changed, too. */
  replicate(now: number): void {
    for (const { isAtPrimary, isReached, hold } of this.#secondaries) {
      if (!isReached()) continue;
      const until = now - (isAtPrimary ? 0 : this.#delayMinutes);
      const held = this.#history.findLast(({ minute }) => minute <= until);
      if (held !== undefined) hold(held.zones);
    }
  }
}
