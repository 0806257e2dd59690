import { activationState, GRACE_MINUTES, LICENCE_MINUTES } from '@srvkit/kms';
import type { ActivationState } from '@srvkit/kms';

/** The states of clients in a report; `connected` and `disconnected` are those of clients of a plain service. */
export type SeriesState = 'licensed' | 'oobGrace' | 'ootGrace' | 'notification' | 'connected' | 'disconnected';

const NAME: Readonly<Record<ActivationState, SeriesState>> = {
  licensed: 'licensed',
  'out-of-box grace': 'oobGrace',
  'out-of-tolerance grace': 'ootGrace',
  notification: 'notification',
};
export const SERIES_STATES: readonly SeriesState[] = ['licensed', 'oobGrace', 'ootGrace', 'notification', 'connected', 'disconnected'];

/**
 * How many clients of one site are in each state over time. A client's coming transitions are entered when its period begins and taken
 * back when a success comes first, so that nobody has to look after clients that are not due.
 */
export class LicenceSeries {
  readonly #binMinutes: number;
  readonly #end: number;
  readonly #changes: ReadonlyMap<SeriesState, Int32Array>;
  readonly #atEnd = new Map<SeriesState, number>();

  constructor(binMinutes: number, durationMinutes: number) {
    this.#binMinutes = binMinutes;
    this.#end = durationMinutes;
    const bins = Math.floor(durationMinutes / binMinutes) + 1;
    this.#changes = new Map(SERIES_STATES.map((state) => [state, new Int32Array(bins)]));
  }

  /** A client of volume activation is switched on. */
  installed(now: number): void {
    this.#move(now, undefined, 'oobGrace', 1);
    this.#move(now + GRACE_MINUTES, 'oobGrace', 'notification', 1);
  }

  /** A client is activated, or renewed. `activatedAt`: its success before, undefined for none. */
  activated(now: number, installedAt: number, activatedAt: number | undefined): void {
    const state = activationState(now, installedAt, activatedAt);
    if (activatedAt !== undefined) {
      const graceAt = activatedAt + LICENCE_MINUTES;
      if (state === 'licensed') this.#move(graceAt, 'licensed', 'ootGrace', -1);
      if (state !== 'notification') this.#move(graceAt + GRACE_MINUTES, 'ootGrace', 'notification', -1);
    } else if (state === 'out-of-box grace') this.#move(installedAt + GRACE_MINUTES, 'oobGrace', 'notification', -1);
    if (state !== 'licensed') this.#move(now, NAME[state], 'licensed', 1);
    this.#move(now + LICENCE_MINUTES, 'licensed', 'ootGrace', 1);
    this.#move(now + LICENCE_MINUTES + GRACE_MINUTES, 'ootGrace', 'notification', 1);
  }

  /** A client of a plain service goes from one state (undefined: it is switched on) to another. */
  connection(now: number, from: SeriesState | undefined, to: SeriesState): void {
    this.#move(now, from, to, 1);
  }

  /** The clients in `state` at 0, `binMinutes`, twice that, ... */
  series(state: SeriesState): readonly number[] {
    let sum = 0;
    return Array.from(this.#changes.get(state) ?? [], (change) => (sum += change));
  }

  /** The clients in `state` at the end. */
  atEnd(state: SeriesState): number {
    return this.#atEnd.get(state) ?? 0;
  }

  #move(minute: number, from: SeriesState | undefined, to: SeriesState, clients: 1 | -1): void {
    if (minute > this.#end) return;
    if (from !== undefined) this.#atEnd.set(from, this.atEnd(from) - clients);
    this.#atEnd.set(to, this.atEnd(to) + clients);
    const bin = Math.ceil(minute / this.#binMinutes);
    if (from !== undefined) addTo(this.#changes.get(from), bin, -clients);
    addTo(this.#changes.get(to), bin, clients);
  }
}

function addTo(changes: Int32Array | undefined, bin: number, clients: number): void {
  if (changes !== undefined && bin < changes.length) changes[bin] = (changes[bin] ?? 0) + clients;
}
