import { compareReports } from '@srvkit/simulator';
import { UsageError } from '../exit.ts';
import type { Io } from '../io.ts';
import { renderComparison } from '../render/comparison.ts';
import { styleFor } from '../render/style.ts';
import { clearProgress } from './progress-bar.ts';
import { readScenario } from './read-scenario.ts';
import { runScenario } from './run-scenario.ts';
import { speedLine } from './speed-line.ts';

interface CompareValues {
  readonly seed: number | undefined;
  readonly report: string | undefined;
  readonly csv: string | undefined;
  readonly compare: string;
  readonly json: boolean;
}

/** `simulate SCENARIO --compare SCENARIO`: plays both and shows them side by side. */
export async function compareScenarios(path: string, values: CompareValues, io: Io): Promise<void> {
  if ((values.report ?? values.csv) !== undefined)
    throw new UsageError('--compare shows two scenarios: play one of them alone for --report or --csv');
  const scenario = await readScenario(path, io.signal);
  const other = await readScenario(values.compare, io.signal);
  const startedAt = io.now();
  const reports = [await runScenario(scenario, values.seed, io), await runScenario(other, values.seed, io)] as const;
  const comparison = compareReports(...reports);
  clearProgress(io);
  io.stderr.write(speedLine(reports, io.now() - startedAt));
  io.stdout.write(values.json ? `${JSON.stringify(comparison)}\n` : renderComparison(comparison, styleFor(io.stdout)));
}
