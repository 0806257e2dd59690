import { Worker } from 'node:worker_threads';

/** What a worker thread says about the task it was given. */
export type WorkerWord<Result> =
  | { readonly kind: 'progress'; /** From 0 to 1. */ readonly done: number }
  | { readonly kind: 'finished'; readonly result: Result };

export interface WorkerPoolOptions {
  /** How many threads at most. */
  readonly workers: number;
  /** Ends all threads at once. */
  readonly signal?: AbortSignal;
  /** Told how much of all tasks is done, from 0 to 1. */
  readonly onProgress?: (done: number) => void;
  /** Memory of the language's heap that each thread may use, in MiB; Node's own limit unless given. */
  readonly heapMiB?: number;
}

/** A thread ended without a result for a task. */
export class WorkerFailure extends Error {
  override readonly name = 'WorkerFailure';
  readonly code: 'OUT_OF_MEMORY' | 'CRASHED';
  /** Which task, counted from 0. */
  readonly task: number;

  constructor(code: 'OUT_OF_MEMORY' | 'CRASHED', task: number, cause: unknown) {
    super(`task ${task}: the thread that ran it ${code === 'CRASHED' ? 'crashed' : 'ran out of memory'}`, { cause });
    this.code = code;
    this.task = task;
  }
}

/**
 * Gives tasks to threads that run `file`, the next task to whichever is free, and resolves to the results in the order of the tasks. A
 * thread that fails ends them all with a `WorkerFailure`; an aborted signal, with its own reason. When it settles no thread is left.
 */
export async function runOnWorkers<Result>(
  file: URL,
  tasks: readonly unknown[],
  { workers, signal, onProgress, heapMiB }: WorkerPoolOptions,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const threads = new Set<Worker>();
  const progress = tasks.map(() => 0);
  const waiting = [...tasks.entries()];

  const keepBusy = async (): Promise<void> => {
    signal?.throwIfAborted();
    // Without the process's own flags: some, such as --input-type, are for its main program alone.
    const thread = new Worker(file, { execArgv: [], ...(heapMiB && { resourceLimits: { maxOldGenerationSizeMb: heapMiB } }) });
    threads.add(thread);
    for (let given = waiting.shift(); given !== undefined; given = waiting.shift()) {
      const [index, task] = given;
      const onDone = (done: number): void => {
        progress[index] = done;
        onProgress?.(progress.reduce((sum, each) => sum + each, 0) / tasks.length);
      };
      results[index] = await runTask<Result>({ thread, task, index, signal, onDone });
      onDone(1);
      signal?.throwIfAborted();
    }
    await thread.terminate();
  };

  try {
    await Promise.all(Array.from({ length: Math.min(workers, tasks.length) }, keepBusy));
    return results;
  } finally {
    await Promise.all([...threads].map((thread) => thread.terminate()));
  }
}

interface GivenTask {
  readonly thread: Worker;
  readonly task: unknown;
  readonly index: number;
  readonly signal: AbortSignal | undefined;
  readonly onDone: (done: number) => void;
}

function runTask<Result>({ thread, task, index, signal, onDone }: GivenTask): Promise<Result> {
  const { promise, resolve, reject } = Promise.withResolvers<Result>();
  const onMessage = (word: WorkerWord<Result>): void => {
    if (word.kind === 'finished') resolve(word.result);
    else onDone(word.done);
  };
  const onError = (error: unknown): void => reject(new WorkerFailure(isOutOfMemory(error) ? 'OUT_OF_MEMORY' : 'CRASHED', index, error));
  const onExit = (status: number): void => reject(new WorkerFailure('CRASHED', index, new Error(`the thread ended with status ${status}`)));
  const onAbort = (): void => reject(signal?.reason);
  thread.on('message', onMessage).on('error', onError).on('exit', onExit);
  signal?.addEventListener('abort', onAbort);
  thread.postMessage(task, []);
  return promise.finally(() => {
    thread.off('message', onMessage).off('error', onError).off('exit', onExit);
    signal?.removeEventListener('abort', onAbort);
  });
}

// A heap that is full ends the thread; tables of clients that do not fit are a RangeError of the allocation.
function isOutOfMemory(error: unknown): boolean {
  return error instanceof RangeError || (error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY');
}
