import { MAX_STALE_MS } from './answer-cache.ts';
import type { AnswerCacheLimits } from './answer-cache.ts';
import type { TargetPolicy } from './target-policy.ts';

/** All optional. Durations in milliseconds. */
export interface DnsClientOptions {
  /** `HOST[:PORT]` or `[V6][:PORT]`, in order. Default: what the system's resolver uses, read at the first lookup. */
  readonly servers?: readonly string[];
  /** For one lookup or exchange as a whole. Default 5000. */
  readonly timeoutMs?: number;
  /** How long one server may stay silent over UDP in the first round; each further round doubles it. Default 1000, or resolv.conf's. */
  readonly tryTimeoutMs?: number;
  /** For a try over TCP, connecting included. Default 2000. */
  readonly tcpTimeoutMs?: number;
  /** How often a silent server is asked over UDP, 1 to 3 (RFC 9520 section 3.2). Default 2, or resolv.conf's. */
  readonly attempts?: number;
  /** Whether queries carry EDNS with a payload of 1232. Default true. */
  readonly edns?: boolean;
  /** Whether, or how much, to remember of answers. Default true. */
  readonly cache?: boolean | AnswerCacheLimits;
  /** How long servers may be silent before a remembered answer is given whose TTL is over; they are asked on (RFC 8767). Default 1800. */
  readonly patienceMs?: number;
  /** Kept of one RRset; the rest is reported. Default 100. */
  readonly maxRecords?: number;
  /** What becomes of SRV records with port 0 or with an IP address as target. Default: rejected. */
  readonly targets?: TargetPolicy;
  /** Lookups that may be at the servers at the same time; the others wait for their turn. Default 256. */
  readonly maxInFlight?: number;
  /** Epoch ms, for TTLs and Time Signed. Default: the system's clock. */
  readonly now?: () => number;
  /** Draws message ids, 0 to 65535. Default: the system's cryptographic generator. */
  readonly messageId?: () => number;
  /** From 0 to 1, for the moments of refreshes. Default: `Math.random`. */
  readonly random?: () => number;
}

/** The options that are numbers or switches, filled in. `undefined`: resolv.conf may say. */
export interface ClientLimits {
  readonly timeoutMs: number;
  readonly tryTimeoutMs: number | undefined;
  readonly tcpTimeoutMs: number;
  readonly attempts: number | undefined;
  readonly edns: boolean;
  readonly cache: AnswerCacheLimits | undefined;
  readonly patienceMs: number;
  readonly maxRecords: number;
  readonly targets: TargetPolicy;
  readonly maxInFlight: number;
}

export const MAX_ATTEMPTS = 3;
const MAX_DURATION_MS = 3_600_000;

/** Checks the options and fills in the defaults. Throws `RangeError` that names the option. */
export function clientLimits(options: DnsClientOptions): ClientLimits {
  const { attempts, tryTimeoutMs } = options;
  return {
    timeoutMs: checkDuration('timeoutMs', options.timeoutMs ?? 5000),
    tryTimeoutMs: isGiven(tryTimeoutMs) ? checkDuration('tryTimeoutMs', tryTimeoutMs) : undefined,
    tcpTimeoutMs: checkDuration('tcpTimeoutMs', options.tcpTimeoutMs ?? 2000),
    attempts: isGiven(attempts) ? checkWhole('attempts', attempts, MAX_ATTEMPTS) : undefined,
    edns: options.edns ?? true,
    cache: options.cache === false ? undefined : checkCache(options.cache === true ? {} : (options.cache ?? {})),
    patienceMs: checkDuration('patienceMs', options.patienceMs ?? 1800),
    maxRecords: checkWhole('maxRecords', options.maxRecords ?? 100, 65_535),
    targets: checkTargets(options.targets ?? {}),
    maxInFlight: checkWhole('maxInFlight', options.maxInFlight ?? 256, 10_000),
  };
}

// Programs without types give null for what they leave out.
function isGiven<T>(option: T): option is NonNullable<T> {
  return option !== undefined && option !== null;
}

/** Milliseconds above 0 and up to an hour. Throws `RangeError`. */
export function checkDuration(option: string, value: number): number {
  if (typeof value !== 'number' || !(value > 0 && value <= MAX_DURATION_MS))
    throw new RangeError(`${option} is ${value}: it must be a number above 0 and at most ${MAX_DURATION_MS} milliseconds`);
  return value;
}

function checkCache(limits: AnswerCacheLimits): AnswerCacheLimits {
  const { maxStaleMs, maxEntries, maxRecords, minRefreshMs } = limits;
  if (isGiven(maxEntries)) checkWhole('cache.maxEntries', maxEntries, 10_000_000);
  if (isGiven(maxRecords)) checkWhole('cache.maxRecords', maxRecords, 100_000_000);
  if (isGiven(maxStaleMs)) checkBetween('cache.maxStaleMs', maxStaleMs, 0, MAX_STALE_MS);
  if (isGiven(minRefreshMs)) checkBetween('cache.minRefreshMs', minRefreshMs, 1000, 86_400_000);
  return limits;
}

function checkBetween(option: string, value: number, least: number, most: number): void {
  if (typeof value !== 'number' || !(value >= least && value <= most))
    throw new RangeError(`${option} is ${value}: it must be a number from ${least} to ${most} milliseconds`);
}

function checkTargets(targets: TargetPolicy): TargetPolicy {
  const ipLiteral = targets.ipLiteral ?? 'reject';
  const portZero = targets.portZero ?? 'reject';
  if (ipLiteral !== 'reject' && ipLiteral !== 'accept')
    throw new RangeError(`targets.ipLiteral is ${JSON.stringify(ipLiteral)}: it must be 'reject' or 'accept'`);
  if (portZero !== 'reject') checkWhole('targets.portZero', portZero, 65_535);
  return { ipLiteral, portZero };
}

function checkWhole(option: string, value: number, most: number): number {
  if (!Number.isInteger(value) || value < 1 || value > most)
    throw new RangeError(`${option} is ${value}: it must be a whole number from 1 to ${most}`);
  return value;
}
