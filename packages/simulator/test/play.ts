import { readFileSync } from 'node:fs';
import { parseScenario, simulate } from '../src/index.ts';
import type { SimulationReport } from '../src/index.ts';

/** Plays a scenario that is written as an object. */
export function play(scenario: object, seed = 1): SimulationReport {
  return simulate(parseScenario(JSON.stringify(scenario)), { seed });
}

/** Plays one of fixtures/scenarios. */
export function playFixture(name: string): SimulationReport {
  return simulate(
    parseScenario(readFileSync(new URL(`../../../fixtures/scenarios/${name}.yaml`, import.meta.url), 'utf8'), { file: name }),
  );
}

export function hostNamed(report: SimulationReport, name: string): SimulationReport['hosts'][number] {
  const host = report.hosts.find((each) => each.name === name);
  if (host === undefined) throw new Error(`there is no host ${name}`);
  return host;
}
