import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import test from 'ava';

// The long runs are `pnpm fuzz`; here each target is fed a little. The codec has its own tests.
const fuzz = (...flags: readonly string[]): { readonly status: number | null; readonly stdout: string; readonly stderr: string } =>
  spawnSync(process.execPath, [join(import.meta.dirname, '../fuzz/main.ts'), ...flags], { encoding: 'utf8' });

test('fuzzing prints its seed first and what held', (t) => {
  const { status, stdout, stderr } = fuzz('codec', '--seed', '1', '--runs', '3');
  t.is(status, 0, stderr);
  const [first, ...others] = stdout.trimEnd().split('\n');
  t.is(first, `Node ${process.version}, seed 1`);
  t.is(others.length, 4);
  t.true(others.every((line) => line.startsWith('codec: held 3 times: ')));
});

for (const [name, properties] of [
  ['replies', 2],
  ['requests', 1],
] as const) {
  test(`damaged ${name} over real sockets: nobody crashes, hangs, leaks or believes`, (t) => {
    const { status, stdout, stderr } = fuzz(name, '--seed', '1', '--runs', '200');
    t.is(status, 0, `${stdout}${stderr}`);
    t.is(stdout.match(new RegExp(`^${name}: held 200 times: `, 'gm'))?.length, properties);
  });
}

test('a seed that is no number, and a target that is none, are refused', (t) => {
  const { status, stderr } = fuzz('--seed', 'x');
  t.is(status, 2);
  t.is(stderr, '--seed x is not a whole number\n');
  t.deepEqual(fuzz('x').stderr, 'fuzz x is unknown: use codec, replies, requests\n');
});
