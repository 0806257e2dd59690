import type { Scenario } from '@srvkit/simulator';

/** One pass of one client: what a simulation tells of it, and what a client in a process of its own does. */
export interface Pass {
  readonly minute: number;
  readonly group: string;
  readonly member: number;
  /** The host that served it, null for none; and the first that failed it before. */
  readonly host: string | null;
  readonly failedFirst: string | null;
}

/** What is counted: by whom clients were served, to whom they failed over, how long after an event they did, and how often they asked. */
export type Question = 'share' | 'failover' | 'delay' | 'passes';

/** How many of a group, in a period between two events, did what `category` says. */
export interface Count {
  readonly question: Question;
  /** Counts from 0: what is before the first event. */
  readonly period: number;
  readonly group: string;
  /** A host or `nobody`; for `failover` both, as `kms-e1 > kms-e2`; for `delay` as `in 15m`; for `passes` their number. */
  readonly category: string;
  readonly count: number;
  readonly of: number;
}

const NOBODY = 'nobody';
const DELAY_PARTS = 4;

/**
 * Counts passes such that what is counted under one question, period and group are independent trials, as the tests on it need. Clients that
 * remember their host draw once, and then stay: of them, clients are counted (by the last pass of a period, or the first). Of the others,
 * every pass is a draw of its own.
 */
export class Census {
  readonly #scenario: Scenario;
  readonly #begins: readonly number[];
  readonly #trials = new Map<string, Trials>();

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#begins = periodBegins(scenario);
  }

  /** Adds a whole run: its passes in the order of time. */
  add(passes: Iterable<Pass>): void {
    const groups = new Map(
      [...this.#scenario.clients].map(([name, { count }]) => [name, Array.from({ length: count }, () => this.#noPasses())]),
    );
    for (const pass of passes) {
      const period = this.#begins.findLastIndex((minute) => minute <= pass.minute);
      const seen = groups.get(pass.group)?.[pass.member]?.[period];
      if (seen === undefined) throw new RangeError(`a pass of ${pass.group} ${pass.member}, who is not in the scenario`);
      seen.passes += 1;
      seen.first ??= pass;
      seen.last = pass;
      if (isFailover(pass)) seen.failover ??= pass;
      if (!this.#remembers(pass.group)) this.#draw(pass, period);
    }
    for (const [group, clients] of groups) for (const periods of clients) this.#close(group, periods);
  }

  counts(): readonly Count[] {
    return [...this.#trials.values()].flatMap(({ categories, ...key }) => {
      const of = [...categories.values()].reduce((sum, count) => sum + count, 0);
      return [...categories].map(([category, count]) => ({ ...key, category, count, of }));
    });
  }

  #noPasses(): Seen[] {
    return this.#begins.map(() => ({ passes: 0, first: undefined, last: undefined, failover: undefined }));
  }

  #remembers(group: string): boolean {
    return this.#scenario.clients.get(group)?.caching ?? true;
  }

  #draw(pass: Pass, period: number): void {
    for (const [question, category] of categoriesOf(pass)) this.#count(question, period, pass.group, category);
  }

  #close(group: string, periods: readonly Seen[]): void {
    for (const [period, { passes, first, last, failover }] of periods.entries()) {
      this.#count('passes', period, group, `${passes}`);
      if (period > 0) this.#count('delay', period, group, this.#delayOf(failover, period, group));
      if (first === undefined || last === undefined || !this.#remembers(group)) continue;
      this.#count('share', period, group, servedBy(last));
      this.#count('failover', period, group, failoverOf(first));
    }
  }

  // Of the time between two passes of a client that is served.
  #delayOf(failover: Pass | undefined, period: number, group: string): string {
    if (failover === undefined) return NO_FAILOVER;
    const every = this.#scenario.profiles.get(this.#scenario.clients.get(group)?.profile ?? '')?.everyMinutes ?? 60;
    const part = Math.floor(((failover.minute - (this.#begins[period] ?? 0)) * DELAY_PARTS) / every) + 1;
    return part > DELAY_PARTS ? 'later' : `in ${Math.round((part * every) / DELAY_PARTS)}m`;
  }

  #count(question: Question, period: number, group: string, category: string): void {
    const key = `${question} ${period} ${group}`;
    let trials = this.#trials.get(key);
    if (trials === undefined) this.#trials.set(key, (trials = { question, period, group, categories: new Map() }));
    trials.categories.set(category, (trials.categories.get(category) ?? 0) + 1);
  }
}

/** When each period begins: at 0, and at every event. */
export function periodBegins({ timeline }: Pick<Scenario, 'timeline'>): readonly number[] {
  return [...new Set([0, ...timeline.map(({ minute }) => minute)])];
}

export const NO_FAILOVER = 'none';

/** Independent trials of one law, by what came of them. */
interface Trials {
  readonly question: Question;
  readonly period: number;
  readonly group: string;
  readonly categories: Map<string, number>;
}

/** One client in one period. */
interface Seen {
  passes: number;
  first: Pass | undefined;
  last: Pass | undefined;
  failover: Pass | undefined;
}

/** By whom the client of a pass was served, and to whom it failed over. */
export function categoriesOf(pass: Pick<Pass, 'host' | 'failedFirst'>): readonly (readonly ['share' | 'failover', string])[] {
  return [
    ['share', servedBy(pass)],
    ['failover', failoverOf(pass)],
  ];
}

function servedBy({ host }: Pick<Pass, 'host'>): string {
  return host ?? NOBODY;
}

function isFailover({ failedFirst, host }: Pass): boolean {
  return failedFirst !== null && host !== null;
}

function failoverOf({ failedFirst, host }: Pick<Pass, 'host' | 'failedFirst'>): string {
  return failedFirst === null ? NO_FAILOVER : `${failedFirst} > ${host ?? NOBODY}`;
}
