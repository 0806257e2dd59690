/** One line of the report: what was measured beside its peer in the same run, against the target of the design. */
export interface Row {
  readonly kind: 'measured';
  readonly name: string;
  /** Of the figures. */
  readonly unit: Unit;
  readonly ours: Figures;
  /** Null where the target is a plain number. */
  readonly peer: Figures | null;
  readonly peerName: string | null;
  /** Ours to the peer's, in the sense of `target`; null without a peer. */
  readonly ratio: number | null;
  /** In words; null when the row is only there for comparison. */
  readonly target: string | null;
  readonly met: boolean | null;
}

/** A row that could not be measured here, and why. */
export interface SkippedRow {
  readonly kind: 'skipped';
  readonly name: string;
  readonly why: string;
}

/** `ns` and `µs` for one run, `s` for all of it, `/s` runs a second; `MiB` and `octets` of memory. */
export type Unit = 'ns' | 'µs' | 's' | '/s' | 'MiB' | 'octets';

/** The rounds of one side. */
export interface Figures {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}
