import { parseScenario, simulate } from '../src/index.ts';
import type { SimulationReport } from '../src/index.ts';

/** One site, one host, thirty clients, a crash on day 5. */
export const report: SimulationReport = simulate(
  parseScenario(`
name: small
duration: 10d
sites: { east: { search: [east.contoso.com] } }
hosts: { kms-e1: { site: east, publish: ['east.contoso.com, 10, 75'] } }
clients: { desktops: { site: east, count: 30 } }
timeline: [{ at: 5d, crash: kms-e1 }]
`),
  { seed: 1 },
);
