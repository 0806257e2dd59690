import type { Estate } from '../estate/estate.ts';
import type { Group } from '../clients/population.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Snapshot } from '../tally/snapshot.ts';
import type { Tally } from '../tally/tally.ts';

/** What a run hands over at its end. */
export interface RunResult {
  readonly scenario: Scenario;
  readonly estate: Estate;
  readonly tally: Tally;
  readonly groups: readonly Group[];
  /** Activations of each host by the exact law; undefined when that cannot be computed. */
  readonly expected: readonly number[] | undefined;
  /** By the minute: at each event of the timeline, before it, and a week before each. */
  readonly snapshots: ReadonlyMap<number, Snapshot>;
  readonly last: Snapshot;
}
