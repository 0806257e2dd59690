import type { Question } from '@srvkit/dns';
import { AnswerCache } from '../answer-cache.ts';
import type { ClientLimits } from '../client-options.ts';
import type { LookupOptions } from '../dns-client.ts';
import { makeLookup } from '../lookup.ts';
import type { Lookup } from '../lookup.ts';
import type { Flight, OpenWork, Run } from '../open-work.ts';
import { PlainServers } from '../plain-servers.ts';
import { publishRefresh } from '../refresh-channel.ts';
import { ScheduleProgress } from '../schedule-progress.ts';
import type { Findings } from '../schedule-progress.ts';
import { SingleFlight } from '../single-flight.ts';
import { awaitLanding } from './await-landing.ts';
import type { Waiter } from './await-landing.ts';
import type { Transports } from './conversation.ts';
import type { Endpoints } from './endpoints.ts';
import { withAddresses } from './lookup-servers.ts';
import type { LookupServers } from './lookup-servers.ts';
import { Places } from './places.ts';
import { runSchedule } from './run-schedule.ts';

/** What lookups work with. */
export interface LookupMeans {
  readonly limits: ClientLimits;
  readonly transports: Transports;
  readonly messageId: () => number;
  /** From 0 to 1, for the moments of refreshes. */
  readonly random: () => number;
  /** Epoch ms, for TTLs. */
  readonly now: () => number;
  /** Milliseconds since any fixed moment, never set back. */
  readonly clock: () => number;
  /** Where lookups at the servers are kept while they are under way. */
  readonly work: OpenWork;
}

/** The lookups of a client: what is remembered is given at once, what is under way is shared, the rest is asked for. */
export class Lookups {
  readonly #means: LookupMeans;
  readonly #cache: AnswerCache | undefined;
  readonly #flights: SingleFlight<LookupRun>;
  readonly #places: Places;
  readonly #plain = new PlainServers();
  /** Most of the places are for those who wait; the only one is. */
  readonly #maxRefreshes: number;
  #refreshes = 0;
  /** Lookups that were begun at the servers. */
  #begun = 0;

  constructor(means: LookupMeans) {
    const { limits, work, random } = means;
    this.#means = means;
    this.#cache = limits.cache === undefined ? undefined : new AnswerCache(random, limits.cache);
    this.#flights = new SingleFlight(work);
    this.#places = new Places(limits.maxInFlight);
    this.#maxRefreshes = Math.min(Math.ceil(limits.maxInFlight / 8), limits.maxInFlight - 1);
  }

  /** Whether a server may be spoken to with EDNS, for all we have seen of it. */
  readonly knowsEdns = (server: string): boolean => !this.#plain.has(server, this.#means.clock());

  /** No async function: it would cost a hot path some turns of the event loop's queue. */
  lookup(
    question: Question,
    servers: LookupServers,
    { signal, fresh, standIn, timeoutMs }: LookupOptions & { readonly timeoutMs: number },
  ): Promise<Lookup> {
    const { limits, now, work } = this.#means;
    const key = `${question.name.key} ${question.type} ${servers.id}`;
    const asked = { key, question, servers };
    const start = (signal: AbortSignal): LookupRun => this.#start(asked, signal);
    const wait = (flight: Flight<LookupRun>, patience?: Waiter<Lookup>['patience']): Promise<Lookup> =>
      awaitLanding(flight, { signal, patience, deadline: { timeoutMs, atEnd: () => this.#leaveInTime(flight, timeoutMs) } });
    const instead = (): Lookup | undefined => this.#cache?.standIn(key, now());
    // A fresh lookup joins nobody: a run under way may have been answered before whatever made the caller ask anew.
    if (fresh === true) {
      const answered = wait(work.begin(start));
      return standIn === true ? answered.then((lookup) => orStandIn(lookup, instead)) : answered;
    }
    const at = now();
    const remembered = this.#cache?.get(key, at, timeoutMs);
    if (remembered !== undefined) {
      this.#refreshAhead(asked, at);
      return Promise.resolve(remembered);
    }
    const flight = this.#flights.join(key, start);
    if (this.#cache === undefined) return wait(flight);
    const patience = instead() === undefined ? undefined : { patienceMs: limits.patienceMs, instead };
    return wait(flight, patience).then((lookup) => orStandIn(lookup, instead));
  }

  /**
   * Asks anew for what is remembered once it is time to (srv C6). Nobody waits for that: whoever comes when the TTL is over joins in. The
   * system's look for the addresses of servers cannot be ended, so those given by name are not asked for nobody's sake.
   */
  #refreshAhead(asked: Asked, now: number): void {
    if (this.#refreshes >= this.#maxRefreshes || asked.servers.endpoints === undefined) return;
    if (this.#cache?.claimRefresh(asked.key, now) !== true) return;
    const { timeoutMs } = this.#means.limits;
    const flight = this.#flights.join(asked.key, (signal) => this.#start(asked, signal, { background: true }));
    const deadline = { timeoutMs, atEnd: () => this.#leaveInTime(flight, timeoutMs) };
    const end = (): void => {
      this.#refreshes -= 1;
    };
    this.#refreshes += 1;
    // Rejected when the client is closed. Were it for another reason, those who ask when the TTL is over would hear of it.
    awaitLanding(flight, { signal: undefined, background: true, deadline }).then(end, end);
  }

  #start({ key, question, servers }: Asked, signal: AbortSignal, { background } = { background: false }): LookupRun {
    const { limits, transports, messageId, clock } = this.#means;
    this.#begun += 1;
    const begun = { key, question, number: this.#begun, startedAt: clock() };
    let progress = new ScheduleProgress(question, servers.schedule);
    const follow = (endpoints: Endpoints): Promise<Lookup> =>
      runSchedule({ progress, endpoints, transports, places: this.#places, messageId, clock, signal, background }, (findings) =>
        this.#remember(begun, findings, Number.POSITIVE_INFINITY),
      );
    const findAndFollow = async (): Promise<Lookup> => {
      const found = await withAddresses(servers, { timeoutMs: limits.timeoutMs, signal });
      progress = new ScheduleProgress(question, found.schedule);
      return follow(found.endpoints);
    };
    const landing = servers.endpoints === undefined ? findAndFollow() : follow(servers.endpoints);
    return { ...begun, findings: (now) => progress.findings(now), landing };
  }

  /** The time of one caller is over. What the run has come to by then is remembered when no other caller waits for more. */
  #leaveInTime({ run, leave }: Flight<LookupRun>, timeoutMs: number): Lookup {
    const now = this.#means.clock();
    const findings = run.findings(now);
    return leave(NOBODY_WAITS)
      ? this.#remember(run, findings, Math.max(timeoutMs, now - run.startedAt))
      : makeLookup(run.question, findings.conclusion, findings.tries);
  }

  #remember({ key, question, number }: BegunLookup, { conclusion, tries }: Findings, hadMs: number): Lookup {
    const { now, clock } = this.#means;
    for (const server of conclusion.plain) this.#plain.add(server, clock());
    const lookup = makeLookup(question, conclusion, tries);
    if (this.#cache === undefined) return lookup;
    const kept = this.#cache.set(key, lookup, now(), { number, hadMs });
    publishRefresh(kept);
    return kept;
  }
}

/** What is asked, and whom. */
interface Asked {
  /** Of the answer in the cache. */
  readonly key: string;
  readonly question: Question;
  readonly servers: LookupServers;
}

/** One lookup that was begun at the servers. */
interface BegunLookup extends Pick<Asked, 'key' | 'question'> {
  /** Later ones have greater numbers. */
  readonly number: number;
  readonly startedAt: number;
}

/** The same under way, for its callers. */
interface LookupRun extends BegunLookup, Run<Lookup> {
  /** What it has come to by now. */
  readonly findings: (now: number) => Findings;
}

const NOBODY_WAITS = new Error('Nobody waits for this lookup any more');

/** A failure gives way to what is remembered; the tries that failed stay to be seen. */
function orStandIn(lookup: Lookup, standIn: () => Lookup | undefined): Lookup {
  const instead = lookup.kind === 'failed' && !lookup.cached ? standIn() : undefined;
  if (instead === undefined) return lookup;
  return { ...instead, tries: lookup.tries, warnings: [...lookup.warnings, ...instead.warnings] };
}
