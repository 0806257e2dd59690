import type { Estate } from './estate.ts';
import type { Group } from './population.ts';
import type { Scenario } from './scenario/scenario.ts';
import type { Snapshot } from './snapshot.ts';
import type { Tally } from './tally.ts';

/** What a run hands over at its end. */
export interface RunResult {
  readonly scenario: Scenario;
  readonly estate: Estate;
  readonly tally: Tally;
  readonly groups: readonly Group[];
  /** Activations of each host by the exact law. */
  readonly expected: readonly number[];
  /** At each event of the timeline, before it. */
  readonly snapshots: readonly Snapshot[];
  readonly last: Snapshot;
}
