import { availableParallelism } from 'node:os';
import type { VariantFigures } from '../sweep/variant-figures.ts';
import type { Variant } from '../sweep/variants.ts';
import type { VariantTask } from './variant-worker.ts';
import { runOnWorkers } from './worker-pool.ts';
import type { WorkerPoolOptions } from './worker-pool.ts';

/**
 * Plays variants on worker threads, as many as there are cores unless told otherwise, and resolves to the figures of each in their order.
 * They depend on the variant alone, not on the number of threads. An aborted signal ends all threads at once and rejects with its reason;
 * a thread that crashes or runs out of memory rejects with a `WorkerFailure`, whose `task` is the variant's place.
 */
export function playVariants(
  variants: readonly Variant[],
  { workers = availableParallelism(), ...options }: Partial<WorkerPoolOptions> = {},
): Promise<readonly VariantFigures[]> {
  const tasks = variants.map(({ scenario, seed }): VariantTask => ({ scenario, seed }));
  return runOnWorkers<VariantFigures>(WORKER, tasks, { workers, ...options });
}

// Built, it is JavaScript beside this file.
const WORKER: URL = new URL(import.meta.url.endsWith('.ts') ? './variant-worker.ts' : './variant-worker.js', import.meta.url);
