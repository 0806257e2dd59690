/** Something that is fed damaged octets: what must hold of it, and how it is put away. */
export interface FuzzTarget {
  readonly properties: readonly FuzzProperty[];
  /** Ends everything. Rejects when something is left that should not be. */
  readonly close: () => Promise<void>;
}

export interface FuzzProperty {
  readonly title: string;
  /** Checks it with so many values that grow from the seed. */
  readonly check: (how: { readonly seed: number; readonly numRuns: number }) => Promise<FuzzOutcome>;
}

export interface FuzzOutcome {
  readonly runs: number;
  /** What broke it, and the least case that does so, in one line. */
  readonly broken?: { readonly error: string; readonly counterexample: string };
}

/** The outcome of a property checked by fast-check. */
export function outcomeOf<T>(
  details: { readonly numRuns: number; readonly counterexample: T | null; readonly errorInstance: unknown },
  shown: (counterexample: T) => string = JSON.stringify,
): FuzzOutcome {
  const { numRuns: runs, counterexample, errorInstance } = details;
  return counterexample === null ? { runs } : { runs, broken: { error: String(errorInstance), counterexample: shown(counterexample) } };
}
