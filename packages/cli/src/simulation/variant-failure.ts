import type { Sweep } from '@srvkit/simulator/sweep';
import type { WorkerFailure } from '@srvkit/simulator/workers';
import { UsageError } from '../exit.ts';

/** What the failure of a thread means for the command: too little memory is the user's to mend, a crash is a defect of ours. */
export function variantFailure(sweep: Sweep, failure: WorkerFailure): Error {
  const variant = nameOf(sweep, failure.task);
  return failure.code === 'OUT_OF_MEMORY'
    ? new UsageError(`${variant}: its thread ran out of memory: give fewer --workers, or simulate fewer clients`, { cause: failure })
    : new Error(`${variant}: the thread that played it crashed`, { cause: failure });
}

function nameOf({ scenarios, knobs, variants }: Sweep, index: number): string {
  const variant = variants[index];
  const settings = knobs.map(({ path }, at) => `${path}=${variant?.settings[at] ?? ''}`);
  return [scenarios[variant?.scenarioIndex ?? 0], ...settings, `seed ${variant?.seed ?? ''}`].join(', ');
}
