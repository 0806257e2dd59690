import type { Candidate } from '@srvkit/discovery';
import { contactAddress, type ContactEnding, type EndContact } from './contact-address.ts';
import { type Failure, isUntried } from './failure.ts';
import type { HostAddresses } from './host-addresses.ts';
import type { Contact, Endpoint } from './probe.ts';
import type { Attempt } from './resolution.ts';
import type { Timers } from './timers.ts';
import type { EndAttempt, Trace } from './trace.ts';

/**
 * How a host fared. `isUntried`: none of its addresses was contacted, or nobody could say what they are. `out-of-time`: the deadline of the
 * pass cut it off.
 */
export type HostResult<T> =
  | { readonly kind: 'reached'; readonly address: string; readonly value: T; readonly disown: () => void }
  | { readonly kind: 'rejected'; readonly final: boolean; readonly code: string | null; readonly address: string }
  | { readonly kind: Failure; readonly isUntried: boolean }
  | { readonly kind: 'out-of-time' | 'abandoned' };

export interface HostRaceOptions<T> {
  readonly candidate: Candidate;
  readonly addresses: HostAddresses;
  readonly contact: Contact<T>;
  readonly trace: Trace;
  readonly timers: Timers;
  readonly attemptTimeoutMs: number;
  readonly staggerMs: number;
  /** When the pass is over, by the clock of `timers`. */
  readonly deadlineAt: number;
  /** Called whenever `result` or `isQuiet` has changed. */
  readonly changed: () => void;
}

/**
 * One host: its addresses are tried one after the other, the next as soon as one fails or `staggerMs` have passed (RFC 8305 section 5), and
 * the first that answers decides. Once begun it goes by itself.
 */
export class HostRace<T> {
  readonly candidate: Candidate;
  /** How it ended; undefined while it goes on. */
  result: HostResult<T> | undefined;
  /** Every address that is known was started, and nothing has happened for `staggerMs`: time for another host. */
  isQuiet = false;
  /** An address is known, and was tried. */
  hasStarted = false;
  readonly #options: HostRaceOptions<T>;
  readonly #startMs: number;
  #running: readonly EndContact[] = [];
  #lastFailure: { readonly kind: Failure; readonly isUntried: boolean } | undefined;
  #mayStart = true;
  #callOffStagger: () => void = () => {};

  constructor(options: HostRaceOptions<T>) {
    this.candidate = options.candidate;
    this.#options = options;
    this.#startMs = options.trace.elapsed();
  }

  /** Starts with the addresses that are known. For those that are not there is the same time as for hosts that stay silent. */
  begin(): void {
    this.advance();
    if (!this.hasStarted && this.result === undefined) this.#restartStagger();
  }

  /** Starts what may be started now. Called when new addresses are known. */
  advance(): void {
    if (this.result !== undefined) return;
    const { addresses } = this.#options;
    const address = this.#mayStart ? addresses.take() : undefined;
    if (address !== undefined) this.#start(address);
    else if (this.#running.length === 0 && !addresses.isWaiting && !addresses.askMore()) this.#giveUp();
  }

  /** Another host was quicker (`abandoned`), or the pass has no more time. */
  abandon(outcome: 'timeout' | 'abandoned'): void {
    if (this.result === undefined) this.#noteIfNeverStarted(outcome);
    this.#end({ kind: 'abandoned' }, outcome);
  }

  #start(address: string): void {
    const { candidate, contact, trace, timers, attemptTimeoutMs, deadlineAt } = this.#options;
    const leftMs = deadlineAt - timers.clock();
    if (leftMs <= 0) return this.#endInTime();
    this.#mayStart = false;
    this.hasStarted = true;
    this.#restartStagger();
    const timeoutMs = Math.min(attemptTimeoutMs, leftMs);
    const endAttempt = trace.startAttempt(candidate, address);
    const endContact = contactAddress(contact, endpointOf(candidate, address), { timers, timeoutMs }, (ending) => {
      this.#running = this.#running.filter((other) => other !== endContact);
      endAttempt(ending.outcome, 'error' in ending ? ending.error : undefined);
      if (ending.outcome === 'timeout' && timeoutMs === leftMs) this.#end({ kind: 'out-of-time' });
      else this.#judge(ending, address, endAttempt);
    });
    this.#running = [...this.#running, endContact];
  }

  #judge(ending: ContactEnding<T>, address: string, endAttempt: EndAttempt): void {
    switch (ending.outcome) {
      case 'reached': {
        const { value } = ending;
        const disown = (): void => {
          endAttempt('abandoned');
          this.#options.contact.discard(value);
        };
        return this.#end({ kind: 'reached', address, value, disown });
      }
      case 'rejected':
        return this.#end({ kind: 'rejected', final: ending.final, code: ending.code ?? null, address });
      case 'abandoned':
        return undefined;
      case 'refused':
      case 'timeout':
      case 'unreachable':
      case 'name-not-found':
        this.#lastFailure = { kind: ending.outcome, isUntried: this.#lastFailure?.isUntried !== false && isUntried(ending.error) };
        this.#mayStart = true;
        return this.advance();
      default:
        return ending satisfies never;
    }
  }

  // An address that came after the deadline, as it does where the event loop stalled. What was started before has its own timer.
  #endInTime(): void {
    if (this.#running.length === 0) this.#giveUp();
  }

  #giveUp(): void {
    const { timers, deadlineAt, addresses } = this.#options;
    const isOutOfTime = timers.clock() >= deadlineAt;
    this.#noteIfNeverStarted(isOutOfTime ? 'timeout' : 'name-not-found');
    this.#end(isOutOfTime ? { kind: 'out-of-time' } : (this.#lastFailure ?? { kind: 'name-not-found', isUntried: addresses.isUncertain }));
  }

  // A host without a known address was tried all the same.
  #noteIfNeverStarted(outcome: Attempt['outcome']): void {
    if (!this.hasStarted) this.#options.trace.startAttempt(this.candidate, null, this.#startMs)(outcome);
  }

  #end(result: HostResult<T>, others: 'timeout' | 'abandoned' = 'abandoned'): void {
    if (this.result !== undefined) return;
    this.result = result;
    this.#callOffStagger();
    this.#options.addresses.close();
    for (const endContact of this.#running) endContact(others);
    this.#options.changed();
  }

  #restartStagger(): void {
    this.isQuiet = false;
    this.#callOffStagger();
    this.#callOffStagger = this.#options.timers.after(this.#options.staggerMs, () => {
      this.#mayStart = true;
      this.advance();
      if (this.result !== undefined || !this.#mayStart) return;
      // What failed is not kept waiting for by addresses that nobody may know.
      if (this.#running.length === 0 && this.#lastFailure !== undefined) return this.#giveUp();
      this.isQuiet = true;
      this.#options.changed();
    });
  }
}

function endpointOf({ target, port, source, domain, priority, weight }: Candidate, address: string): Endpoint {
  return { target, address, port, source, domain: domain === null ? null : domain.toString(), priority, weight };
}
