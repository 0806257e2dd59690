import { parentPort } from 'node:worker_threads';
import type { Scenario } from '../scenario/scenario.ts';
import { playInSteps } from '../simulate.ts';
import { variantFigures } from '../sweep/variant-figures.ts';
import type { VariantFigures } from '../sweep/variant-figures.ts';
import type { WorkerWord } from './worker-pool.ts';

/** What a thread of `playVariants` is given. */
export interface VariantTask {
  readonly scenario: Scenario;
  readonly seed: number;
}

// A thread plays one variant after the other. Series stay here: what leaves are figures.
parentPort?.on('message', ({ scenario, seed }: VariantTask) => {
  const simulation = playInSteps(scenario, { seed });
  for (;;) {
    const step = simulation.next();
    if (step.done === true) return say({ kind: 'finished', result: variantFigures(step.value) });
    say({ kind: 'progress', done: step.value.minute / step.value.durationMinutes });
  }
});

function say(word: WorkerWord<VariantFigures>): void {
  parentPort?.postMessage(word, []);
}
