import type { AsyncAnswers, AttemptResult, Candidate, Dialogue, HostToRemember, StepOf } from '@srvkit/discovery';
import { Bell } from './bell.ts';
import { DnsAnswers } from './dns-answers.ts';
import { HostAddresses } from './host-addresses.ts';
import { recallHost, rememberHost } from './host-memory.ts';
import { HostRace, type HostResult } from './host-race.ts';
import type { PassContext } from './pass-context.ts';
import type { Contact } from './probe.ts';

/**
 * Answers the steps of one pass with real DNS and real hosts. Hosts race inside what discovery hands out: one that is quiet is answered with
 * `pending`, so that discovery may start the next of the same group.
 */
export class PassDriver<T> implements AsyncAnswers {
  readonly #context: PassContext;
  readonly #contact: Contact<T> | undefined;
  readonly #dns: DnsAnswers;
  /** Hosts that were started and whose outcome has not been told yet, in the order of start. */
  readonly #races = new Set<HostRace<T>>();
  readonly #changed = new Bell();
  #won: { readonly value: T } | undefined;

  /** Without a contact nobody is contacted: the first candidate is selected. */
  constructor(context: PassContext, contact: Contact<T> | undefined) {
    this.#context = context;
    this.#contact = contact;
    this.#dns = new DnsAnswers(context);
    context.signal.addEventListener('abort', () => this.#changed.ring(), { once: true });
  }

  recall(): Promise<Dialogue['recall']['told']> {
    return recallHost(this.#context);
  }

  lookup({ domain, fresh }: StepOf<'lookup'>): Promise<Dialogue['lookup']['told']> {
    return this.#dns.lookupSet(domain, fresh);
  }

  remember({ host }: { readonly host: HostToRemember }): Promise<undefined> {
    return rememberHost(this.#context, host);
  }

  async attempt({ candidate }: StepOf<'attempt'>): Promise<Dialogue['attempt']['told']> {
    if (this.#contact === undefined) return { kind: 'selected' };
    if (this.#isOutOfTime()) return { kind: 'out-of-time' };
    const race = this.#start(candidate, this.#contact);
    while (race.result === undefined && !race.isQuiet && !this.#hasSettled()) await this.#change();
    // What an earlier host has to say comes first: it may have been reached.
    const isAlone = this.#races.size === 1 || !this.#hasSettled(race);
    return race.result !== undefined && isAlone ? this.#tell(race, race.result) : { kind: 'pending', ready: this.#hasSettled() };
  }

  async settle(): Promise<Dialogue['settle']['told']> {
    while (!this.#hasSettled()) await this.#change();
    const settled = [...this.#races].filter(({ result }) => result !== undefined);
    const race = settled.find(({ result }) => result?.kind === 'reached') ?? settled[0];
    if (race?.result === undefined) throw new TypeError('settle: no host is pending');
    const result = this.#tell(race, race.result);
    if (result.kind === 'out-of-time') return result;
    return { kind: 'settled', candidate: race.candidate, result, ready: this.#hasSettled() };
  }

  /** Ends whatever is under way, and gives what the host that was reached left behind. */
  finish(): { readonly value: T } | undefined {
    for (const race of this.#races) {
      race.abandon();
      if (race.result?.kind === 'reached') race.result.disown();
    }
    this.#races.clear();
    return this.#won;
  }

  #start(candidate: Candidate, contact: Contact<T>): HostRace<T> {
    const { ports, limits, trace, deadlineAt } = this.#context;
    const changed = (): void => this.#changed.ring();
    const addresses = new HostAddresses(candidate, this.#dns, ports.timers, () => race.advance());
    const race = new HostRace({ candidate, addresses, contact, trace, timers: ports.timers, deadlineAt, changed, ...limits });
    this.#races.add(race);
    race.advance();
    return race;
  }

  /** Hands a result over to discovery, which hears each once. */
  #tell(race: HostRace<T>, result: HostResult<T>): AttemptResult | { readonly kind: 'out-of-time' } {
    this.#races.delete(race);
    switch (result.kind) {
      case 'reached':
        this.#won = { value: result.value };
        return { kind: 'reached', address: result.address };
      case 'out-of-time':
      case 'abandoned':
        return { kind: 'out-of-time' };
      case 'rejected':
      case 'refused':
      case 'timeout':
      case 'unreachable':
      case 'name-not-found':
        return result;
      default:
        return result satisfies never;
    }
  }

  #hasSettled(except?: HostRace<T>): boolean {
    for (const race of this.#races) if (race !== except && race.result !== undefined) return true;
    return false;
  }

  #isOutOfTime(): boolean {
    const { ports, deadlineAt } = this.#context;
    return ports.timers.clock() >= deadlineAt;
  }

  async #change(): Promise<void> {
    await this.#changed.wait();
    this.#context.signal.throwIfAborted();
  }
}
