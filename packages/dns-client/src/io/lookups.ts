import type { Question } from '@srvkit/dns';
import { AnswerCache } from '../answer-cache.ts';
import type { ClientLimits } from '../client-options.ts';
import type { LookupOptions } from '../dns-client.ts';
import { makeLookup } from '../lookup.ts';
import type { Lookup } from '../lookup.ts';
import type { Flight, OpenWork } from '../open-work.ts';
import { PlainServers } from '../plain-servers.ts';
import { publishRefresh } from '../refresh-channel.ts';
import type { Findings } from '../schedule-progress.ts';
import { SingleFlight } from '../single-flight.ts';
import { awaitLanding } from './await-landing.ts';
import type { Waiter } from './await-landing.ts';
import type { Transports } from './conversation.ts';
import { LookupRun } from './lookup-run.ts';
import type { Asked, RunLife, RunMeans } from './lookup-run.ts';
import type { LookupServers } from './lookup-servers.ts';
import { Places } from './places.ts';

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
  readonly #runMeans: RunMeans;
  readonly #plain = new PlainServers();
  /** Most of the places are for those who wait; the only one is. */
  readonly #maxRefreshes: number;
  #refreshes = 0;
  /** Lookups that were begun at the servers. */
  #begun = 0;

  constructor(means: LookupMeans) {
    const { limits, work, random, transports, messageId, clock } = means;
    this.#means = means;
    this.#cache = limits.cache === undefined ? undefined : new AnswerCache(random, limits.cache);
    this.#flights = new SingleFlight(work);
    const conclude: RunMeans['conclude'] = (run, findings) => this.#remember(run, findings, Number.POSITIVE_INFINITY);
    this.#runMeans = { limits, transports, messageId, clock, places: new Places(limits.maxInFlight), conclude };
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
    const asked = { key: `${question.name.key} ${question.type} ${servers.id}`, question, servers };
    const start = (signal: AbortSignal): LookupRun => this.#start(asked, { signal, background: false });
    // A fresh lookup joins nobody: a run under way may have been answered before whatever made the caller ask anew.
    if (fresh === true) {
      const answered = this.#wait(work.begin(start), { signal, timeoutMs });
      return standIn === true ? answered.then((lookup) => orStandIn(lookup, () => this.#standIn(asked))) : answered;
    }
    if (this.#cache === undefined) return this.#wait(this.#flights.join(asked.key, start), { signal, timeoutMs });
    const at = now();
    const remembered = this.#cache.get(asked.key, at, timeoutMs);
    if (remembered !== undefined) {
      this.#refreshAhead(asked, at);
      return Promise.resolve(remembered);
    }
    const instead = (): Lookup | undefined => this.#standIn(asked);
    const flight = this.#flights.join(asked.key, start);
    const patience = instead() === undefined ? undefined : { patienceMs: limits.patienceMs, instead };
    return this.#wait(flight, { signal, timeoutMs, patience }).then((lookup) => orStandIn(lookup, instead));
  }

  #wait(
    flight: Flight<LookupRun>,
    { signal, timeoutMs, patience, background }: Omit<Waiter<Lookup>, 'deadline'> & { readonly timeoutMs: number },
  ): Promise<Lookup> {
    const deadline = { timeoutMs, atEnd: () => this.#leaveInTime(flight, timeoutMs) };
    return awaitLanding(flight, { signal, deadline, patience, background });
  }

  #standIn({ key }: Asked): Lookup | undefined {
    return this.#cache?.standIn(key, this.#means.now());
  }

  /**
   * Asks anew for what is remembered once it is time to (srv C6). Nobody waits for that: whoever comes when the TTL is over joins in. The
   * system's look for the addresses of servers cannot be ended, so those given by name are not asked for nobody's sake.
   */
  #refreshAhead(asked: Asked, now: number): void {
    if (this.#refreshes >= this.#maxRefreshes || asked.servers.endpoints === undefined) return;
    if (this.#cache?.claimRefresh(asked.key, now) !== true) return;
    const { timeoutMs } = this.#means.limits;
    const flight = this.#flights.join(asked.key, (signal) => this.#start(asked, { signal, background: true }));
    const end = (): void => {
      this.#refreshes -= 1;
    };
    this.#refreshes += 1;
    // Rejected when the client is closed. Were it for another reason, those who ask when the TTL is over would hear of it.
    this.#wait(flight, { signal: undefined, background: true, timeoutMs }).then(end, end);
  }

  #start(asked: Asked, life: RunLife): LookupRun {
    this.#begun += 1;
    return new LookupRun(asked, this.#begun, this.#runMeans, life);
  }

  /** The time of one caller is over. What the run has come to by then is remembered when no other caller waits for more. */
  #leaveInTime(flight: Flight<LookupRun>, timeoutMs: number): Lookup {
    const { run } = flight;
    const now = this.#means.clock();
    const findings = run.findings(now);
    return flight.leave(NOBODY_WAITS)
      ? this.#remember(run, findings, Math.max(timeoutMs, now - run.startedAt))
      : makeLookup(run.asked.question, findings.conclusion, findings.tries);
  }

  #remember({ asked, number }: LookupRun, { conclusion, tries }: Findings, hadMs: number): Lookup {
    const { now, clock } = this.#means;
    for (const server of conclusion.plain) this.#plain.add(server, clock());
    const lookup = makeLookup(asked.question, conclusion, tries);
    if (this.#cache === undefined) return lookup;
    const kept = this.#cache.set(asked.key, lookup, now(), { number, hadMs });
    publishRefresh(kept);
    return kept;
  }
}

const NOBODY_WAITS = new Error('Nobody waits for this lookup any more');

/** A failure gives way to what is remembered; the tries that failed stay to be seen. */
function orStandIn(lookup: Lookup, standIn: () => Lookup | undefined): Lookup {
  const instead = lookup.kind === 'failed' && !lookup.cached ? standIn() : undefined;
  if (instead === undefined) return lookup;
  return { ...instead, tries: lookup.tries, warnings: [...lookup.warnings, ...instead.warnings] };
}
