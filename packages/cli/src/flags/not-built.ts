import { UsageError } from '../exit.ts';
import type { FlagValues } from './flag.ts';

/** Refuses flags of docs/cli.md that later versions bring: they are named in the help and told apart from a slip of the pen. */
export function refuseNotBuilt(values: FlagValues, flags: readonly string[]): void {
  for (const flag of flags) {
    if (values[flag] !== undefined && values[flag] !== false) throw new UsageError(`--${flag}: this is not built yet`);
  }
}
