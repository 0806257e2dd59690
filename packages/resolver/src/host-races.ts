import type { AttemptResult, Candidate, Dialogue } from '@srvkit/discovery';
import { Bell } from './bell.ts';
import { type AddressBook, HostAddresses } from './host-addresses.ts';
import { HostRace, type HostResult } from './host-race.ts';
import type { HostReports, Report } from './host-reports.ts';
import type { Sign } from './host-state.ts';
import type { PassContext } from './pass-context.ts';
import type { Contact } from './probe.ts';

/**
 * The hosts of a pass that were started. One that is quiet is answered with `pending`, so that discovery may start the next of the same
 * group beside it.
 */
export class HostRaces<T> {
  readonly #context: PassContext;
  readonly #book: AddressBook;
  readonly #contact: Contact<T>;
  readonly #reports: HostReports;
  /** Those whose outcome has not been told yet, in the order of start. */
  #races: readonly HostRace<T>[] = [];
  readonly #changed = new Bell();
  #won: { readonly value: T } | undefined;

  constructor(context: PassContext, book: AddressBook, contact: Contact<T>, reports: HostReports) {
    this.#context = context;
    this.#book = book;
    this.#contact = contact;
    this.#reports = reports;
    context.cancellation.own.addEventListener('abort', this.#ring, { once: true });
  }

  async attempt(candidate: Candidate): Promise<Dialogue['attempt']['told']> {
    const race = this.#start(candidate);
    while (race.result === undefined && !race.isQuiet && !this.#hasSettled(race)) await this.#change();
    // What an earlier host has to say comes first: it may have been reached.
    const isReady = this.#hasSettled(race);
    if (race.result !== undefined && !isReady) return this.#tell(race, race.result);
    return { kind: 'pending', ready: isReady || race.result !== undefined };
  }

  async settle(): Promise<Dialogue['settle']['told']> {
    while (!this.#hasSettled()) await this.#change();
    const settled = this.#races.filter(({ result }) => result !== undefined);
    const race = settled.find(({ result }) => result?.kind === 'reached') ?? settled[0];
    if (race?.result === undefined) throw new TypeError('settle: no host is pending');
    const result = this.#tell(race, race.result);
    if (result.kind === 'out-of-time') return result;
    return { kind: 'settled', candidate: race.candidate, result, ready: this.#hasSettled() };
  }

  /** Ends whatever is under way, and gives what the host that was reached left behind. */
  finish(): { readonly value: T } | undefined {
    const { ports, cancellation, deadlineAt } = this.#context;
    cancellation.own.removeEventListener('abort', this.#ring);
    const outcome = ports.timers.clock() < deadlineAt ? 'abandoned' : 'timeout';
    for (const race of this.#races) {
      race.abandon(outcome);
      if (race.result?.kind === 'reached') race.result.disown();
    }
    this.#races = [];
    return this.#won;
  }

  readonly #ring = (): void => this.#changed.ring();

  #start(candidate: Candidate): HostRace<T> {
    const { ports, limits, trace, deadlineAt } = this.#context;
    const report = this.#reports.begin(candidate);
    const changed = (): void => {
      if (race.result !== undefined) this.#report(race, race.result, report);
      this.#ring();
    };
    const addresses = new HostAddresses(candidate, this.#book, ports.timers, () => race.advance());
    const contact = this.#contact;
    const race = new HostRace({ candidate, addresses, contact, trace, timers: ports.timers, deadlineAt, changed, ...limits });
    this.#races = [...this.#races, race];
    race.begin();
    return race;
  }

  #report({ isQuiet, hasStarted }: HostRace<T>, result: HostResult<T>, report: Report): void {
    const { kind } = result;
    if ('isUntried' in result && result.isUntried) return report('unknown');
    const isCutShort = kind === 'abandoned' || kind === 'out-of-time';
    if (!isCutShort) return report(SIGNS[kind]);
    report(isQuiet && hasStarted && !this.#context.cancellation.own.aborted ? 'silent' : 'unknown');
  }

  /** Hands a result over to discovery, which hears each once. */
  #tell(race: HostRace<T>, result: HostResult<T>): AttemptResult | { readonly kind: 'out-of-time' } {
    this.#races = this.#races.filter((other) => other !== race);
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

  async #change(): Promise<void> {
    this.#context.cancellation.throwIfAborted(); // by a probe that was just called
    await this.#changed.wait();
    this.#context.cancellation.throwIfAborted();
  }
}

/** What the end of an attempt says of its host's health. */
const SIGNS: Readonly<Record<Exclude<HostResult<unknown>['kind'], 'abandoned' | 'out-of-time'>, Sign>> = {
  reached: 'alive',
  rejected: 'alive',
  refused: 'dead',
  timeout: 'dead',
  unreachable: 'dead',
  'name-not-found': 'dead',
};
