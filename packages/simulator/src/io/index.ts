export { playVariants } from './play-variants.ts';
export { WorkerFailure } from './worker-pool.ts';
export type { WorkerPoolOptions } from './worker-pool.ts';
