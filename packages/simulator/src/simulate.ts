import { DEFAULT_INTERVALS, nextActivation } from '@srvkit/kms';
import { Agenda } from './estate/agenda.ts';
import { ClientPass } from './clients/client-pass.ts';
import { Calendar, createBatch } from './clients/calendar.ts';
import {
  ARRIVED_AT,
  CLIENT,
  createClientTable,
  FAILED_AT,
  GROUP_AND_HOST,
  PASSES,
  SUCCEEDED_AT,
  WORDS_SHIFT,
} from './clients/client-table.ts';
import { enterArrivals } from './clients/enter-arrivals.ts';
import { Estate } from './estate/estate.ts';
import { Expectation } from './clients/expectation.ts';
import type { LicenceSeries } from './tally/licence-series.ts';
import { makeGroups, nextQualifyingEvent, placeAt } from './clients/population.ts';
import type { Group } from './clients/population.ts';
import { makeReport } from './report/make-report.ts';
import type { SimulationReport } from './report/simulation-report.ts';
import type { Scenario } from './scenario/scenario.ts';
import { takeSnapshot } from './tally/snapshot.ts';
import type { Snapshot } from './tally/snapshot.ts';
import { Tally } from './tally/tally.ts';
import { weekBefore } from './report/timeline-report.ts';

/** Options of `simulate`. */
export interface SimulateOptions {
  /** In place of the scenario's. An unsigned 32-bit integer. */
  readonly seed?: number;
  /** Called now and then with how far the simulated time has come. */
  readonly onProgress?: (progress: Progress) => void;
  /** Called after every pass of every client, in the order of time: to count what the report does not. */
  readonly onPass?: (pass: PlayedPass) => void;
}

/** One pass of one client, `member` of its group. */
export interface PlayedPass {
  readonly minute: number;
  readonly group: string;
  readonly member: number;
  /** The host that served it, by its name in the scenario; null when none did. */
  readonly host: string | null;
  /** The first that failed it in this pass, null when none did: a host by its name in the scenario, any other target by its domain name. */
  readonly failedFirst: string | null;
}

/** How far a simulation has come. */
export interface Progress {
  readonly minute: number;
  readonly durationMinutes: number;
  readonly activations: number;
}

const PROGRESS_STEPS = 200;

/**
 * Plays a scenario to its end. The same scenario and seed give the same report, on every machine: nothing is taken from a clock or from
 * chance. Throws a `RangeError` for a seed that is not an unsigned 32-bit integer.
 */
export function simulate(scenario: Scenario, options: SimulateOptions = {}): SimulationReport {
  const simulation = playInSteps(scenario, options);
  for (;;) {
    const step = simulation.next();
    if (step.done === true) return step.value;
    options.onProgress?.(step.value);
  }
}

/**
 * `simulate` in some 200 steps, after each of which it yields how far it has come: for a caller that has other things to do in between, or
 * that must be able to stop. Throws as `simulate` does.
 */
export function* playInSteps(
  scenario: Scenario,
  options: Pick<SimulateOptions, 'seed' | 'onPass'> = {},
): Generator<Progress, SimulationReport, undefined> {
  const seed = options.seed ?? scenario.seed;
  if (seed >>> 0 !== seed) throw new RangeError(`seed ${seed} is not an unsigned 32-bit integer: use 0..4294967295`);
  const run = new Run({ ...scenario, seed }, options.onPass);
  yield* run.play();
  return run.report();
}

/** One simulation under way: minute after minute, what is on the agenda and then the clients that are due. */
class Run {
  readonly #scenario: Scenario;
  readonly #estate: Estate;
  readonly #agenda: Agenda;
  readonly #groups: readonly Group[];
  readonly #words: Int32Array;
  readonly #calendar: Calendar;
  readonly #batch = createBatch();
  readonly #tally: Tally;
  readonly #expectation: Expectation;
  readonly #pass: ClientPass;
  readonly #snapshots = new Map<number, Snapshot>();
  readonly #snapshotMinutes: ReadonlySet<number>;
  readonly #onPass: SimulateOptions['onPass'];

  constructor(scenario: Scenario, onPass: SimulateOptions['onPass']) {
    this.#scenario = scenario;
    this.#onPass = onPass;
    this.#estate = new Estate(scenario);
    this.#agenda = new Agenda(scenario);
    this.#snapshotMinutes = new Set(scenario.timeline.flatMap(({ minute }) => [minute, weekBefore(minute)]));
    this.#groups = makeGroups(scenario);
    const [first] = this.#groups;
    if (first === undefined) throw new RangeError('a scenario without clients cannot be played');
    this.#words = createClientTable(this.#groups.reduce((sum, { count }) => sum + count, 0));
    this.#calendar = new Calendar(this.#words.length >> WORDS_SHIFT, scenario.durationMinutes);
    this.#tally = new Tally(this.#estate.hosts.length, this.#estate.siteDns.length, scenario.durationMinutes);
    this.#expectation = new Expectation(this.#estate);
    this.#pass = new ClientPass(this.#estate, this.#words, this.#tally, first);
    enterArrivals(this.#groups, this.#words, this.#calendar, scenario.durationMinutes);
  }

  *play(): Generator<Progress, void, undefined> {
    const { durationMinutes } = this.#scenario;
    const step = Math.max(1, Math.floor(durationMinutes / PROGRESS_STEPS));
    for (let minute = 0; minute < durationMinutes; minute += 1) {
      this.#happen(minute);
      this.#visitAll(minute);
      if (minute % step === 0) yield { minute, durationMinutes, activations: this.#tally.succeeded };
    }
    this.#happen(durationMinutes);
  }

  report(): SimulationReport {
    return makeReport({
      scenario: this.#scenario,
      estate: this.#estate,
      tally: this.#tally,
      groups: this.#groups,
      expected: this.#expectation.result(),
      snapshots: this.#snapshots,
      last: takeSnapshot(this.#scenario.durationMinutes, this.#tally),
    });
  }

  #happen(minute: number): void {
    this.#estate.replicateDue(minute);
    if (this.#snapshotMinutes.has(minute)) this.#snapshots.set(minute, takeSnapshot(minute, this.#tally));
    for (const act of this.#agenda.at(minute)) act(this.#estate, minute);
  }

  #visitAll(minute: number): void {
    let count = this.#calendar.take(minute, this.#batch);
    if (count > 0) this.#expectation.beginMinute();
    this.#tally.beginMinute(minute);
    for (; count > 0; count = this.#calendar.take(minute, this.#batch)) {
      for (let at = 0; at < count; at += 1) this.#visit(this.#batch[at] ?? 0, minute);
    }
  }

  /** One attempt of a client, and when the next one is. */
  #visit(row: number, now: number): void {
    const words = this.#words;
    const word = row << WORDS_SHIFT;
    const client = words[word + CLIENT] ?? 0;
    const group = this.#groups[(words[word + GROUP_AND_HOST] ?? 0) >> 16];
    if (group === undefined) return;
    const population = group.away.length === 0 ? group.home : placeAt(group, client - group.first, now);
    if (words[word + PASSES] === -1) this.#arrive(word, group, now);
    const served = this.#pass.run(word, group, population, now);
    this.#tally.passes += 1;
    if (this.#onPass !== undefined) this.#tell(this.#onPass, group, client, now);
    const succeededAt = words[word + SUCCEEDED_AT] ?? -1;
    const failedAt = words[word + FAILED_AT] ?? -1;
    const site = this.#tally.sites[population.site];
    const home = this.#tally.sites[group.home.site];
    if (site === undefined || home === undefined) return;
    if (served) {
      this.#tally.succeeded += 1;
      this.#expectation.activated(group, population, now);
      const { elapsedMs, firstFailureMs } = this.#pass;
      if (firstFailureMs >= 0) site.toFailOver.add(elapsedMs - firstFailureMs);
      if (succeededAt < 0) site.toActivate.add((now - (words[word + ARRIVED_AT] ?? now)) * 60_000 + elapsedMs);
      else if (failedAt >= 0) {
        site.outOfService.add((now - failedAt) * 60_000 + elapsedMs);
        home.unserved -= 1;
      }
      this.#changeState(group, home.licences, word, true, now);
      words[word + SUCCEEDED_AT] = now;
      words[word + FAILED_AT] = -1;
    } else {
      site.failed += 1;
      const { bin } = this.#tally;
      site.failedBins[bin] = (site.failedBins[bin] ?? 0) + 1;
      this.#changeState(group, home.licences, word, false, now);
      if (failedAt < 0) {
        words[word + FAILED_AT] = now;
        if (succeededAt >= 0) home.unserved += 1;
      }
    }
    this.#calendar.enter(row, Math.max(now + 1, this.#nextAttempt(word, client, group, served, now)));
  }

  #tell(onPass: (pass: PlayedPass) => void, group: Group, client: number, minute: number): void {
    const { servedBy, failedFirst } = this.#pass;
    const host = this.#estate.hosts[servedBy]?.name ?? null;
    onPass({ minute, group: group.name, member: client - group.first, host, failedFirst: this.#estate.endpoints.nameOf(failedFirst) });
  }

  #nextAttempt(word: number, client: number, group: Group, served: boolean, now: number): number {
    if (!group.isActivation) return now + (served ? group.profile.everyMinutes : group.profile.retryMinutes);
    const answeredBy = (this.#words[word + GROUP_AND_HOST] ?? 0) & 0xffff;
    const host = answeredBy === 0 ? undefined : this.#estate.hosts[answeredBy - 1];
    const failedAt = this.#words[word + FAILED_AT] ?? -1;
    const renewalFailed = !served && (this.#words[word + SUCCEEDED_AT] ?? -1) >= 0;
    return nextActivation(
      {
        at: now,
        activated: served,
        renewalFailedAt: renewalFailed ? failedAt : undefined,
        nextEventAt: renewalFailed ? nextQualifyingEvent(group, client - group.first, now) : Infinity,
      },
      // The host's values hold from its first answer on (kms T-01).
      host === undefined ? DEFAULT_INTERVALS : host.intervals,
    );
  }

  #arrive(word: number, group: Group, now: number): void {
    this.#words[word + ARRIVED_AT] = now;
    const home = this.#tally.sites[group.home.site];
    if (group.isActivation) home?.licences.installed(now);
    else home?.licences.connection(now, undefined, 'disconnected');
  }

  // States are those of the clients' home, wherever they are.
  #changeState(group: Group, licences: LicenceSeries, word: number, served: boolean, now: number): void {
    const succeededAt = this.#words[word + SUCCEEDED_AT] ?? -1;
    if (group.isActivation) {
      if (served) licences.activated(now, this.#words[word + ARRIVED_AT] ?? 0, succeededAt < 0 ? undefined : succeededAt);
      return;
    }
    const wasConnected = succeededAt >= 0 && (this.#words[word + FAILED_AT] ?? -1) < 0;
    if (served !== wasConnected)
      licences.connection(now, wasConnected ? 'connected' : 'disconnected', served ? 'connected' : 'disconnected');
  }
}
