import type { Probe } from './probe.ts';

/** How far a resolution goes. Durations in milliseconds; every one may be `Infinity`. */
export interface ResolveLimits {
  /** For one address. Default 3000. */
  readonly attemptTimeoutMs: number;
  /** For one pass as a whole: when it is over, the outcome is `timed-out`. Default 15 000. */
  readonly timeoutMs: number;
  /** For one lookup. Default 5000. */
  readonly lookupTimeoutMs: number;
  /**
   * How long a host or address is waited for before the next one of the same host or priority starts beside it. Default 250 (RFC 8305);
   * `Infinity`: one after the other.
   */
  readonly staggerMs: number;
  /** How often a pass is repeated after `failed`, `exhausted` or `timed-out`. From 0, the default, to 100. */
  readonly retries: number;
  /** Waited before the first repetition, doubled before each further one, up to 30 000. Default 1000. */
  readonly retryDelayMs: number;
}

/** Options of one resolution. */
export interface ResolveOptions extends Partial<ResolveLimits> {
  /**
   * `tcp`, the default: a connection is opened and closed. `none`: the first candidate is the answer, and nobody is contacted. Or your own.
   */
  readonly probe?: 'tcp' | 'none' | Probe;
  /** Draws the same order again: unsigned 32-bit. Default: an unpredictable one, told in the result. */
  readonly seed?: number;
  readonly signal?: AbortSignal;
}

const DEFAULTS: ResolveLimits = {
  attemptTimeoutMs: 3000,
  timeoutMs: 15_000,
  lookupTimeoutMs: 5000,
  staggerMs: 250,
  retries: 0,
  retryDelayMs: 1000,
};

const MAX_RETRIES = 100;

/** Fills in the defaults. Throws `RangeError` for numbers out of bounds. */
export function resolveLimits(given: Partial<ResolveLimits>, defaults: ResolveLimits = DEFAULTS): ResolveLimits {
  return leavesAll(given) ? defaults : checkedLimits(given, defaults);
}

/** Most calls give no limit of their own: then those of the resolver, checked once, are theirs as they are. */
function leavesAll({ attemptTimeoutMs, timeoutMs, lookupTimeoutMs, staggerMs, retries, retryDelayMs }: Partial<ResolveLimits>): boolean {
  return (attemptTimeoutMs ?? timeoutMs ?? lookupTimeoutMs ?? staggerMs ?? retries ?? retryDelayMs) === undefined;
}

function checkedLimits(given: Partial<ResolveLimits>, defaults: ResolveLimits): ResolveLimits {
  return {
    attemptTimeoutMs: duration('attemptTimeoutMs', given.attemptTimeoutMs ?? defaults.attemptTimeoutMs, 1),
    timeoutMs: duration('timeoutMs', given.timeoutMs ?? defaults.timeoutMs, 1),
    lookupTimeoutMs: duration('lookupTimeoutMs', given.lookupTimeoutMs ?? defaults.lookupTimeoutMs, 1),
    staggerMs: duration('staggerMs', given.staggerMs ?? defaults.staggerMs, 0),
    retries: checkRetries(given.retries ?? defaults.retries),
    retryDelayMs: duration('retryDelayMs', given.retryDelayMs ?? defaults.retryDelayMs, 0),
  };
}

function duration(name: string, ms: number, least: number): number {
  // A text would be added to the clock as text.
  if (typeof ms !== 'number' || !(ms >= least))
    throw new RangeError(`${name} ${ms} is out of range: use a number of milliseconds from ${least}`);
  return ms;
}

function checkRetries(retries: number): number {
  if (!Number.isInteger(retries) || retries < 0 || retries > MAX_RETRIES)
    throw new RangeError(`retries ${retries} is out of range: use an integer from 0 to ${MAX_RETRIES}`);
  return retries;
}
