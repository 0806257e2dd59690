import type { HealthOptions } from './health-options.ts';

/** What is remembered of a host that did not answer lately. A host without a state is well. */
export interface HostState {
  /** In a row. */
  readonly failures: number;
  /** In a row: races it lost without a word. */
  readonly silences: number;
  /** When its time of demotion is over, by the clock that is given as `now`; on trial, until when word of it is waited for. */
  readonly until: number;
  /** That time is over and somebody is trying it again: nobody else need. */
  readonly isOnTrial: boolean;
}

/**
 * How an attempt ended for the health of its host:
 * - `alive`: it answered, whatever it said. A refusal or a "not yet" is the word of a host that works (kms D-05, D-06)
 * - `dead`: nobody answered there
 * - `silent`: another host was quicker, and this one had said nothing by the time the other was started
 * - `unknown`: the attempt was broken off before it could tell, or nobody was contacted
 */
export type Sign = 'alive' | 'dead' | 'silent' | 'unknown';

/** A host that never answers loses every race, so it would never be seen to fail: the third silence in a row counts as a failure. */
const SILENCES_THAT_COUNT = 3;

/** Whether the host is tried last in its group: until its time is over, and then while one attempt finds out how it is (srv H5, H6). */
export function isHeldBack({ failures, until }: HostState, now: number): boolean {
  return failures > 0 && now < until;
}

/**
 * An attempt begins. The first one after the time of demotion is the trial. One that nobody hears of for the longest penalty (a loop over
 * candidates that was neither finished nor left) keeps the host back no longer: the next attempt is a trial again.
 */
export function onTrialIfDue(state: HostState, now: number, { maxPenaltyMs }: HealthOptions): HostState {
  return state.failures > 0 && now >= state.until ? { ...state, until: now + maxPenaltyMs, isOnTrial: true } : state;
}

/** What an attempt leaves behind: `seen` is the state it began with, `state` the one it ends with. `random` is in 0..1. */
export function afterAttempt(
  seen: HostState | undefined,
  state: HostState | undefined,
  sign: Sign,
  { now, random, options }: { readonly now: number; readonly random: () => number; readonly options: HealthOptions },
): HostState | undefined {
  if (sign === 'alive') return undefined;
  const { failures, silences, until, isOnTrial } = state ?? UNBLEMISHED;
  const trialIsOver = seen?.isOnTrial === true;
  // Attempts that ran at the same time saw one failure, however many they are.
  const isNews = failures === (seen ?? UNBLEMISHED).failures;
  const isFailure = sign === 'dead' || (sign === 'silent' && (trialIsOver || silences + 1 >= SILENCES_THAT_COUNT));
  if (isFailure && isNews) {
    const penaltyMs = Math.min(options.penaltyMs * 2 ** failures, options.maxPenaltyMs) * (1 - options.jitter * random());
    return { failures: failures + 1, silences: 0, until: now + penaltyMs, isOnTrial: false };
  }
  if (sign === 'silent' && isNews) return { failures, silences: silences + 1, until, isOnTrial: isOnTrial && !trialIsOver };
  return state?.isOnTrial === true && trialIsOver ? { ...state, until: Math.min(until, now), isOnTrial: false } : state;
}

const UNBLEMISHED: HostState = { failures: 0, silences: 0, until: -Infinity, isOnTrial: false };
