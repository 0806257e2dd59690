/** Minutes in an hour and in a day: everything here is in minutes, the unit of the registry values (kms T-01). */
const HOUR = 60;
const DAY = 24 * HOUR;

/** The two intervals of a client, in minutes (kms T-01). */
export interface ActivationIntervals {
  /** Between attempts while not activated, and after a renewal that failed. */
  readonly activation: number;
  /** Between a success and the next attempt. */
  readonly renewal: number;
}

/** 2 h and 7 days, until a host says otherwise (kms T-01). */
export const DEFAULT_INTERVALS: ActivationIntervals = { activation: 2 * HOUR, renewal: 7 * DAY };

/** What an interval may be, in minutes (kms T-01, T-03). */
export const INTERVAL_RANGE = { least: 15, most: 43_200 } as const;

/** How long one success licenses a client: a sliding period, as of a DHCP lease (kms T-04 step 3). Not configurable (kms T-05). */
export const LICENCE_MINUTES: number = 180 * DAY;
/** Out-of-box and out-of-tolerance grace (kms T-04 step 6, T-05). */
export const GRACE_MINUTES: number = 30 * DAY;
/** How long a client watches for qualifying events after a renewal has failed (kms T-04 step 5). */
const WATCH_MINUTES = 15;

/** What a client knows when it decides about its next attempt. Instants in minutes of one clock. */
export interface ActivationMoment {
  /** Now: the attempt that has just ended. */
  readonly at: number;
  readonly activated: boolean;
  /** When the first attempt in a row of failed renewals failed: the watch runs from here. Undefined: no renewal, or `activated`. */
  readonly renewalFailedAt: number | undefined;
  /** The next network change or logon after `at` (kms T-06); Infinity when none is coming. */
  readonly nextEventAt: number;
}

/**
 * When a client tries again (kms T-04):
 *
 *     the attempt                          next
 *     -----------------------------------  ------------------------------------------------------------
 *     succeeded (steps 3, 4)               after the renewal interval
 *     failed, not yet activated (step 2)   after the activation interval
 *     a renewal failed (step 5)            at a qualifying event within 15 minutes of the first failure,
 *                                          else after the activation interval
 *
 * The grace periods and Notification change nothing about the attempts (steps 6, 7).
 */
export function nextActivation(moment: ActivationMoment, intervals: ActivationIntervals = DEFAULT_INTERVALS): number {
  const { at, activated, renewalFailedAt, nextEventAt } = moment;
  if (activated) return at + intervals.renewal;
  if (renewalFailedAt !== undefined && nextEventAt > at && nextEventAt <= renewalFailedAt + WATCH_MINUTES) return nextEventAt;
  return at + intervals.activation;
}

/** The states a client of volume activation goes through (kms T-04, T-05, T-08). */
export type ActivationState = 'licensed' | 'out-of-box grace' | 'out-of-tolerance grace' | 'notification';

/**
 * The licence state of a client (kms T-04 steps 3 to 7, T-05). `installedAt` and `activatedAt`, its last success or undefined, are minutes
 * of the same clock as `now`. A period ends with its last minute: 180 days after a success the client is in grace.
 */
export function activationState(now: number, installedAt: number, activatedAt: number | undefined): ActivationState {
  if (activatedAt === undefined) return now < installedAt + GRACE_MINUTES ? 'out-of-box grace' : 'notification';
  if (now < activatedAt + LICENCE_MINUTES) return 'licensed';
  return now < activatedAt + LICENCE_MINUTES + GRACE_MINUTES ? 'out-of-tolerance grace' : 'notification';
}
