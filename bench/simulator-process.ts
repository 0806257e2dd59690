import { readFileSync } from 'node:fs';
import { parseScenario, simulate } from '@srvkit/simulator';

// Plays fixtures/scenarios/worldwide.yaml once with so many times its 1,000,000 clients, in a process of its own, so that memory is its own.
const factor = Number(process.argv[2]);
const scenario = parseScenario(readFileSync(new URL('../fixtures/scenarios/worldwide.yaml', import.meta.url), 'utf8'));
const clients = new Map(
  [...scenario.clients].map(([name, group]) => [name, { ...group, count: Math.max(1, Math.round(group.count * factor)) }]),
);
const before = process.memoryUsage();
const start = process.hrtime.bigint();
const report = simulate({ ...scenario, clients });
const seconds = Number(process.hrtime.bigint() - start) / 1e9;
const after = process.memoryUsage();
const passes = report.activations.succeeded + report.activations.failed;
process.send?.({
  perSecond: passes / seconds,
  seconds,
  residentMiB: after.rss / 2 ** 20,
  // What holds clients and calendar: memory outside the heap of objects.
  octetsAClient: (after.arrayBuffers - before.arrayBuffers) / report.clients,
});
