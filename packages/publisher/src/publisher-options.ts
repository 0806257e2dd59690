import { randomInt } from 'node:crypto';
import type { MessageSigner, SignerFactory } from '@srvkit/dns';
import { parseServerAddress } from '@srvkit/dns-client';
import { sleep, systemNow } from './io/sleep.ts';
import type { Journal } from './journal.ts';

/** All optional. Durations in milliseconds. */
export interface PublisherOptions {
  /** `HOST[:PORT]`: this server is asked for the zone and gets the UPDATE. Default: the primary that the zone's SOA names. */
  readonly server?: string;
  /** Without `server`, who is asked for the zone. Default: the system's resolvers. */
  readonly servers?: readonly string[];
  /** The port of a primary that was found by its name. Default 53. */
  readonly primaryPort?: number;
  /** Signs the UPDATEs. A factory is opened once for each server, and what it opened is closed. Default: unsigned. */
  readonly signer?: MessageSigner | SignerFactory;
  /**
   * Remembers what was published, so that a renamed host, another port or a changed domain is cleaned up later (kms P-28): `openJournal(file)`
   * or `memoryJournal()`. Default: nothing is remembered.
   */
  readonly journal?: Journal;
  /** For each lookup and each exchange. Default 5000. */
  readonly timeoutMs?: number;
  /** How often a zone is tried again after no answer, SERVFAIL or NOTIMP. Default 2. */
  readonly retries?: number;
  /** Before the first repetition, doubled before each further one, with up to as much again by chance. Default 1000. */
  readonly retryDelayMs?: number;
  /** Epoch ms, for Time Signed. Default: the system's clock. */
  readonly now?: () => number;
  /** A uniform integer from 0 to `bound` - 1, for the delays. Default: the system's generator. */
  readonly random?: { below(bound: number): number };
  /** Rejects with the reason of the signal. Default: the system's timer. */
  readonly sleep?: (ms: number, options: { readonly signal?: AbortSignal | undefined }) => Promise<void>;
}

/** The options with their defaults, checked. */
export type PublisherSettings = Required<Omit<PublisherOptions, 'server' | 'servers' | 'signer' | 'journal'>> &
  Pick<PublisherOptions, 'server' | 'servers' | 'signer' | 'journal'>;

/** Fills in the defaults. Throws `RangeError` for a number out of its bounds, `ParseError` for an address that is none. */
export function publisherSettings(options: PublisherOptions): PublisherSettings {
  if (options.server !== undefined) parseServerAddress(options.server);
  for (const server of options.servers ?? []) parseServerAddress(server);
  return {
    ...options,
    primaryPort: whole('primaryPort', options.primaryPort ?? 53, 1, 65_535),
    timeoutMs: whole('timeoutMs', options.timeoutMs ?? 5000, 1, 3_600_000),
    retries: whole('retries', options.retries ?? 2, 0, 100),
    retryDelayMs: whole('retryDelayMs', options.retryDelayMs ?? 1000, 0, 3_600_000),
    random: options.random ?? { below: (bound) => randomInt(bound) },
    now: options.now ?? systemNow,
    sleep: options.sleep ?? sleep,
  };
}

function whole(option: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new RangeError(`${option} is ${value}: it must be a whole number from ${least} to ${most}`);
}
