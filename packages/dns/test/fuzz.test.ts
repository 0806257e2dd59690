import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import test from 'ava';

const fuzz = (...flags: readonly string[]): { readonly status: number | null; readonly stdout: string; readonly stderr: string } =>
  spawnSync(process.execPath, [join(import.meta.dirname, '../fuzz/main.ts'), ...flags], { encoding: 'utf8' });

test('fuzzing prints its seed first and what held', (t) => {
  const { status, stdout, stderr } = fuzz('--seed', '1', '--runs', '3');
  t.is(status, 0, stderr);
  const [first, ...others] = stdout.trimEnd().split('\n');
  t.is(first, 'seed 1, 3 runs a property');
  t.is(others.length, 4);
  t.true(others.every((line) => line.startsWith('held: ')));
});

test('a seed that is no number is refused', (t) => {
  const { status, stderr } = fuzz('--seed', 'x');
  t.is(status, 2);
  t.is(stderr, '--seed x is not a whole number\n');
});
