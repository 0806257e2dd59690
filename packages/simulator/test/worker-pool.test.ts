import test from 'ava';
import { runOnWorkers, WorkerFailure } from '../src/io/worker-pool.ts';

// Threads are written here as text.
function worker(onTask: string): URL {
  const source = `import { parentPort } from 'node:worker_threads'; parentPort.on('message', (task) => { ${onTask} });`;
  return new URL(`data:text/javascript,${encodeURIComponent(source)}`);
}

const DOUBLE = worker(`
  parentPort.postMessage({ kind: 'progress', done: 0.5 });
  parentPort.postMessage({ kind: 'finished', result: 2 * task });
`);

for (const workers of [1, 2, 3, 8]) {
  test(`results of ${workers} threads are in the order of the tasks`, async (t) => {
    t.deepEqual(await runOnWorkers(DOUBLE, [5, 4, 3, 2, 1], { workers }), [10, 8, 6, 4, 2]);
  });
}

test('of no tasks there are no results', async (t) => {
  t.deepEqual(await runOnWorkers(DOUBLE, [], { workers: 2 }), []);
});

test('a slow task keeps nobody from the others', async (t) => {
  // The first task is finished by what the last one does: threads that went in step would never end.
  const shared = new Int32Array(new SharedArrayBuffer(4));
  const gate = worker(`
    if (task.opens) Atomics.store(task.gate, 0, 1), Atomics.notify(task.gate, 0);
    if (task.waits) Atomics.wait(task.gate, 0, 0);
    parentPort.postMessage({ kind: 'finished', result: task.id });
  `);
  const tasks = [{ id: 0, waits: true }, { id: 1 }, { id: 2 }, { id: 3, opens: true }].map((task) => ({ ...task, gate: shared }));
  t.deepEqual(await runOnWorkers(gate, tasks, { workers: 2 }), [0, 1, 2, 3]);
});

test('progress is that of all tasks and ends at 1', async (t) => {
  const told: number[] = [];
  await runOnWorkers(DOUBLE, [1, 2, 3, 4], { workers: 1, onProgress: (done) => told.push(done) });
  t.deepEqual(told, [0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1]);
});

const FAILURES: readonly (readonly [title: string, onTask: string, code: WorkerFailure['code']])[] = [
  ['that throws', `if (task === 2) throw new TypeError('no such host'); parentPort.postMessage({ kind: 'finished' });`, 'CRASHED'],
  ['that rejects', `if (task === 2) void Promise.reject(new Error('lost')); else parentPort.postMessage({ kind: 'finished' });`, 'CRASHED'],
  ['that leaves', `if (task === 2) process.exit(0); parentPort.postMessage({ kind: 'finished' });`, 'CRASHED'],
  [
    'whose tables do not fit',
    `if (task === 2) new Float64Array(2 ** 53 - 1); parentPort.postMessage({ kind: 'finished' });`,
    'OUT_OF_MEMORY',
  ],
  [
    'whose heap is full',
    `if (task === 2) for (const all = []; ; ) all.push({ all: [...all] }); parentPort.postMessage({ kind: 'finished' });`,
    'OUT_OF_MEMORY',
  ],
];

for (const [title, onTask, code] of FAILURES) {
  test(`a thread ${title} fails as the task it had`, async (t) => {
    const error = await t.throwsAsync(runOnWorkers(worker(onTask), [0, 1, 2, 3, 4], { workers: 2, heapMiB: 20 }), {
      instanceOf: WorkerFailure,
    });
    t.is(error?.code, code);
    t.is(error?.task, 2);
    t.truthy(error?.cause);
  });
}

test('a thread that cannot be loaded fails as its first task', async (t) => {
  const error = await t.throwsAsync(runOnWorkers(new URL('data:text/javascript,syntax error'), ['only'], { workers: 1 }), {
    instanceOf: WorkerFailure,
  });
  t.is(error?.task, 0);
});

test('an aborted signal ends threads that listen to nobody, with its own reason', async (t) => {
  const interruption = new AbortController();
  const reason = new Error('enough');
  // Told by the thread itself that it is now deaf.
  const deaf = worker(`parentPort.postMessage({ kind: 'progress', done: 0 }); setImmediate(() => { for (;;); });`);
  const running = runOnWorkers(deaf, [1, 2, 3], { workers: 2, signal: interruption.signal, onProgress: () => interruption.abort(reason) });
  t.is(await t.throwsAsync(running), reason);
});

test('a signal that was aborted before begins nothing', async (t) => {
  const reason = new Error('never mind');
  const never = worker(`throw new Error('begun');`);
  t.is(await t.throwsAsync(runOnWorkers(never, [1], { workers: 1, signal: AbortSignal.abort(reason) })), reason);
});

test('a signal that is aborted between two tasks is heard', async (t) => {
  const interruption = new AbortController();
  const reason = new Error('enough');
  const onProgress = (done: number): void => (done === 0.5 ? interruption.abort(reason) : undefined);
  const plain = worker(`parentPort.postMessage({ kind: 'finished', result: task });`);
  t.is(await t.throwsAsync(runOnWorkers(plain, [1, 2], { workers: 1, signal: interruption.signal, onProgress })), reason);
});
