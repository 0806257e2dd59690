import type { Flags, FlagValues } from './flags/flag.ts';
import type { Io } from './io.ts';

/** One command of docs/cli.md: what it takes and what it does. */
export interface Command {
  /** `resolve`, `cache list`: the words that choose it. */
  readonly name: string;
  /** Positional words as shown in the help: `[SERVICE]`. */
  readonly words: string;
  /** How many positional words there may be. */
  readonly arity: { readonly min: number; readonly max: number };
  readonly describe: string;
  readonly flags: Flags;
  /** Two command lines with what they are for. */
  readonly examples: readonly (readonly [line: string, purpose: string])[];
  /** Whether it goes on until a signal ends it, which then is its end and no interruption: status 0, also while it still begins. Default: no. */
  goesOn?(values: FlagValues): boolean;
  run(values: FlagValues, words: readonly string[], io: Io): Promise<number>;
}

/** Ties a command's flags to the types its `run` sees. */
export function defineCommand<F extends Flags>(
  command: Omit<Command, 'flags' | 'goesOn' | 'run'> & {
    readonly flags: F;
    goesOn?(values: FlagValues<F>): boolean;
    run(values: FlagValues<F>, words: readonly string[], io: Io): Promise<number>;
  },
): Command {
  return {
    ...command,
    // The parser makes exactly the values that the flags describe: the one place where that is asserted.
    goesOn: (values) => command.goesOn?.(values as FlagValues<F>) ?? false,
    run: (values, words, io) => command.run(values as FlagValues<F>, words, io),
  };
}
