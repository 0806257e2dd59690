/** Exit statuses (docs/cli.md). Everything else a command returns through these. */
export const EXIT = { done: 0, problems: 1, usage: 2, defect: 70, interrupted: 130, terminated: 143 } as const;

/** Wrong usage, unreadable input, or a local resource that cannot be used: one line that names the place and the remedy, exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A signal ended the command: 130 for SIGINT, 143 for SIGTERM. SIGPIPE: nobody reads what it prints; `... | head` has seen enough, so 0. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  readonly signal: EndingSignal;
  readonly exitStatus: number;

  constructor(signal: EndingSignal) {
    super(`interrupted by ${signal}`);
    this.signal = signal;
    this.exitStatus = STATUS[signal];
  }
}

type EndingSignal = 'SIGINT' | 'SIGTERM' | 'SIGPIPE';

const STATUS: Readonly<Record<EndingSignal, number>> = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated, SIGPIPE: EXIT.done };
