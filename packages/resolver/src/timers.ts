/** Time as the resolver needs it. The real one is made in `io/`. */
export interface Timers {
  /** Epoch ms: for what is remembered. */
  readonly now: () => number;
  /** Milliseconds from any start, never going back: for durations. */
  readonly clock: () => number;
  /** Does something later, once; what it gives back calls it off. `Infinity` is never. */
  readonly after: (ms: number, action: () => void) => () => void;
}
