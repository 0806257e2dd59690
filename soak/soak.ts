/** What a soak is told on the command line. */
export interface SoakOptions {
  /** How much of it: kills, resolves, replies. Undefined: as much as the promise says. */
  readonly count: number | undefined;
  /** What chance grows from: the same seed gives the same losses, forgeries, moments. */
  readonly seed: number;
}

/** What was seen, as lines of figures, and whether every promise was kept. */
export interface SoakReport {
  readonly lines: readonly string[];
  /** What was broken, each in a sentence with its place. Empty when everything held. */
  readonly broken: readonly string[];
}

/** Something long and rough, with a promise at its end. */
export type Soak = (options: SoakOptions) => Promise<SoakReport>;
