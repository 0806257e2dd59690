import test from 'ava';
import type { ExecutionContext } from 'ava';
import { whyMissing } from './program.ts';
import type { Program } from './program.ts';

/**
 * A test whose judges are these programs. Where one is missing it is skipped, and its title says what to install; in CI (`CI` is set) it fails.
 */
export function judgeTest(programs: readonly Program[], title: string, body: (t: ExecutionContext) => Promise<void>): void {
  const reason = whyMissing(programs);
  if (reason === undefined) return test(title, body);
  if (process.env['CI'] === undefined) return test.skip(`${title} (${reason})`, body);
  return test(title, (t) => t.fail(`In CI a missing judge is a failure: ${reason}`));
}
