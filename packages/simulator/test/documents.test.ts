import { createHash } from 'node:crypto';
import test from 'ava';
import { playFixture } from './play.ts';

// The whole document of a scenario and its seed, byte for byte: the same on every supported Node, because the suite runs on each of them.
// A change of behaviour changes a digest; say in the commit what it was, and put the new one here. `part` of its clients are played.
const DIGESTS: readonly (readonly [scenario: string, part: number, digest: string])[] = [
  ['single-site', 1, '5bced92f955435cd'],
  ['east-west-caching', 1, '1d6eab31c1c28de8'],
  ['east-west-vista', 1, 'd1a2869aba62481b'],
  ['wan-cut', 1, '4c901ca03f89183f'],
  ['cold-backup', 1, '5ad99f756ae2a833'],
  ['worldwide', 0.01, 'd7d8362df6535d2b'],
];

for (const [scenario, part, digest] of DIGESTS) {
  test(`the document of ${scenario} is the same on every machine`, (t) => {
    const document = JSON.stringify(playFixture(scenario, part));
    t.is(createHash('sha256').update(document).digest('hex').slice(0, 16), digest);
  });
}
