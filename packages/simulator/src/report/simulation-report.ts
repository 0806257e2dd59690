import type { DurationSpread } from '../tally/duration-histogram.ts';
import type { SeriesState } from '../tally/licence-series.ts';

/** What a simulation found: the document of docs/cli.md. Plain data; whatever prints, draws or compares it only reads it. */
export interface SimulationReport {
  readonly v: 1;
  readonly scenario: string;
  readonly service: string;
  readonly seed: number;
  readonly days: number;
  readonly clients: number;
  /** Passes of discovery: those a host served, those it did not, and the connections begun in all of them. */
  readonly activations: { readonly succeeded: number; readonly failed: number; readonly attempts: number };
  readonly hosts: readonly HostReport[];
  readonly sites: readonly SiteReport[];
  readonly timeline: readonly TimelineReport[];
  readonly findings: readonly string[];
  /**
   * Series of counts hold a value for each of `bins`: what was counted in so many minutes, or in what is left of the duration. Series of
   * states hold one more: how many clients were in them at the start of each bin, and at the end.
   */
  readonly series: { readonly binMinutes: number; readonly bins: number };
}

export interface HostReport {
  readonly name: string;
  readonly site: string;
  readonly activations: number;
  /**
   * Of all activations, and what the exact law gives when every one of them is drawn anew. Null without any; what the law gives also when
   * more hosts of one priority were lost together than it is computed for (16).
   */
  readonly share: number | null;
  readonly expectedShare: number | null;
  readonly expectedActivations: number | null;
  readonly fromOtherSites: number;
  readonly from: Readonly<Record<string, number>>;
  /** Of answered requests. */
  readonly peakPerMinute: number;
  readonly peakDay: number | null;
  /** Clients counted at the end (kms T-10). */
  readonly count: number;
  readonly refused: { readonly belowThreshold: number; readonly wrongProduct: number; readonly clockSkew: number };
  readonly unanswered: number;
  readonly firstAnsweredDay: number | null;
  readonly series: { readonly activations: readonly number[] };
}

export interface SiteReport {
  readonly name: string;
  /** Whose home it is. */
  readonly clients: number;
  /** Activations of the clients at this site, by the site of the host. */
  readonly served: Readonly<Record<string, number>>;
  readonly failed: number;
  /** What crosses the WAN for this site. */
  readonly wan: {
    /** Requests of clients at this site that hosts elsewhere answered, and what they carry. */
    readonly crossings: number;
    readonly bytes: number;
    /** Questions of its resolver that DNS servers elsewhere answered, and what they and the answers carry. */
    readonly dnsQuestions: number;
    readonly dnsBytes: number;
  };
  /** From a client's first switching on to its first activation. */
  readonly timeToActivate: DurationSpread | null;
  /** Of passes that met a host that failed and were served by another: from the start of that attempt to the answer. */
  readonly timeToFailOver: DurationSpread | null;
  /** Of clients that had been served: from the first pass in a row without a host to the next with one. Who still waits at the end is not in it. */
  readonly timeOutOfService: DurationSpread | null;
  /** Who still waits: clients whose home it is that had been served, and whose last pass found no host. */
  readonly outOfService: number;
  /** Of the clients whose home it is, at the end. */
  readonly states: Readonly<Record<SeriesState, number>>;
  readonly series: {
    readonly states: Readonly<Record<SeriesState, readonly number[]>>;
    readonly crossings: readonly number[];
    readonly failed: readonly number[];
  };
}

/** An event of the timeline, and what was different after it. */
export interface TimelineReport {
  readonly day: number;
  /** As `crash kms-e1`. */
  readonly event: string;
  /** From the event before to this one, at most a week; and from this one to the next. */
  readonly before: PeriodReport;
  readonly after: PeriodReport;
  /** The differences worth a sentence. */
  readonly changed: readonly string[];
}

export interface PeriodReport {
  readonly days: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly crossings: number;
  /** Of the activations in this time, by host; null without any. */
  readonly shares: Readonly<Record<string, number | null>>;
}
