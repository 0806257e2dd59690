import { join } from 'node:path';
import { csvSeries } from '@srvkit/simulator';
import type { SimulationReport } from '@srvkit/simulator';
import { renderHtmlReport } from '@srvkit/simulator/report';
import type { Io } from '../io.ts';
import { checkOutput, writeOutputs } from '../output-file.ts';
import type { OutputFile } from '../output-file.ts';
import { renderSimulation } from '../render/simulation.ts';
import { styleFor } from '../render/style.ts';
import { clearProgress } from './progress-bar.ts';
import { readScenario } from './read-scenario.ts';
import { runScenario } from './run-scenario.ts';
import { speedLine } from './speed-line.ts';

interface PlayValues {
  readonly seed: number | undefined;
  readonly report: string | undefined;
  readonly csv: string | undefined;
  readonly json: boolean;
}

/** `simulate SCENARIO`: plays one scenario, prints what came out, and writes it where flags say. */
export async function playScenario(path: string, values: PlayValues, io: Io): Promise<void> {
  if (values.report !== undefined) await checkOutput(values.report);
  if (values.csv !== undefined) await checkOutput(join(values.csv, 'hosts.csv'));
  const scenario = await readScenario(path, io.signal);
  const startedAt = io.now();
  const report = await runScenario(scenario, values.seed, io);
  await writeOutputs([
    ...(values.report === undefined ? [] : [{ path: values.report, text: renderHtmlReport(report) }]),
    ...(values.csv === undefined ? [] : seriesFiles(values.csv, report)),
  ]);
  clearProgress(io);
  io.stderr.write(speedLine([report], io.now() - startedAt));
  io.stdout.write(values.json ? `${JSON.stringify(report)}\n` : renderSimulation(report, styleFor(io.stdout)));
}

function seriesFiles(folder: string, report: SimulationReport): readonly OutputFile[] {
  return [...csvSeries(report)].map(([name, text]) => ({ path: join(folder, name), text }));
}
