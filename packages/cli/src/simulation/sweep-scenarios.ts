import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { renderSweepReport } from '@srvkit/simulator/report';
import { makeSweepInSteps, sweepCsv, sweepReport } from '@srvkit/simulator/sweep';
import type { Knob, ScenarioSource, Sweep, SweepOptions, SweepReport, VariantFigures } from '@srvkit/simulator/sweep';
import { playVariants, WorkerFailure } from '@srvkit/simulator/workers';
import { readable, readInput } from '../input-file.ts';
import type { Io } from '../io.ts';
import { checkOutput, writeOutputs } from '../output-file.ts';
import type { OutputFile } from '../output-file.ts';
import { styleFor } from '../render/style.ts';
import { renderSweep } from '../render/sweep.ts';
import { clearProgress, showProgress } from './progress-bar.ts';
import { speedLine } from './speed-line.ts';
import { variantFailure } from './variant-failure.ts';

interface SweepValues {
  readonly sweep: readonly Knob[];
  readonly seeds: number | undefined;
  readonly seed: number | undefined;
  readonly workers: number | undefined;
  readonly report: string | undefined;
  readonly csv: string | undefined;
  readonly json: boolean;
}

/** `simulate SCENARIO --sweep PATH=VALUES --seeds N`, of one scenario or of two: plays every variant on all cores and shows them together. */
export async function sweepScenarios(paths: readonly string[], values: SweepValues, io: Io): Promise<void> {
  if (values.report !== undefined) await checkOutput(values.report);
  if (values.csv !== undefined) await checkOutput(join(values.csv, 'variants.csv'));
  const { seeds = 1, seed } = values;
  const sources = await Promise.all(paths.map(async (file) => ({ text: (await readInput(file, io.signal)).bytes.toString('utf8'), file })));
  const sweep = await makeAll(sources, { knobs: values.sweep, seeds, ...(seed === undefined ? {} : { seed }) }, io);
  const startedAt = io.now();
  const report = sweepReport(sweep, await playAll(sweep, values.workers, io));
  await writeOutputs([
    ...(values.report === undefined ? [] : [{ path: values.report, text: renderSweepReport(report) }]),
    ...(values.csv === undefined ? [] : sweepFiles(values.csv, report)),
  ]);
  clearProgress(io);
  io.stderr.write(speedLine(report.variants, io.now() - startedAt));
  io.stdout.write(values.json ? `${JSON.stringify(report)}\n` : renderSweep(report, styleFor(io.stdout)));
}

// Between the steps signals are heard: a thousand variants of a large scenario take their time.
async function makeAll(sources: readonly ScenarioSource[], options: SweepOptions, io: Io): Promise<Sweep> {
  const startedAt = io.now();
  const steps = makeSweepInSteps(sources, options);
  try {
    for (;;) {
      const step = readable(() => steps.next());
      if (step.done === true) return step.value;
      showProgress(step.value, 'of the variants are checked', startedAt, io);
      await setImmediate();
      io.signal.throwIfAborted();
    }
  } finally {
    clearProgress(io);
  }
}

async function playAll(sweep: Sweep, workers: number | undefined, io: Io): Promise<readonly VariantFigures[]> {
  const startedAt = io.now();
  const what = `of ${sweep.variants.length} variants`;
  try {
    return await playVariants(sweep.variants, {
      ...(workers === undefined ? {} : { workers }),
      signal: io.signal,
      onProgress: (done) => showProgress(done, what, startedAt, io),
    });
  } catch (error) {
    clearProgress(io);
    throw error instanceof WorkerFailure ? variantFailure(sweep, error) : error;
  }
}

function sweepFiles(folder: string, report: SweepReport): readonly OutputFile[] {
  return [...sweepCsv(report)].map(([name, text]) => ({ path: join(folder, name), text }));
}
