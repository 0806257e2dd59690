import type { DomainName, Message, MessageSigner, Question, RecordType } from '@srvkit/dns';
import type { Schedule } from '../ask-servers.ts';
import { AnswerCache } from '../answer-cache.ts';
import { checkDuration, clientLimits, MAX_ATTEMPTS } from '../client-options.ts';
import type { ClientLimits, DnsClientOptions } from '../client-options.ts';
import type { DnsClient, LookupOptions } from '../dns-client.ts';
import type { ExchangeOptions, ExchangeOutcome } from '../exchange.ts';
import { PlainServers } from '../plain-servers.ts';
import { publishRefresh } from '../refresh-channel.ts';
import { lookupOfAddressName, makeLookup } from '../lookup.ts';
import type { Lookup } from '../lookup.ts';
import { formatServerAddress, parseServerAddress } from '../server-address.ts';
import type { ServerAddress } from '../server-address.ts';
import { ScheduleProgress } from '../schedule-progress.ts';
import type { Findings } from '../schedule-progress.ts';
import { SingleFlight } from '../single-flight.ts';
import type { Flight, Run } from '../single-flight.ts';
import type { Transfer, TransferOptions } from '../transfer.ts';
import type { SystemConfiguration } from '../system-configuration.ts';
import { awaitLanding } from './await-landing.ts';
import type { Waiter } from './await-landing.ts';
import { findEndpoints, literalEndpoints } from './endpoints.ts';
import type { Endpoints } from './endpoints.ts';
import { exchangeMessage } from './exchange-message.ts';
import { randomMessageId } from './message-id.ts';
import { Places } from './places.ts';
import { runSchedule } from './run-schedule.ts';
import { readSystemConfiguration } from './system.ts';
import { transferZone } from './transfer-zone.ts';
import { UdpSockets } from './udp-sockets.ts';

const TRANSFER_TIMEOUT_MS = 30_000;

/**
 * A DNS client with its own sockets and answer cache. Throws `ParseError` for a server address that is none, `RangeError` for an
 * option out of its bounds.
 */
export function createDnsClient(options: DnsClientOptions = {}): DnsClient {
  return new Client(options);
}

/** The servers of a lookup, and all that depends on nothing else. */
interface Servers {
  /** Part of every cache key: answers of different servers are different answers (srv C1). */
  readonly id: string;
  readonly addresses: readonly ServerAddress[];
  /** What to ask whom; undefined while a name has to be looked up for it. */
  readonly plan: Plan | undefined;
  readonly policy: Omit<Schedule, 'servers'>;
}

interface Plan {
  readonly endpoints: Endpoints;
  readonly schedule: Schedule;
}

/** One lookup that was begun at the servers. */
interface BegunLookup {
  /** Of its answer in the cache. */
  readonly key: string;
  readonly question: Question;
  /** Later ones have greater numbers. */
  readonly number: number;
  readonly startedAt: number;
}

/** The same under way, for whoever waits for it. */
interface LookupRun extends BegunLookup, Run<Lookup> {
  /** What it has come to by now. */
  readonly findings: (now: number) => Findings;
}

const NOBODY_WAITS = new Error('Nobody waits for this lookup any more');

class Client implements DnsClient {
  readonly #limits: ClientLimits;
  readonly #now: () => number;
  readonly #messageId: () => number;
  readonly #cache: AnswerCache | undefined;
  readonly #lookups = new SingleFlight<LookupRun>();
  readonly #exchanges = new SingleFlight<Run<ExchangeOutcome>>();
  readonly #transfers = new SingleFlight<Run<Transfer>>();
  readonly #sockets = new UdpSockets();
  readonly #places: Places;
  readonly #plain = new PlainServers();
  /** The last Time Signed of each key: it never goes back (RFC 8945 section 5.2.3). */
  readonly #lastSigned = new Map<string, number>();
  #servers: Servers | undefined;
  /** Lookups that were begun at the servers. */
  #runs = 0;
  /** Makes keys for what is nobody else's business. */
  #ownFlights = 0;
  #closed = false;

  constructor(options: DnsClientOptions) {
    this.#limits = clientLimits(options);
    this.#now = options.now ?? Date.now;
    this.#messageId = options.messageId ?? randomMessageId;
    this.#cache = this.#limits.cache === undefined ? undefined : new AnswerCache(this.#limits.cache);
    this.#places = new Places(this.#limits.maxInFlight);
    if (options.servers !== undefined) this.#servers = this.#given(options.servers);
  }

  lookup(name: DomainName, type: RecordType, options: LookupOptions = {}): Promise<Lookup> {
    try {
      const timeoutMs = options.timeoutMs === undefined ? this.#limits.timeoutMs : checkDuration('timeoutMs', options.timeoutMs);
      const servers = options.servers === undefined ? this.#servers : this.#given(options.servers);
      const question = { name, type, class: 'IN' } as const;
      if (servers !== undefined) return this.#lookupAt(servers, question, timeoutMs, options);
      return this.#ofSystem().then((servers) => this.#lookupAt((this.#servers ??= servers), question, timeoutMs, options));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** No async function: it would cost a hot path some turns of the event loop's queue. */
  #lookupAt(servers: Servers, question: Question, timeoutMs: number, { signal, fresh, standIn }: LookupOptions): Promise<Lookup> {
    if (this.#closed) throw new TypeError('The DNS client is closed');
    signal?.throwIfAborted();
    const spelled = lookupOfAddressName(question);
    if (spelled !== undefined) return Promise.resolve(spelled);
    const key = `${question.name.key} ${question.type} ${servers.id}`;
    const cache = this.#cache;
    const instead = (): Lookup | undefined => cache?.standIn(key, this.#now());
    const join = (flightKey: string, patience?: Waiter<Lookup>['patience']): Promise<Lookup> => {
      const flight = this.#lookups.join(flightKey, (signal) => this.#ask(question, servers, key, signal));
      const atEnd = (): Lookup => this.#leaveInTime(flight, timeoutMs);
      return awaitLanding(flight, { signal, patience, deadline: { timeoutMs, atEnd } });
    };
    // A fresh lookup joins nobody: a run under way may have been answered before whatever made the caller ask anew.
    if (fresh === true) {
      const answered = join(this.#ownFlight());
      return standIn === true ? answered.then((lookup) => orStandIn(lookup, instead)) : answered;
    }
    const remembered = cache?.get(key, this.#now(), timeoutMs);
    if (remembered !== undefined) return Promise.resolve(remembered);
    if (cache === undefined) return join(key);
    const { patienceMs } = this.#limits;
    return join(key, instead() === undefined ? undefined : { patienceMs, instead }).then((lookup) => orStandIn(lookup, instead));
  }

  async exchange(message: Message, options: ExchangeOptions): Promise<ExchangeOutcome> {
    const server = parseServerAddress(options.server);
    const timeoutMs = options.timeoutMs === undefined ? this.#limits.timeoutMs : checkDuration('timeoutMs', options.timeoutMs);
    if (this.#closed) throw new TypeError('The DNS client is closed');
    options.signal?.throwIfAborted();
    const flight = this.#exchanges.join(this.#ownFlight(), (signal) => ({
      landing: this.#exchange(message, options, { server, timeoutMs, signal }),
    }));
    return awaitLanding(flight, { signal: options.signal });
  }

  async transfer(zone: DomainName, options: TransferOptions): Promise<Transfer> {
    const server = parseServerAddress(options.server);
    const timeoutMs = checkDuration('timeoutMs', options.timeoutMs ?? TRANSFER_TIMEOUT_MS);
    if (this.#closed) throw new TypeError('The DNS client is closed');
    options.signal?.throwIfAborted();
    const flight = this.#transfers.join(this.#ownFlight(), (signal) => ({
      landing: this.#transfer(zone, options, { server, timeoutMs, signal }),
    }));
    return awaitLanding(flight, { signal: options.signal });
  }

  async close(): Promise<void> {
    this.#closed = true;
    const reason = new Error('The DNS client was closed');
    await Promise.all([this.#lookups, this.#exchanges, this.#transfers].map((flights) => flights.abortAll(reason)));
    this.#sockets.close();
  }

  #ask(question: Question, servers: Servers, key: string, signal: AbortSignal): LookupRun {
    const { plan, addresses, policy } = servers;
    const { timeoutMs } = this.#limits;
    this.#runs += 1;
    const begun = { key, question, number: this.#runs, startedAt: monotonic() };
    let progress = new ScheduleProgress(question, plan?.schedule ?? { ...policy, servers: addresses.map(formatServerAddress) });
    const follow = async ({ endpoints }: Plan): Promise<Lookup> => {
      const messageId = this.#messageId;
      await runSchedule({ progress, endpoints, sockets: this.#sockets, places: this.#places, messageId, clock: monotonic, signal });
      return this.#remember(begun, progress.findings(monotonic()), Number.POSITIVE_INFINITY);
    };
    const findAndFollow = async (): Promise<Lookup> => {
      const found = planOf(servers, await findEndpoints(addresses, { timeoutMs, signal }));
      progress = new ScheduleProgress(question, found.schedule);
      return follow(found);
    };
    return { ...begun, findings: (now) => progress.findings(now), landing: plan === undefined ? findAndFollow() : follow(plan) };
  }

  /** The time of one waiter is over. What the run has come to by then is remembered when nobody else waits for more of it. */
  #leaveInTime({ run, leave }: Flight<LookupRun>, timeoutMs: number): Lookup {
    const now = monotonic();
    const findings = run.findings(now);
    return leave(NOBODY_WAITS)
      ? this.#remember(run, findings, Math.max(timeoutMs, now - run.startedAt))
      : makeLookup(run.question, findings.conclusion, findings.tries);
  }

  #remember({ key, question, number }: BegunLookup, { conclusion, tries }: Findings, hadMs: number): Lookup {
    for (const server of conclusion.plain) this.#plain.add(server, monotonic());
    const lookup = makeLookup(question, conclusion, tries);
    if (this.#cache === undefined) return lookup;
    const kept = this.#cache.set(key, lookup, this.#now(), { number, hadMs });
    publishRefresh(kept);
    return kept;
  }

  async #exchange(
    message: Message,
    { transport = 'tcp', signer, firstReply = false }: ExchangeOptions,
    run: { server: ServerAddress; timeoutMs: number; signal: AbortSignal },
  ): Promise<ExchangeOutcome> {
    const { signal, timeoutMs } = run;
    const deadlineAt = monotonic() + timeoutMs;
    const endpoints = literalEndpoints([run.server]) ?? (await findEndpoints([run.server], { timeoutMs, signal }));
    let outcome: ExchangeOutcome = unknownName(run.server, transport);
    for (const endpoint of endpoints.values()) {
      if (endpoint === undefined) break;
      outcome = await exchangeMessage({
        message,
        endpoint,
        transport,
        signer,
        firstReply,
        timeSigned: (key) => this.#timeSigned(key),
        sockets: this.#sockets,
        messageId: this.#messageId,
        now: this.#now,
        clock: monotonic,
        deadlineAt,
        signal,
      });
      // Another address of the same name is worth a try only while the server has surely not seen the message.
      if (outcome.kind !== 'failed' || (outcome.why !== 'refused' && outcome.why !== 'unreachable')) break;
    }
    return outcome;
  }

  async #transfer(
    zone: DomainName,
    { signer }: TransferOptions,
    run: { server: ServerAddress; timeoutMs: number; signal: AbortSignal },
  ): Promise<Transfer> {
    const { signal, timeoutMs } = run;
    const deadlineAt = monotonic() + timeoutMs;
    const server = formatServerAddress(run.server);
    const endpoints = literalEndpoints([run.server]) ?? (await findEndpoints([run.server], { timeoutMs, signal }));
    let transfer: Transfer = { kind: 'failed', why: 'name-not-found', detail: 'the server has no address', server };
    for (const endpoint of endpoints.values()) {
      if (endpoint === undefined) break;
      const id = this.#messageId();
      const leftMs = Math.max(1, deadlineAt - monotonic());
      transfer = await transferZone({ zone, endpoint, signer, id, now: this.#now, timeoutMs: leftMs, signal });
      if (transfer.kind !== 'failed' || (transfer.why !== 'refused' && transfer.why !== 'unreachable')) break;
    }
    return transfer;
  }

  #timeSigned({ keyName }: MessageSigner): number {
    const time = Math.max(Math.floor(this.#now() / 1000), this.#lastSigned.get(keyName.key) ?? 0);
    this.#lastSigned.set(keyName.key, time);
    return time;
  }

  #ownFlight(): string {
    this.#ownFlights += 1;
    return String(this.#ownFlights);
  }

  #given(servers: readonly string[], system?: SystemConfiguration): Servers {
    const limits = this.#limits;
    const addresses = servers.map((server) => parseServerAddress(server));
    const policy = {
      attempts: limits.attempts ?? Math.min(MAX_ATTEMPTS, system?.attempts ?? 2),
      tryTimeoutMs: limits.tryTimeoutMs ?? system?.tryTimeoutMs ?? 1000,
      tcpTimeoutMs: limits.tcpTimeoutMs,
      reading: { maxRecords: limits.maxRecords, targets: limits.targets },
      edns: (server: string) => limits.edns && !this.#plain.has(server, monotonic()),
    };
    const endpoints = literalEndpoints(addresses);
    const plan = endpoints === undefined ? undefined : planOf({ policy }, endpoints);
    return { id: addresses.map(formatServerAddress).join(), addresses, plan, policy };
  }

  async #ofSystem(): Promise<Servers> {
    const system = await readSystemConfiguration();
    return this.#given(system.servers, system);
  }
}

function planOf({ policy }: Pick<Servers, 'policy'>, endpoints: Endpoints): Plan {
  return { endpoints, schedule: { ...policy, servers: [...endpoints.keys()] } };
}

/** A failure gives way to what is remembered; the tries that failed stay to be seen. */
function orStandIn(lookup: Lookup, standIn: () => Lookup | undefined): Lookup {
  const instead = lookup.kind === 'failed' && !lookup.cached ? standIn() : undefined;
  if (instead === undefined) return lookup;
  return { ...instead, tries: lookup.tries, warnings: [...lookup.warnings, ...instead.warnings] };
}

function unknownName(server: ServerAddress, transport: 'tcp' | 'udp'): ExchangeOutcome {
  const nothing = { rcode: null, tsig: 'none', tsigError: null, clockOffsetMs: null, ms: 0, warnings: [] } as const;
  return { kind: 'failed', why: 'name-not-found', server: formatServerAddress(server), transport, ...nothing };
}

function monotonic(): number {
  return performance.now();
}
