/** How long hosts that failed are tried last in their priority group. Durations in milliseconds. */
export interface HealthOptions {
  /** After the first failure; doubled with each further one in a row. From 1 to a day, default 10 000. */
  readonly penaltyMs: number;
  /** The longest penalty. From `penaltyMs` to a day, default 300 000 or `penaltyMs`. */
  readonly maxPenaltyMs: number;
  /** The largest part of a penalty that chance takes off, so that clients do not come back all at once. From 0 to 1, default 0.2. */
  readonly jitter: number;
  /** Hosts that are remembered; of more, the one met longest ago is forgotten. From 1 to a million, default 1000. */
  readonly maxHosts: number;
}

/** Every host is worth an attempt a day. */
const ONE_DAY_MS = 86_400_000;
const MOST_HOSTS = 1_000_000;
const DEFAULTS: HealthOptions = { penaltyMs: 10_000, maxPenaltyMs: 300_000, jitter: 0.2, maxHosts: 1000 };

/** Fills in the defaults. Throws `RangeError` for numbers out of bounds. */
export function healthOptions(given: Partial<HealthOptions>): HealthOptions {
  const penaltyMs = given.penaltyMs ?? DEFAULTS.penaltyMs;
  const maxPenaltyMs = given.maxPenaltyMs ?? Math.max(DEFAULTS.maxPenaltyMs, penaltyMs);
  const jitter = given.jitter ?? DEFAULTS.jitter;
  const maxHosts = given.maxHosts ?? DEFAULTS.maxHosts;
  if (!isWithin(penaltyMs, 1, ONE_DAY_MS)) throw outOfRange('penaltyMs', penaltyMs, `a number of milliseconds from 1 to ${ONE_DAY_MS}`);
  if (!isWithin(maxPenaltyMs, penaltyMs, ONE_DAY_MS))
    throw outOfRange('maxPenaltyMs', maxPenaltyMs, `a number of milliseconds from penaltyMs (${penaltyMs}) to ${ONE_DAY_MS}`);
  if (!isWithin(jitter, 0, 1)) throw outOfRange('jitter', jitter, 'a number from 0 to 1');
  if (!Number.isInteger(maxHosts) || maxHosts < 1 || maxHosts > MOST_HOSTS)
    throw outOfRange('maxHosts', maxHosts, `an integer from 1 to ${MOST_HOSTS}`);
  return { penaltyMs, maxPenaltyMs, jitter, maxHosts };
}

function isWithin(value: number, least: number, most: number): boolean {
  return typeof value === 'number' && value >= least && value <= most;
}

function outOfRange(name: string, value: number, use: string): RangeError {
  return new RangeError(`health: ${name} ${value} is out of range: use ${use}`);
}
