import { activationState, GRACE_MINUTES, LICENCE_MINUTES } from '@srvkit/kms';
import type { ActivationState } from '@srvkit/kms';

/** The states of clients in a report; `connected` and `disconnected` are those of clients of a plain service. */
export type SeriesState = 'licensed' | 'oobGrace' | 'ootGrace' | 'notification' | 'connected' | 'disconnected';

export const SERIES_STATES: readonly SeriesState[] = ['licensed', 'oobGrace', 'ootGrace', 'notification', 'connected', 'disconnected'];
// Their numbers: this is done for every activation.
const LICENSED = 0;
const OOB_GRACE = 1;
const OOT_GRACE = 2;
const NOTIFICATION = 3;
const NOT_INSTALLED = -1;

/**
 * How many clients of one site are in each state over time. A client's coming transitions are entered when its period begins and taken
 * back when a success comes first, so that nobody has to look after clients that are not due.
 */
export class LicenceSeries {
  readonly #binMinutes: number;
  readonly #end: number;
  /** Moments at which clients are counted: 0, `binMinutes`, twice that, ... and the end. */
  readonly #moments: number;
  /** How many more clients than at the moment before: all moments of a state, then all of the next. */
  readonly #changes: Int32Array;

  constructor(binMinutes: number, durationMinutes: number) {
    this.#binMinutes = binMinutes;
    this.#end = durationMinutes;
    this.#moments = Math.ceil(durationMinutes / binMinutes) + 1;
    this.#changes = new Int32Array(SERIES_STATES.length * this.#moments);
  }

  /** A client of volume activation is switched on. */
  installed(now: number): void {
    this.#move(now, NOT_INSTALLED, OOB_GRACE, 1);
    this.#move(now + GRACE_MINUTES, OOB_GRACE, NOTIFICATION, 1);
  }

  /** A client is activated, or renewed. `activatedAt`: its success before, undefined for none. */
  activated(now: number, installedAt: number, activatedAt: number | undefined): void {
    const state = activationState(now, installedAt, activatedAt);
    if (activatedAt !== undefined) {
      const graceAt = activatedAt + LICENCE_MINUTES;
      if (state === 'licensed') this.#move(graceAt, LICENSED, OOT_GRACE, -1);
      if (state !== 'notification') this.#move(graceAt + GRACE_MINUTES, OOT_GRACE, NOTIFICATION, -1);
    } else if (state === 'out-of-box grace') this.#move(installedAt + GRACE_MINUTES, OOB_GRACE, NOTIFICATION, -1);
    if (state !== 'licensed') this.#move(now, numberOf(state), LICENSED, 1);
    this.#move(now + LICENCE_MINUTES, LICENSED, OOT_GRACE, 1);
    this.#move(now + LICENCE_MINUTES + GRACE_MINUTES, OOT_GRACE, NOTIFICATION, 1);
  }

  /** A client of a plain service goes from one state (undefined: it is switched on) to another. */
  connection(now: number, from: SeriesState | undefined, to: SeriesState): void {
    this.#move(now, from === undefined ? NOT_INSTALLED : SERIES_STATES.indexOf(from), SERIES_STATES.indexOf(to), 1);
  }

  /** The clients in `state` at 0, `binMinutes`, twice that, ... and at the end. */
  series(state: SeriesState): readonly number[] {
    const first = SERIES_STATES.indexOf(state) * this.#moments;
    let sum = 0;
    return Array.from(this.#changes.subarray(first, first + this.#moments), (change) => (sum += change));
  }

  #move(minute: number, from: number, to: number, clients: 1 | -1): void {
    if (minute > this.#end) return;
    const moment = Math.ceil(minute / this.#binMinutes);
    if (from !== NOT_INSTALLED) this.#add(from, moment, -clients);
    this.#add(to, moment, clients);
  }

  #add(state: number, moment: number, clients: number): void {
    const at = state * this.#moments + moment;
    this.#changes[at] = (this.#changes[at] ?? 0) + clients;
  }
}

function numberOf(state: ActivationState): number {
  switch (state) {
    case 'licensed':
      return LICENSED;
    case 'out-of-box grace':
      return OOB_GRACE;
    case 'out-of-tolerance grace':
      return OOT_GRACE;
    case 'notification':
      return NOTIFICATION;
    default:
      return state satisfies never;
  }
}
