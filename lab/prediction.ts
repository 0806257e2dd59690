import { simulate } from '@srvkit/simulator';
import type { Scenario } from '@srvkit/simulator';
import { pcg32 } from '@srvkit/selection';
import { Census } from './census.ts';
import type { Count, Pass } from './census.ts';

/** What the simulator says about a scenario: its counts over many seeds, none of which the clients of the lab draw from. */
export function predict(scenario: Scenario, { seed, runs }: { readonly seed: number; readonly runs: number }): readonly Count[] {
  const census = new Census(scenario);
  const seeds = pcg32(seed, SEEDS_STREAM);
  for (let run = 0; run < runs; run += 1) {
    const passes: Pass[] = [];
    simulate(scenario, { seed: seeds.nextUint32(), onPass: (pass) => passes.push(pass) });
    census.add(passes);
  }
  return census.counts();
}

const SEEDS_STREAM = 0xffff_ffff;
