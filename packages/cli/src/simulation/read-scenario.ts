import { parseScenario } from '@srvkit/simulator';
import type { Scenario } from '@srvkit/simulator';
import { readable, readInput } from '../input-file.ts';

/** Reads a scenario file that the command line names. */
export async function readScenario(path: string, signal: AbortSignal): Promise<Scenario> {
  const { bytes } = await readInput(path, signal);
  return readable(() => parseScenario(bytes.toString('utf8'), { file: path }));
}
