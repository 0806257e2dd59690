/** Exit statuses (docs/cli.md). Everything else a command returns through these. */
export const EXIT = { done: 0, problems: 1, usage: 2, defect: 70, interrupted: 130, terminated: 143 } as const;

/** Wrong usage, unreadable input, or a local resource that cannot be used: one line that names the place and the remedy, exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A signal ended the command: 130 for SIGINT, 143 for SIGTERM. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  readonly exitStatus: number;

  constructor(signal: 'SIGINT' | 'SIGTERM') {
    super(`interrupted by ${signal}`);
    this.exitStatus = signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
  }
}
