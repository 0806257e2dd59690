import type { Code, Outcome, Policy, SkippedSource, Source } from '@srvkit/discovery';
import type { Rcode, RecordType } from '@srvkit/dns';
import type { Try, Warning } from '@srvkit/dns-client';

/**
 * What came of a discovery, and everything that led there: the document that `srvkit resolve --json` prints. Names have their final dot,
 * IP literals have none; what has no value is null. Durations in milliseconds, `startMs` since the beginning.
 */
export interface Resolution {
  readonly v: 1;
  readonly service: string;
  readonly outcome: Outcome;
  /** The Windows code that goes with the outcome; null when all went well. */
  readonly code: Code | null;
  readonly elapsedMs: number;
  /** Set when the outcome is `reached` or `selected`. */
  readonly host: ResolvedHost | null;
  /** One for each address tried, in the order of start. */
  readonly attempts: readonly Attempt[];
  /** SRV first; addresses only where the SRV answer did not bring them. In the order of their answers. */
  readonly lookups: readonly ResolutionLookup[];
  /** Sources without a candidate, and why. */
  readonly skipped: readonly SkippedSource[];
  /** Hosts that were put last in their priority group, because they failed lately or the request says so. */
  readonly demoted: readonly DemotedHost[];
  readonly policy: Policy;
  /** Gives the same choice again, as long as DNS gives the same answers. */
  readonly seed: number;
  readonly warnings: readonly Warning[];
}

/** The host that was found. */
export interface ResolvedHost {
  readonly target: string;
  readonly port: number;
  /** Null when nobody was contacted. */
  readonly address: string | null;
  readonly source: Source;
  readonly domain: string | null;
}

/** A host whose turn had come, and that was put last in its group instead. */
export interface DemotedHost {
  readonly domain: string | null;
  readonly target: string;
  readonly port: number;
  readonly priority: number | null;
  readonly weight: number | null;
  /** What is held against it, by us and by others. */
  readonly why: readonly Demotion[];
}

/**
 * What holds a host back: this resolver saw it fail (`own`), another client said so (`shared`), or the request says so, which then is the
 * only one and has no numbers. `failures` in a row, `until` in epoch ms.
 */
export type Demotion =
  | { readonly from: 'own' | 'shared'; readonly failures: number; readonly until: number }
  | { readonly from: 'request'; readonly failures: null; readonly until: null };

/** One address that was tried: `startMs` after the beginning, for `ms` milliseconds. */
export interface Attempt {
  readonly source: Source;
  readonly domain: string | null;
  readonly target: string;
  readonly port: number;
  readonly address: string | null;
  readonly priority: number | null;
  readonly weight: number | null;
  /** `abandoned`: another host or address was quicker. */
  readonly outcome: 'reached' | 'refused' | 'timeout' | 'unreachable' | 'name-not-found' | 'rejected' | 'abandoned';
  readonly startMs: number;
  readonly ms: number;
}

/** One lookup, its answer and every try; the TTL in seconds. */
export interface ResolutionLookup {
  readonly name: string;
  readonly type: RecordType;
  readonly answer: 'records' | 'nodata' | 'nxdomain' | 'unavailable' | 'failed';
  readonly rcode: Rcode | null;
  /** Seconds. */
  readonly ttl: number | null;
  readonly server: string | null;
  readonly cached: boolean;
  readonly stale: boolean;
  readonly records: readonly LookupRecord[];
  /** Records of the answer that were not used, as master-file lines. */
  readonly dropped: readonly { readonly record: string; readonly why: string }[];
  readonly tries: readonly Try[];
}

/** An SRV record, or an address. */
export type LookupRecord = SrvLookupRecord | { readonly address: string };

/** An SRV record of an answer. */
export interface SrvLookupRecord {
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  readonly target: string;
}
