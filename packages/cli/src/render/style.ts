import picocolors from 'picocolors';
import type { Output } from '../io.ts';

/** Text styles for one output: colours on a terminal, nothing in a pipe. */
export interface Style {
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly command: (text: string) => string;
}

export function styleFor(output: Output): Style {
  const colors = picocolors.createColors(output.isTerminal);
  return { strong: colors.bold, faint: colors.dim, good: colors.green, bad: colors.red, command: colors.cyan };
}
