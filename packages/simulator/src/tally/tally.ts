import { DurationHistogram } from './duration-histogram.ts';
import type { HostAnswer } from '../estate/host.ts';
import { LicenceSeries } from './licence-series.ts';

const MOST_BINS = 400;
const BIN_MINUTES = [1, 5, 15, 30, 60, 120, 360, 720, 1440, 2880, 7200, 14_400];

/** All counters of a run. Time is divided into at most 400 bins, as narrow as that allows. */
export class Tally {
  readonly binMinutes: number;
  /** The bin that the present minute is in. */
  bin = 0;
  readonly hosts: readonly HostTally[];
  readonly sites: readonly SiteTally[];
  passes = 0;
  succeeded = 0;
  attempts = 0;

  constructor(hosts: number, sites: number, durationMinutes: number) {
    this.binMinutes = BIN_MINUTES.find((minutes) => durationMinutes / minutes <= MOST_BINS) ?? 14_400;
    const bins = Math.ceil(durationMinutes / this.binMinutes);
    this.hosts = Array.from({ length: hosts }, () => new HostTally(sites, bins));
    this.sites = Array.from({ length: sites }, () => new SiteTally(bins, this.binMinutes, durationMinutes));
  }

  /** To be called before anything of a minute is counted. */
  beginMinute(minute: number): void {
    this.bin = Math.floor(minute / this.binMinutes);
  }
}

const SPELL_GAP_MINUTES = 1440;

/** What one host has done. */
export class HostTally {
  activations = 0;
  /** Connections begun that nobody answered. */
  unanswered = 0;
  readonly refused: Record<Exclude<HostAnswer, 'activated'>, number> = { 'below-threshold': 0, 'wrong-product': 0, 'clock-skew': 0 };
  firstAnsweredAt: number | undefined;
  /** Spells in which it refused for its low count: how many, and how long they were together. A day without a refusal ends a spell. */
  readonly belowThreshold: { times: number; minutes: number } = { times: 0, minutes: 0 };
  peakPerMinute = 0;
  peakAt = 0;
  /** Activations by the clients' site, and in each bin of time. */
  readonly bySite: number[];
  readonly bins: number[];
  #lastBelowAt = -Infinity;
  #minute = -1;
  #inMinute = 0;

  constructor(sites: number, bins: number) {
    this.bySite = zeros(sites);
    this.bins = zeros(bins);
  }

  /** Counts a request that was answered. */
  answered(now: number): void {
    this.firstAnsweredAt ??= now;
    if (now !== this.#minute) {
      this.#minute = now;
      this.#inMinute = 0;
    }
    this.#inMinute += 1;
    if (this.#inMinute <= this.peakPerMinute) return;
    this.peakPerMinute = this.#inMinute;
    this.peakAt = now;
  }

  refusedBelow(now: number): void {
    const since = now - this.#lastBelowAt;
    this.#lastBelowAt = now;
    if (since > SPELL_GAP_MINUTES) this.belowThreshold.times += 1;
    else this.belowThreshold.minutes += since;
  }
}

/** What the clients of one site have seen, wherever their home is. */
export class SiteTally {
  failed = 0;
  crossings = 0;
  readonly crossingBins: number[];
  readonly failedBins: number[];
  /** From a client's first start to its first success. */
  readonly toActivate: DurationHistogram = new DurationHistogram();
  /** Inside one pass: from the start of the first attempt that failed to the answer of the host that served. */
  readonly toFailOver: DurationHistogram = new DurationHistogram();
  /** Over passes: from the first in a row that no host served to the next that one did, of clients that had been served before. */
  readonly outOfService: DurationHistogram = new DurationHistogram();
  /** Clients whose home this is that had been served and are not now. */
  unserved = 0;
  /** Of the clients whose home this is. */
  readonly licences: LicenceSeries;

  constructor(bins: number, binMinutes: number, durationMinutes: number) {
    this.crossingBins = zeros(bins);
    this.failedBins = zeros(bins);
    this.licences = new LicenceSeries(binMinutes, durationMinutes);
  }
}

// Not a typed array, which is three objects to V8: with many hosts and sites, each visit would wait for the processor's cache that often.
function zeros(length: number): number[] {
  return Array.from({ length }, () => 0);
}
