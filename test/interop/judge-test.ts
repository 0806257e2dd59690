import test from 'ava';
import type { ExecutionContext } from 'ava';
import { whyMissing } from './program.ts';
import type { Program } from './program.ts';

/**
 * A test whose judges are these programs. Where one is missing it is skipped, and its title says what to install; in CI (`CI` is set) it fails.
 */
export function judgeTest(programs: readonly Program[], title: string, body: (t: ExecutionContext) => Promise<void>): void {
  testUnless(whyMissing(programs), title, body);
}

/** The same for anything else that a machine may lack: `reason` says what, and how to get it. */
export function testUnless(reason: string | undefined, title: string, body: (t: ExecutionContext) => Promise<void>): void {
  if (reason === undefined) return test(title, body);
  if (process.env['CI'] === undefined) return test.skip(`${title} (${reason})`, body);
  return test(title, (t) => t.fail(`In CI a missing judge is a failure: ${reason}`));
}
