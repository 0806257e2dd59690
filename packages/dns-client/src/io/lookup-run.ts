import type { Question } from '@srvkit/dns';
import type { Lookup } from '../lookup.ts';
import type { Run } from '../open-work.ts';
import { ScheduleProgress } from '../schedule-progress.ts';
import type { Findings } from '../schedule-progress.ts';
import type { Endpoints } from './endpoints.ts';
import { withAddresses } from './lookup-servers.ts';
import type { LookupServers } from './lookup-servers.ts';
import { runSchedule } from './run-schedule.ts';
import type { ScheduleMeans } from './run-schedule.ts';

/** What is asked, and whom. */
export interface Asked {
  /** Of the answer in the cache. */
  readonly key: string;
  readonly question: Question;
  readonly servers: LookupServers;
}

/** What it takes to look something up at the servers. */
export interface RunMeans extends ScheduleMeans {
  /** For finding the addresses of servers. */
  readonly limits: { readonly timeoutMs: number };
  /** Makes a lookup of what it came to, and keeps it. */
  readonly conclude: (run: LookupRun, findings: Findings) => Lookup;
}

/** How long a lookup goes on. */
export interface RunLife {
  readonly signal: AbortSignal;
  /** It keeps no process alive. */
  readonly background: boolean;
}

/** One lookup under way at the servers, for its callers. */
export class LookupRun implements Run<Lookup> {
  readonly asked: Asked;
  /** Later ones have greater numbers. */
  readonly number: number;
  readonly startedAt: number;
  readonly landing: Promise<Lookup>;
  #progress: ScheduleProgress;

  /** Begins. */
  constructor(asked: Asked, number: number, means: RunMeans, life: RunLife) {
    const { question, servers } = asked;
    this.asked = asked;
    this.number = number;
    this.startedAt = means.clock();
    this.#progress = new ScheduleProgress(question, servers.schedule);
    this.landing = servers.endpoints === undefined ? this.#findAndFollow(means, life) : this.#follow(servers.endpoints, means, life);
  }

  /** What it has come to by now. */
  findings(now: number): Findings {
    return this.#progress.findings(now);
  }

  #follow(endpoints: Endpoints, means: RunMeans, { signal, background }: RunLife): Promise<Lookup> {
    const conclude = (findings: Findings): Lookup => means.conclude(this, findings);
    return runSchedule({ progress: this.#progress, endpoints, means, signal, background }, conclude);
  }

  async #findAndFollow(means: RunMeans, life: RunLife): Promise<Lookup> {
    const { question, servers } = this.asked;
    const found = await withAddresses(servers, { timeoutMs: means.limits.timeoutMs, signal: life.signal });
    this.#progress = new ScheduleProgress(question, found.schedule);
    return this.#follow(found.endpoints, means, life);
  }
}
