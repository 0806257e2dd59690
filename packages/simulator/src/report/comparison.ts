import type { HostReport, SimulationReport, SiteReport } from './simulation-report.ts';

/** A figure of the first scenario and of the second; null where a scenario has no such thing. */
export type Pair<T> = readonly [T | null, T | null];

/** Two simulations side by side: the document of `simulate --compare`. */
export interface Comparison {
  readonly v: 1;
  readonly scenarios: readonly [string, string];
  readonly seeds: readonly [number, number];
  readonly clients: readonly [number, number];
  readonly succeeded: readonly [number, number];
  readonly failed: readonly [number, number];
  /** By name: those of the first scenario, then those that only the second has. */
  readonly hosts: readonly { readonly name: string; readonly activations: Pair<number>; readonly share: Pair<number> }[];
  readonly sites: readonly {
    readonly name: string;
    readonly crossings: Pair<number>;
    readonly failed: Pair<number>;
    readonly licensed: Pair<number>;
    readonly failOverP95Ms: Pair<number>;
    readonly outOfServiceP95Ms: Pair<number>;
  }[];
  /** What was found in one of them alone. */
  readonly findings: readonly [readonly string[], readonly string[]];
}

/** Puts two reports side by side. */
export function compareReports(first: SimulationReport, second: SimulationReport): Comparison {
  return {
    v: 1,
    scenarios: [first.scenario, second.scenario],
    seeds: [first.seed, second.seed],
    clients: [first.clients, second.clients],
    succeeded: [first.activations.succeeded, second.activations.succeeded],
    failed: [first.activations.failed, second.activations.failed],
    hosts: matched(first.hosts, second.hosts).map(([name, ...both]) => ({
      name,
      activations: figure<HostReport>(both, ({ activations }) => activations),
      share: figure<HostReport>(both, ({ share }) => share),
    })),
    sites: matched(first.sites, second.sites).map(([name, ...both]) => ({
      name,
      crossings: figure<SiteReport>(both, ({ wan }) => wan.crossings),
      failed: figure<SiteReport>(both, ({ failed }) => failed),
      licensed: figure<SiteReport>(both, ({ states }) => states.licensed + states.connected),
      failOverP95Ms: figure<SiteReport>(both, ({ timeToFailOver }) => timeToFailOver?.p95Ms ?? null),
      outOfServiceP95Ms: figure<SiteReport>(both, ({ timeOutOfService }) => timeOutOfService?.p95Ms ?? null),
    })),
    findings: [without(first.findings, second.findings), without(second.findings, first.findings)],
  };
}

type Both<T> = readonly [T | undefined, T | undefined];

function matched<T extends { readonly name: string }>(
  first: readonly T[],
  second: readonly T[],
): readonly (readonly [string, ...Both<T>])[] {
  const names = new Set([...first, ...second].map(({ name }) => name));
  const named = (all: readonly T[], wanted: string): T | undefined => all.find(({ name }) => name === wanted);
  return [...names].map((name) => [name, named(first, name), named(second, name)]);
}

function figure<T>([first, second]: Both<T>, read: (of: T) => number | null): Pair<number> {
  return [first === undefined ? null : read(first), second === undefined ? null : read(second)];
}

function without(sentences: readonly string[], others: readonly string[]): readonly string[] {
  return sentences.filter((sentence) => !others.includes(sentence));
}
