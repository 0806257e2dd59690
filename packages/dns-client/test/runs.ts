/** A run that a test holds in its hands: it lands when told to, and on abort when it likes. */
export interface HeldRun {
  readonly landing: Promise<number>;
  readonly signal: AbortSignal;
  readonly resolve: (value: number) => void;
  readonly reject: (error: Error) => void;
}

/** Runs in the order of their start. */
export function heldRuns(): { readonly started: HeldRun[]; readonly start: (signal: AbortSignal) => HeldRun } {
  const started: HeldRun[] = [];
  const start = (signal: AbortSignal): HeldRun => {
    const { promise: landing, resolve, reject } = Promise.withResolvers<number>();
    const run = { landing, signal, resolve, reject };
    started.push(run);
    return run;
  };
  return { started, start };
}
