import { readFileSync } from 'node:fs';
import test from 'ava';
import { simulate } from '../src/index.ts';
import { playVariants } from '../src/io/index.ts';
import { makeSweep, parseKnob, sweepReport, variantFigures } from '../src/sweep/index.ts';

const text = readFileSync(new URL('../../../fixtures/scenarios/cold-backup.yaml', import.meta.url), 'utf8');
const sweep = makeSweep([{ text }], { knobs: [parseKnob('timeline[1].at=35d,40d,50d')], seeds: 2 });

test('a variant has the figures of a simulation of its own, however many threads play how many variants', async (t) => {
  const alone = sweep.variants.map(({ scenario, seed }) => variantFigures(simulate(scenario, { seed })));
  const documents = [];
  for (const workers of [1, 2, 5]) documents.push(JSON.stringify(sweepReport(sweep, await playVariants(sweep.variants, { workers }))));
  for (const document of documents) t.is(document, JSON.stringify(sweepReport(sweep, alone)));
});

test('figures of other variants than those of the sweep are a RangeError', (t) => {
  t.throws(() => sweepReport(sweep, []), { instanceOf: RangeError });
});
