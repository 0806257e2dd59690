import type { AsyncAnswers, Dialogue, DiscoveryRequest, Explain, StepOf } from '@srvkit/discovery';
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
  /** The request with the hosts to be tried last. */
  readonly request: DiscoveryRequest;
  #reports: HostReports | undefined;
  #dns: DnsAnswers | undefined;
  #races: HostRaces<T> | undefined;

  /** Without a contact nobody is contacted: the first candidate is selected. */
  constructor(context: PassContext, contact: Contact<T> | undefined) {
    this.#context = context;
    this.#contact = contact;
    // What others say of hosts is asked for at once, to be there when it is needed.
    this.request = context.ports.failures === undefined ? context.request : this.reports.request;
  }

  get reports(): HostReports {
    this.#reports ??= new HostReports(this.#context);
    return this.#reports;
  }

  /** Takes each decision of the pass, and adds what is held against a host that is put last. */
  readonly explain: Explain = (decision) => {
    const { trace } = this.#context;
    if (decision.kind === 'demoted') trace.noteDemoted(decision.candidate, this.reports.demotionsOf(decision.candidate));
    trace.decide(decision);
  };

  /** Settles when others are told what was found out; undefined when nobody is. Never rejects. */
  get told(): Promise<void> | undefined {
    return this.#reports?.told;
  }

  recall(): Dialogue['recall']['told'] | Promise<Dialogue['recall']['told']> {
    return recallHost(this.#context);
  }

  async lookup({ domain, fresh }: StepOf<'lookup'>): Promise<Dialogue['lookup']['told']> {
    const answer = await this.#answers().lookupSet(domain, fresh);
    await this.#reports?.known;
    return answer;
  }

  attempt({ candidate }: StepOf<'attempt'>): Dialogue['attempt']['told'] | Promise<Dialogue['attempt']['told']> {
    if (this.#contact === undefined) return SELECTED;
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

const SELECTED: Dialogue['attempt']['told'] = { kind: 'selected' };
