/** How much of its life an answer has behind it when it is refreshed: drawn anew each time, so that clients who asked together part. */
const EARLIEST_SHARE = 0.8;
const LATEST_SHARE = 0.9;
/** How far apart the same end may seem: caches round what is left of a TTL to whole seconds, and replies are on their way. */
const SAME_END_MS = 2000;

/** From when to when an answer holds, epoch ms. */
export interface Life {
  readonly storedAt: number;
  readonly expiresAt: number;
}

/** When an answer that still holds is to be asked for anew (srv C6). */
export interface RefreshPlan {
  /** From then on, epoch ms: who asks for the answer sets it off. */
  readonly at: number;
  /** How long after that it may be tried again, should it bring no answer. */
  readonly againAfterMs: number;
}

/**
 * Plans the refresh of an answer, at least `minMs` after it came. Undefined for a life so short that this would be too late: such an answer
 * just ends, so that TTLs of a second make nobody ask more often than callers do, and TTL 0 is for one use (srv A2). `random` from 0 to 1.
 */
export function planRefresh({ storedAt, expiresAt }: Life, minMs: number, random: () => number): RefreshPlan | undefined {
  const earliest = Math.max(minMs, EARLIEST_SHARE * (expiresAt - storedAt));
  const latest = LATEST_SHARE * (expiresAt - storedAt);
  if (earliest > latest) return undefined;
  return { at: storedAt + earliest + random() * (latest - earliest), againAfterMs: minMs };
}

/** The plan once a refresh begins: should it fail, the next one has to wait, and the one after that twice as long. */
export function repeatRefresh({ againAfterMs }: RefreshPlan, now: number): RefreshPlan {
  return { at: now + againAfterMs, againAfterMs: 2 * againAfterMs };
}

/**
 * What an answer that came while the one before still held says of their server: whether a cache on the way counts its own TTL down, so that
 * both end together and asking it early gains nothing. Undefined when it came too soon or too late to tell. The AA bit is no witness: caches set
 * it, or keep it from where they asked.
 */
export function countsDown(before: Life, after: Life): boolean | undefined {
  const isTooSoon = after.storedAt - before.storedAt < SAME_END_MS;
  if (isTooSoon || after.storedAt >= before.expiresAt) return undefined;
  return Math.abs(after.expiresAt - before.expiresAt) < SAME_END_MS;
}
