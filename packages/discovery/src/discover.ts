import type { Random } from '@srvkit/selection';
import type { Candidate } from './candidate.ts';
import type { Explain } from './decision.ts';
import { type Answer, type AttemptResult, type Dialogue, type Step, type StepOf, told } from './dialogue.ts';
import { Pass } from './pass.ts';
import type { DiscoveryRequest } from './request.ts';
import type { Verdict } from './verdict.ts';

/**
 * Begins one pass of discovery (kms D-01, srv H8): pinned hosts, the remembered host, then the SRV records of each domain, until a host
 * works. Synchronous and without I/O: it asks steps and is told their answers, so that real sockets, a simulation and a test all run this
 * very code. `drive` and `driveAsync` do the asking.
 *
 * Hosts are tried a priority group at a time. Whoever answers `pending` lets the next host of the same group start; the next group
 * begins only when this one is settled (srv H3).
 */
export function discover(request: DiscoveryRequest, random: Random, explain?: Explain): Discovery {
  return new Discovery(request, random, explain);
}

/**
 * A pass of discovery on its way from question to question. What a generator would do, written out: to enter and leave a generator is
 * a third of the time of a pass, and simulations make passes by the million.
 */
export class Discovery {
  readonly #pass: Pass;
  #step: Step | undefined;
  /** How it ends, once that is known: what is to be remembered is still asked before. */
  #verdict: Verdict | undefined;
  #isGroupOpen = false;
  /** Attempts of the open group that have no outcome yet. */
  #pending = 0;
  /** One of them has its outcome: it is heard before another host starts. */
  #ready = false;

  constructor(request: DiscoveryRequest, random: Random, explain: Explain | undefined) {
    this.#pass = new Pass(request, random, explain);
    this.#openNextSource();
  }

  /** What is asked now; undefined when it is over. */
  get step(): Step | undefined {
    return this.#step;
  }

  /** How it ended. Throws a `TypeError` while something is asked. */
  get verdict(): Verdict {
    if (this.#step !== undefined || this.#verdict === undefined) throw new TypeError('discovery is not over: tell the answer to its step');
    return this.#verdict;
  }

  /** Answers the step, and thereby leads to the next one or to the end. Throws a `TypeError` when nothing was asked. */
  tell(answer: Answer): void {
    const step = this.#step;
    if (step === undefined) throw new TypeError('discovery is over: it asked nothing');
    switch (step.kind) {
      case 'recall':
        this.#pass.openRemembered(told(step, answer));
        return this.#tryNextHost();
      case 'lookup':
        return this.#hearLookup(step, told(step, answer));
      case 'attempt':
        return this.#hearAttempt(step, told(step, answer));
      case 'settle':
        return this.#hearSettled(told(step, answer));
      case 'remember':
        return this.#verdict === undefined ? this.#tryNextHost() : this.#end(this.#verdict);
      default:
        return step satisfies never;
    }
  }

  #openNextSource(): void {
    const source = this.#pass.nextSource();
    if (source === undefined) return this.#end(this.#pass.verdictWithoutHost());
    if (source.kind === 'opened') return this.#tryNextHost();
    this.#step = source;
  }

  /** The next host of the open group, then of the next group, then of the next source. */
  #tryNextHost(): void {
    for (;;) {
      if (!this.#isGroupOpen) {
        if (!this.#pass.enterNextGroup()) return this.#openNextSource();
        this.#isGroupOpen = true;
        this.#ready = false;
      }
      const candidate = this.#ready ? undefined : this.#pass.nextInGroup();
      if (candidate !== undefined) {
        this.#step = { kind: 'attempt', candidate };
        return;
      }
      if (this.#pending > 0) {
        this.#step = SETTLE;
        return;
      }
      this.#isGroupOpen = false;
    }
  }

  #hearLookup({ domain }: StepOf<'lookup'>, answer: Dialogue['lookup']['told']): void {
    if (answer.kind === 'out-of-time') return this.#end(TIMED_OUT);
    this.#pass.openDomain(domain, answer);
    return this.#tryNextHost();
  }

  #hearAttempt({ candidate }: StepOf<'attempt'>, answer: Dialogue['attempt']['told']): void {
    if (answer.kind === 'out-of-time') return this.#end(TIMED_OUT);
    if (answer.kind !== 'pending') return this.#judge(candidate, answer);
    this.#pending += 1;
    this.#ready = answer.ready;
    return this.#tryNextHost();
  }

  #hearSettled(answer: Dialogue['settle']['told']): void {
    if (answer.kind === 'out-of-time') return this.#end(TIMED_OUT);
    this.#pending -= 1;
    this.#ready = answer.ready;
    return this.#judge(answer.candidate, answer.result);
  }

  #judge(candidate: Candidate, result: AttemptResult): void {
    const host = this.#pass.hostToRemember(candidate, result);
    this.#verdict = this.#pass.verdictOn(candidate, result);
    if (host !== undefined) {
      this.#step = { kind: 'remember', host };
      return;
    }
    return this.#verdict === undefined ? this.#tryNextHost() : this.#end(this.#verdict);
  }

  #end(verdict: Verdict): void {
    this.#verdict = verdict;
    this.#step = undefined;
  }
}

const TIMED_OUT: Verdict = { outcome: 'timed-out' };
const SETTLE: StepOf<'settle'> = { kind: 'settle' };
