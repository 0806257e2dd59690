import type { Scenario } from '@srvkit/simulator';
import { play } from './conductor.ts';
import type { Played, PlayOptions } from './conductor.ts';
import { createLoopback } from './loopback.ts';
import { createNetns } from './netns.ts';
import type { Stage, Variant } from './stage.ts';

/** Sets a scenario up in processes of their own, plays it, and takes everything down again, however it ends. */
export async function playForReal(scenario: Scenario, options: PlayOptions & { readonly variant: Variant }): Promise<Played> {
  options.say?.(`starting hosts and DNS (${options.variant})`);
  const stage: Stage = await STAGES[options.variant](scenario);
  try {
    return await play(scenario, stage, options);
  } finally {
    await stage.close();
  }
}

const STAGES: Readonly<Record<Variant, (scenario: Scenario) => Promise<Stage>>> = { loopback: createLoopback, netns: createNetns };
