import type { Scenario } from '@srvkit/simulator';

/** The same scenario with so many clients in all, each group in proportion and none empty. */
export function withClients(scenario: Scenario, total: number): Scenario {
  const before = [...scenario.clients.values()].reduce((sum, { count }) => sum + count, 0);
  const clients = [...scenario.clients].map(
    ([name, group]) => [name, { ...group, count: Math.max(1, Math.round((group.count * total) / before)) }] as const,
  );
  return { ...scenario, clients: new Map(clients) };
}
