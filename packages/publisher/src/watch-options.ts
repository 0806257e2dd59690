import type { Desired } from './plan/desired.ts';
import type { Publisher } from './publisher.ts';
import type { PublishReport } from './report.ts';
import type { PublishReason, Random, WatchStage, WatchTimes } from './watch-state.ts';

/** Whether the local service answers. Resolves to false, or rejects, when it does not; the signal ends it. */
export type ServiceProbe = (port: number, signal: AbortSignal) => Promise<boolean>;

/** What is watched, and how. Only `publisher` and `desired` are needed. Durations in milliseconds. */
export interface WatchOptions {
  /** With a journal, if only `memoryJournal()`: without one a record at an old port or of an old name stays. */
  readonly publisher: Publisher;
  readonly desired: Desired;
  /** Between publishes, below the no-refresh plus the refresh interval of an ageing zone (kms P-29). Default 24 h, each up to a tenth earlier. */
  readonly refreshMs?: number;
  /** After the first failure, doubled after each further one, an hour at most. Default 1 minute. */
  readonly retryMs?: number;
  /** Default: none, the service is taken to be there. `probeTcp` opens a TCP connection. */
  readonly probe?: ServiceProbe;
  /** Between probes. Default 10 s. */
  readonly probeIntervalMs?: number;
  /** For one probe. Default 3 s. */
  readonly probeTimeoutMs?: number;
  /** Probes in a row without an answer that take the host out of service. Default 3. */
  readonly fall?: number;
  /** Answers in a row that bring it back. Default 2. */
  readonly rise?: number;
  /** `leave` (default): the records stay when the watch is stopped (kms P-27). `withdraw`: they go. */
  readonly onStop?: 'leave' | 'withdraw';
  /** For everything that is left to do when the watch is stopped: what is under way, its journal, the withdrawal. Default 10 s. */
  readonly stopTimeoutMs?: number;
  /** Ends the watch when aborted, as `stop` does, but withdraws nothing. Give it `lost` of a journal file: another publisher has the journal then. */
  readonly signal?: AbortSignal;
  /** Told of everything that happens, at once; must not throw. */
  readonly onEvent?: (event: WatchingEvent) => void;
  /** Epoch ms; must not go backwards. Default: a steady clock. */
  readonly now?: () => number;
  readonly random?: Random;
}

/** What a watch tells. */
export type WatchingEvent =
  /** A publish came to its end, or was ended by `stop` or by its journal: then the report says what is known. */
  | { readonly kind: 'published'; readonly reason: PublishReason | 'stop'; readonly report: PublishReport }
  /** A publish could not come to its end: its journal cannot be written. */
  | { readonly kind: 'broke'; readonly reason: PublishReason | 'stop'; readonly error: Error }
  /** The host is in service, is taken out of it, or is out of it. */
  | { readonly kind: 'stage'; readonly stage: WatchStage };

/** Durations and counts with their defaults, checked. Throws `RangeError`. */
export function watchTimes(options: WatchOptions): WatchTimes & { readonly probeTimeoutMs: number; readonly stopTimeoutMs: number } {
  const probeMs = whole('probeIntervalMs', options.probeIntervalMs ?? 10_000, LONGEST_TIMER_MS);
  return {
    refreshMs: whole('refreshMs', options.refreshMs ?? 86_400_000, LONGEST_TIMER_MS),
    retryMs: whole('retryMs', options.retryMs ?? 60_000, LONGEST_TIMER_MS),
    probeMs: options.probe === undefined ? undefined : probeMs,
    probeTimeoutMs: whole('probeTimeoutMs', options.probeTimeoutMs ?? 3000, LONGEST_TIMER_MS),
    stopTimeoutMs: whole('stopTimeoutMs', options.stopTimeoutMs ?? 10_000, LONGEST_TIMER_MS),
    fall: whole('fall', options.fall ?? 3, 1000),
    rise: whole('rise', options.rise ?? 2, 1000),
  };
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;

function whole(option: string, value: number, most: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new RangeError(`${option} is ${value}: it must be a whole number from 1 to ${most}`);
}
