/**
 * When a watching publisher does what: publishes at the start, on changed settings, at every refresh and again after a failure; takes the host
 * out of service while its service does not answer, and back (design.md section 4). One action at a time.
 *
 *     stage      shall be published        left for
 *     ---------  ------------------------  -----------------------------------------------------------------------------
 *     unproven   nothing new yet           in service: the service answered; draining: it did not, `fall` times in a row
 *     inService  our own numbers           draining: it did not answer `fall` times in a row
 *     draining   worse than every other    withdrawn: the TTL has passed since; inService: it answered `rise` times in a row
 *     withdrawn  nothing                   inService: it answered `rise` times in a row
 */
export interface WatchState {
  readonly stage: WatchStage;
  /** Answers, or failures to answer, in a row that speak against the stage. */
  readonly doubts: number;
  /** What is being done right now. */
  readonly busy: WatchAction | undefined;
  /** Something has to be published; why. */
  readonly due: PublishReason | undefined;
  /** Publishes that failed in a row. */
  readonly failures: number;
  /** No publish before this, epoch ms. */
  readonly retryAt: number;
  readonly refreshAt: number;
  readonly probeAt: number;
  /** While draining: when the last client has forgotten our own numbers. */
  readonly drainedAt: number | undefined;
}

export type WatchStage = 'unproven' | 'inService' | 'draining' | 'withdrawn';

/** Why something is published. */
export type PublishReason = 'start' | 'settings' | 'refresh' | 'service-up' | 'service-down' | 'drained';

export type WatchEvent =
  | { readonly kind: 'start' | 'settings' | 'wake' }
  /** `ttl` in seconds: how long a client may remember what was there before. */
  | { readonly kind: 'published'; readonly good: boolean; readonly ttl: number }
  | { readonly kind: 'probed'; readonly answered: boolean };

export type WatchAction =
  | { readonly kind: 'probe' }
  | { readonly kind: 'publish'; readonly stage: Exclude<WatchStage, 'unproven'>; readonly reason: PublishReason };

/** What follows from an event. `wakeAt`: when to send `wake`, epoch ms; undefined: an action is under way, whose end will be told. */
export interface WatchStep {
  readonly state: WatchState;
  readonly action: WatchAction | undefined;
  readonly wakeAt: number | undefined;
}

/** Durations in milliseconds. */
export interface WatchTimes {
  /** Between publishes; each comes up to a tenth earlier by chance. */
  readonly refreshMs: number;
  /** After the first failure, doubled after each further one up to an hour; each up to a half earlier by chance. */
  readonly retryMs: number;
  /** Between probes; undefined: the service is taken to be there. */
  readonly probeMs: number | undefined;
  /** Probes in a row without an answer that take the host out of service. */
  readonly fall: number;
  /** Answers in a row that bring it back. */
  readonly rise: number;
}

/** A uniform integer from 0 to `bound` - 1. */
export interface Random {
  below(bound: number): number;
}

const LONGEST_RETRY_MS = 3_600_000;

export function initialState(times: WatchTimes): WatchState {
  return {
    stage: times.probeMs === undefined ? 'inService' : 'unproven',
    doubts: 0,
    busy: undefined,
    due: undefined,
    failures: 0,
    retryAt: 0,
    refreshAt: Number.POSITIVE_INFINITY,
    probeAt: times.probeMs === undefined ? Number.POSITIVE_INFINITY : 0,
    drainedAt: undefined,
  };
}

/** When the next publish is due, epoch ms; undefined: now, or as soon as the service has answered. */
export function nextPublishAt({ due, retryAt, refreshAt }: WatchState): number | undefined {
  const at = due === undefined ? refreshAt : retryAt;
  return at > 0 && Number.isFinite(at) ? at : undefined;
}

/** One step. `published` and `probed` answer the action that was asked for last; until then there is no other. */
export function next(state: WatchState, event: WatchEvent, now: number, { times, random }: WatchRules): WatchStep {
  return decide(passTime(told(state, event, now, { times, random }), now), now);
}

/** What the machine goes by. */
export interface WatchRules {
  readonly times: WatchTimes;
  readonly random: Random;
}

function told(state: WatchState, event: WatchEvent, now: number, rules: WatchRules): WatchState {
  switch (event.kind) {
    case 'wake':
      return state;
    case 'start':
    case 'settings':
      return makeDue(state, event.kind);
    case 'published':
      return published(state, event, now, rules);
    case 'probed':
      return probed({ ...state, busy: undefined, probeAt: now + (rules.times.probeMs ?? 0) }, event.answered, rules.times);
  }
}

/** What has changed is not made to wait for what failed before. */
function makeDue(state: WatchState, reason: PublishReason): WatchState {
  return { ...state, due: reason, failures: 0, retryAt: 0 };
}

function published(
  state: WatchState,
  { good, ttl }: Extract<WatchEvent, { kind: 'published' }>,
  now: number,
  { times, random }: WatchRules,
): WatchState {
  // A zone that could not be reached does not keep the others from going on to the withdrawal.
  const drainedAt = state.stage === 'draining' ? (state.drainedAt ?? now + ttl * 1000) : undefined;
  const after = { ...state, busy: undefined, drainedAt };
  if (good) return { ...after, failures: 0, retryAt: 0, refreshAt: now + earlier(times.refreshMs, 10, random) };
  const waitMs = Math.min(times.retryMs * 2 ** state.failures, LONGEST_RETRY_MS, times.refreshMs);
  // What became due meanwhile goes on at once.
  if (state.due !== undefined) return after;
  const due = state.busy?.kind === 'publish' ? state.busy.reason : 'refresh';
  return { ...after, due, failures: state.failures + 1, retryAt: now + earlier(waitMs, 2, random) };
}

/** Up to one part of `parts` earlier, by chance, so that hosts which were started together do not stay together. */
function earlier(ms: number, parts: number, random: Random): number {
  return ms - random.below(Math.floor(ms / parts) + 1);
}

function probed(state: WatchState, answered: boolean, { fall, rise }: WatchTimes): WatchState {
  if (state.stage === 'unproven' && answered) return { ...state, stage: 'inService', doubts: 0 };
  const isUp = state.stage === 'unproven' || state.stage === 'inService';
  if (answered === isUp) return { ...state, doubts: 0 };
  const doubts = state.doubts + 1;
  if (doubts < (isUp ? fall : rise)) return { ...state, doubts };
  const turned = { ...state, stage: isUp ? 'draining' : 'inService', doubts: 0, drainedAt: undefined } as const;
  return makeDue(turned, isUp ? 'service-down' : 'service-up');
}

function passTime(state: WatchState, now: number): WatchState {
  if (state.busy !== undefined) return state;
  if (state.drainedAt !== undefined && state.drainedAt <= now)
    return makeDue({ ...state, stage: 'withdrawn', drainedAt: undefined }, 'drained');
  return state.due === undefined && state.refreshAt <= now ? { ...state, due: 'refresh' } : state;
}

function decide(state: WatchState, now: number): WatchStep {
  const { busy, stage, due, retryAt, probeAt } = state;
  if (busy !== undefined) return { state, action: undefined, wakeAt: undefined };
  if (due !== undefined && stage !== 'unproven' && retryAt <= now) {
    const action = { kind: 'publish', stage, reason: due } as const;
    return { state: { ...state, busy: action, due: undefined }, action, wakeAt: undefined };
  }
  if (probeAt <= now) return { state: { ...state, busy: PROBE }, action: PROBE, wakeAt: undefined };
  const publishAt = due === undefined || stage === 'unproven' ? state.refreshAt : retryAt;
  return { state, action: undefined, wakeAt: Math.min(publishAt, probeAt, state.drainedAt ?? Number.POSITIVE_INFINITY) };
}

const PROBE: WatchAction = { kind: 'probe' };
