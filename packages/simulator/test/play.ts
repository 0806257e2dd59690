import { readFileSync } from 'node:fs';
import { parseScenario, simulate } from '../src/index.ts';
import type { SimulationReport } from '../src/index.ts';

/** Plays a scenario that is written as an object. */
export function play(scenario: object, seed = 1): SimulationReport {
  return simulate(parseScenario(JSON.stringify(scenario)), { seed });
}

/** Plays one of fixtures/scenarios, with all of its clients or a part of each group. */
export function playFixture(name: string, part = 1): SimulationReport {
  const text = readFileSync(new URL(`../../../fixtures/scenarios/${name}.yaml`, import.meta.url), 'utf8');
  const scenario = parseScenario(text, { file: name });
  const clients = [...scenario.clients].map(
    ([group, all]) => [group, { ...all, count: Math.max(1, Math.round(all.count * part)) }] as const,
  );
  return simulate({ ...scenario, clients: new Map(clients) });
}

export function hostNamed(report: SimulationReport, name: string): SimulationReport['hosts'][number] {
  const host = report.hosts.find((each) => each.name === name);
  if (host === undefined) throw new Error(`there is no host ${name}`);
  return host;
}
