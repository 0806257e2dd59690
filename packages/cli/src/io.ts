/** Where a command reads and writes: the process in main.ts, plain values in tests. */
export interface Io {
  /** Results only: with `--json` exactly one document (or one line an event). */
  readonly stdout: Output;
  /** Everything meant for eyes. */
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by SIGINT and SIGTERM with an `Interrupted`. */
  readonly signal: AbortSignal;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export interface Output {
  write(text: string): void;
  /** Whether colours and terminal width make sense. */
  readonly isTerminal: boolean;
}
