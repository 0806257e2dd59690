import type { AsyncAnswers, Dialogue, StepOf } from '@srvkit/discovery';
import { DnsAnswers } from './dns-answers.ts';
import { recallHost, rememberHost } from './host-memory.ts';
import { HostRaces } from './host-races.ts';
import { HostReports } from './host-reports.ts';
import type { PassContext } from './pass-context.ts';
import type { Contact } from './probe.ts';

/** Answers the steps of one pass with real DNS and real hosts. What a step needs is made when it first comes. */
export class PassDriver<T> implements AsyncAnswers {
  readonly #context: PassContext;
  readonly #contact: Contact<T> | undefined;
  readonly reports: HostReports;
  #dns: DnsAnswers | undefined;
  #races: HostRaces<T> | undefined;

  /** Without a contact nobody is contacted: the first candidate is selected. */
  constructor(context: PassContext, contact: Contact<T> | undefined) {
    this.#context = context;
    this.#contact = contact;
    this.reports = new HostReports(context);
  }

  recall(): Dialogue['recall']['told'] | Promise<Dialogue['recall']['told']> {
    return recallHost(this.#context);
  }

  async lookup({ domain, fresh }: StepOf<'lookup'>): Promise<Dialogue['lookup']['told']> {
    const answer = await this.#answers().lookupSet(domain, fresh);
    await this.reports.known;
    return answer;
  }

  attempt({ candidate }: StepOf<'attempt'>): Dialogue['attempt']['told'] | Promise<Dialogue['attempt']['told']> {
    if (this.#contact === undefined) return { kind: 'selected' };
    const { ports, deadlineAt } = this.#context;
    if (ports.timers.clock() >= deadlineAt) return { kind: 'out-of-time' };
    this.#races ??= new HostRaces(this.#context, this.#answers(), this.#contact, this.reports);
    return this.#races.attempt(candidate);
  }

  settle(): Dialogue['settle']['told'] | Promise<Dialogue['settle']['told']> {
    return this.#races?.settle() ?? { kind: 'out-of-time' };
  }

  remember({ host }: StepOf<'remember'>): Promise<undefined> {
    return rememberHost(this.#context, host);
  }

  /** Ends whatever is under way, and gives what the host that was reached left behind. */
  finish(): { readonly value: T } | undefined {
    return this.#races?.finish();
  }

  #answers(): DnsAnswers {
    this.#dns ??= new DnsAnswers(this.#context);
    return this.#dns;
  }
}
