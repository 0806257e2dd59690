import { createHash } from 'node:crypto';
import test from 'ava';
import { playFixture } from './play.ts';

// The whole document of a scenario and its seed, byte for byte: the same on every supported Node, because the suite runs on each of them.
// A change of behaviour changes a digest; say in the commit what it was, and put the new one here. `part` of its clients are played.
const DIGESTS: readonly (readonly [scenario: string, part: number, digest: string])[] = [
  ['single-site', 1, 'a0221e1e1970b924'],
  ['east-west-caching', 1, '502e201a9fcb7157'],
  ['east-west-vista', 1, 'bd64ccd9d0a4be8d'],
  ['wan-cut', 1, '656e912c091d305b'],
  ['cold-backup', 1, '3d949d6da3994579'],
  ['worldwide', 0.01, 'fde7ba0c9c5bb822'],
];

for (const [scenario, part, digest] of DIGESTS) {
  test(`the document of ${scenario} is the same on every machine`, (t) => {
    const document = JSON.stringify(playFixture(scenario, part));
    t.is(createHash('sha256').update(document).digest('hex').slice(0, 16), digest);
  });
}
