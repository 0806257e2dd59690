import type { Desired } from '@srvkit/publisher/plan';
import type { ScavengingScenario } from '../scenario/scenario.ts';

/** When each published record was last refreshed, by which scavenging knows what to remove (kms P-29). Records written by hand are not in it. */
export class RefreshTimes {
  readonly #scavenging: ScavengingScenario | undefined;
  readonly #refreshed = new Map<string, { readonly minute: number; readonly desired: Desired }>();

  constructor(scavenging: ScavengingScenario | undefined) {
    this.#scavenging = scavenging;
  }

  /** `record` was written, and that changed it. `key` tells it from all others. */
  changed(key: string, record: Desired, now: number): void {
    this.#refreshed.set(key, { minute: now, desired: record });
  }

  /** `record` was written as it was already: inside the no-refresh period that is not stored. */
  refreshed(key: string, record: Desired, now: number): void {
    const last = this.#refreshed.get(key);
    if (last === undefined || now - last.minute >= (this.#scavenging?.noRefreshMinutes ?? 0)) this.changed(key, record, now);
  }

  /** The records that nobody has refreshed for both periods. They are not known afterwards. */
  takeExpired(now: number): readonly Desired[] {
    if (this.#scavenging === undefined) return [];
    const limit = now - this.#scavenging.noRefreshMinutes - this.#scavenging.refreshMinutes;
    const expired = [...this.#refreshed].filter(([, { minute }]) => minute <= limit);
    for (const [key] of expired) this.#refreshed.delete(key);
    return expired.map(([, { desired }]) => desired);
  }
}
