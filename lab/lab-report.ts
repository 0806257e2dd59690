import type { Scenario } from '@srvkit/simulator';
import { Census, periodBegins } from './census.ts';
import type { Played } from './conductor.ts';
import { exactLaw } from './exact-law.ts';
import { predict } from './prediction.ts';
import type { Variant } from './stage.ts';
import { judge } from './verdict.ts';
import type { Verdict } from './verdict.ts';

/** What the lab saw beside what the simulator says: the document of `pnpm lab --json`. */
export interface LabReport extends Verdict {
  readonly v: 1;
  readonly scenario: string;
  readonly variant: Variant;
  /** Of the clients. */
  readonly seed: number;
  readonly clients: number;
  readonly hours: number;
  readonly processes: number;
  readonly realMs: number;
  /** Real passes, and the simulations that predict them. */
  readonly passes: number;
  readonly runs: number;
  /** When each period begins, in minutes, and what happened then. */
  readonly periods: readonly { readonly minute: number; readonly events: readonly string[] }[];
  /** Passes in which a host failed and another one served: how long they took from then on, in real time. Null without any. */
  readonly failovers: { readonly count: number; readonly medianMs: number; readonly worstMs: number } | null;
}

export interface CompareOptions {
  /** Of the simulations. */
  readonly seed: number;
  readonly runs: number;
  /** The chance of a false `differs`. */
  readonly level: number;
}

/** Compares what was played with what the simulator says about `scenario`, which is the same one unless somebody wants to see them differ. */
export function makeLabReport(scenario: Scenario, played: Played, { seed, runs, level }: CompareOptions): LabReport {
  const census = new Census(scenario);
  census.add(played.passes);
  const failovers = played.passes.flatMap(({ host, failoverMs }) => (host === null || failoverMs === null ? [] : [failoverMs]));
  return {
    v: 1,
    scenario: scenario.name,
    variant: played.variant,
    seed: played.seed,
    clients: [...scenario.clients.values()].reduce((sum, { count }) => sum + count, 0),
    hours: scenario.durationMinutes / 60,
    processes: played.processes,
    realMs: Math.round(played.realMs),
    passes: played.passes.length,
    runs,
    periods: periodBegins(scenario).map((minute) => ({
      minute,
      events: scenario.timeline.filter((event) => event.minute === minute).map(describe),
    })),
    failovers: spread(failovers),
    ...judge({ measured: census.counts(), simulated: predict(scenario, { seed, runs }), law: exactLaw(scenario) }, level),
  };
}

function describe(event: Scenario['timeline'][number]): string {
  if ('sites' in event) return `${event.kind} ${event.sites.join(' ')}`;
  return `${event.kind} ${event.host}`;
}

function spread(durations: readonly number[]): LabReport['failovers'] {
  const sorted = durations.toSorted((a, b) => a - b);
  const [medianMs, worstMs] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  return medianMs === undefined || worstMs === undefined ? null : { count: sorted.length, medianMs, worstMs };
}
