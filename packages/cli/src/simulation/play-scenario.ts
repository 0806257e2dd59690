import { join } from 'node:path';
import { csvSeries } from '@srvkit/simulator';
import type { SimulationReport } from '@srvkit/simulator';
import { renderHtmlReport } from '@srvkit/simulator/report';
import { checkReplaceable } from '../input-file.ts';
import type { Io } from '../io.ts';
import { writeOutput } from '../output-file.ts';
import { renderSimulation } from '../render/simulation.ts';
import { styleFor } from '../render/style.ts';
import { clearProgress } from './progress-bar.ts';
import { readScenario } from './read-scenario.ts';
import { runScenario } from './run-scenario.ts';

interface PlayValues {
  readonly seed: number | undefined;
  readonly report: string | undefined;
  readonly csv: string | undefined;
  readonly json: boolean;
}

/** `simulate SCENARIO`: plays one scenario, prints what came out, and writes it where flags say. */
export async function playScenario(path: string, values: PlayValues, io: Io): Promise<void> {
  if (values.report !== undefined) await checkReplaceable(values.report);
  if (values.csv !== undefined) await checkReplaceable(join(values.csv, 'hosts.csv'));
  const scenario = await readScenario(path, io.signal);
  const startedAt = io.now();
  const report = await runScenario(scenario, values.seed, io);
  if (values.report !== undefined) await writeOutput(values.report, renderHtmlReport(report));
  if (values.csv !== undefined) {
    for (const [name, series] of csvSeries(report)) await writeOutput(join(values.csv, name), series);
  }
  clearProgress(io);
  io.stderr.write(`${speed(report, io.now() - startedAt)}\n`);
  io.stdout.write(values.json ? `${JSON.stringify(report)}\n` : renderSimulation(report, styleFor(io.stdout)));
}

// Not part of the document, which is the same on every machine.
function speed({ activations }: SimulationReport, elapsedMs: number): string {
  const passes = activations.succeeded + activations.failed;
  const rate = elapsedMs > 0 ? `, ${Math.round(passes / elapsedMs)} thousand a second` : '';
  return `${passes} passes in ${(elapsedMs / 1000).toFixed(1)} s${rate}, ${Math.round(process.memoryUsage.rss() / 2 ** 20)} MiB resident`;
}
