import type { Question } from '@srvkit/dns';
import { askServers } from './ask-servers.ts';
import type { Conclusion, Schedule, TryOutcome, TryRequest } from './ask-servers.ts';
import type { Try } from './lookup.ts';

/** What a lookup comes to, and what it took. */
export interface Findings {
  readonly conclusion: Conclusion;
  readonly tries: readonly Try[];
}

/**
 * One lookup on its way through the schedule: what is to be tried next, what was, and what could be said of it if it had to end now. Reads
 * no clock: `now` is milliseconds since any fixed moment.
 */
export class ScheduleProgress {
  readonly #question: Question;
  readonly #schedule: Schedule;
  readonly #asking: ReturnType<typeof askServers>;
  readonly #told: { readonly request: TryRequest; readonly outcome: TryOutcome }[] = [];
  readonly #tries: Try[] = [];
  #step: ReturnType<ReturnType<typeof askServers>['next']>;
  /** When the try under way began. */
  #beganAt: number | undefined;

  constructor(question: Question, schedule: Schedule) {
    this.#question = question;
    this.#schedule = schedule;
    this.#asking = askServers(question, schedule);
    this.#step = this.#asking.next();
  }

  /** The try that comes next, or is under way; undefined at the end. */
  get next(): TryRequest | undefined {
    return this.#step.done === true ? undefined : this.#step.value;
  }

  begin(now: number): void {
    this.#beganAt = now;
  }

  /** What came of the try that was begun. */
  tell(outcome: TryOutcome, now: number): void {
    const request = this.next;
    if (request === undefined || this.#beganAt === undefined) throw new TypeError('no try was begun');
    this.#tries.push(tryOf(request, outcome, now - this.#beganAt));
    this.#told.push({ request, outcome });
    this.#beganAt = undefined;
    this.#step = this.#asking.next(outcome);
  }

  /** How it ended, or what it comes to when nobody waits any longer: then the try under way is one that met silence. */
  findings(now: number): Findings {
    if (this.#step.done === true) return { conclusion: this.#step.value, tries: this.#tries };
    const tries = [...this.#tries];
    if (this.#beganAt !== undefined) tries.push(tryOf(this.#step.value, { kind: 'timeout' }, now - this.#beganAt));
    return { conclusion: this.#concludeNow(), tries };
  }

  /** What an early end means is the schedule's to say: a second run of it is told the same outcomes, and then that the time is over. */
  #concludeNow(): Conclusion {
    const told = this.#told;
    const edns = (server: string): boolean =>
      told.find(({ request }) => request.server === server)?.request.edns ?? this.#schedule.edns(server);
    const asking = askServers(this.#question, { ...this.#schedule, edns });
    let step = asking.next();
    for (const { outcome } of told) step = asking.next(outcome);
    if (this.#beganAt !== undefined) step = asking.next({ kind: 'timeout' });
    while (step.done !== true) step = asking.next({ kind: 'deadline' });
    return step.value;
  }
}

function tryOf({ server, transport }: TryRequest, outcome: TryOutcome, ms: number): Try {
  const rcode = outcome.kind === 'answered' ? outcome.message.rcode : null;
  return { server, transport, outcome: outcome.kind, rcode, ms: Math.round(ms * 1000) / 1000 };
}
