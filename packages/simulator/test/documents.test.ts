import { createHash } from 'node:crypto';
import test from 'ava';
import { playFixture } from './play.ts';

// The whole document of a scenario and its seed, byte for byte: the same on every supported Node, because the suite runs on each of them.
// A change of behaviour changes a digest; say in the commit what it was, and put the new one here. `part` of its clients are played.
const DIGESTS: readonly (readonly [scenario: string, part: number, digest: string])[] = [
  ['single-site', 1, 'f40ba776b540b658'],
  ['east-west-caching', 1, 'c2393ca4e5c61fb9'],
  ['east-west-vista', 1, 'a693f6816f15dac5'],
  ['wan-cut', 1, '1a8a44bb788ff2db'],
  ['cold-backup', 1, '20e9cb42cff02e82'],
  ['worldwide', 0.01, '478d3710b11300a5'],
];

for (const [scenario, part, digest] of DIGESTS) {
  test(`the document of ${scenario} is the same on every machine`, (t) => {
    const document = JSON.stringify(playFixture(scenario, part));
    t.is(createHash('sha256').update(document).digest('hex').slice(0, 16), digest);
  });
}
