import { createHash } from 'node:crypto';
import test from 'ava';
import { playFixture } from './play.ts';

// The whole document of a scenario and its seed, byte for byte: the same on every supported Node, because the suite runs on each of them.
// A change of behaviour changes a digest; say in the commit what it was, and put the new one here.
const DIGESTS: readonly (readonly [scenario: string, digest: string])[] = [
  ['single-site', '5f8bcef4368c1454'],
  ['east-west-caching', 'ad21d6b0fc005303'],
  ['east-west-vista', 'cd0a0c48263bf729'],
  ['wan-cut', '914b6566d2901079'],
  ['cold-backup', '2499d1f1610e6d2f'],
];

for (const [scenario, digest] of DIGESTS) {
  test(`the document of ${scenario} is the same on every machine`, (t) => {
    t.is(
      createHash('sha256')
        .update(JSON.stringify(playFixture(scenario)))
        .digest('hex')
        .slice(0, 16),
      digest,
    );
  });
}
