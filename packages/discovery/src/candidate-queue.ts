import type { DomainName } from '@srvkit/dns';
import { Draw, type PreparedSet, type Random, type SrvTarget } from '@srvkit/selection';
import { type Candidate, recordCandidate } from './candidate.ts';
import type { Explain, RandomDraw } from './decision.ts';
import type { DiscoveryRequest } from './request.ts';

/** The hosts of the source that is open, a priority group at a time: one host alone, or the records of a domain as they are drawn. */
export class CandidateQueue {
  readonly #demoted: DiscoveryRequest['demoted'];
  readonly #random: Random;
  readonly #explain: Explain | undefined;
  #draws: RandomDraw[] = [];
  #single: Candidate | undefined;
  #draw: Draw | undefined;
  #domain: DomainName | undefined;
  #groupsEntered = 0;

  constructor(demoted: DiscoveryRequest['demoted'], random: Random, explain: Explain | undefined) {
    this.#demoted = demoted;
    this.#random = explain === undefined ? random : this.#recording(random);
    this.#explain = explain;
  }

  /** Whether a better priority group of the same domain came before the open one. */
  get isPastBestGroup(): boolean {
    return this.#groupsEntered > 1;
  }

  openHost(candidate: Candidate): void {
    this.#single = candidate;
    this.#groupsEntered = 0;
  }

  openRecords(domain: DomainName, set: PreparedSet): void {
    this.#domain = domain;
    this.#groupsEntered = 0;
    this.#draw = new Draw(set, this.#random, this.#demoted === undefined ? undefined : (record) => this.#isDemoted(record, domain));
    if (this.#explain !== undefined)
      for (const record of set.dropped) this.#explain({ kind: 'dropped-record', domain, record, why: 'set-too-large' });
  }

  /** Goes on to the next group. False when the source is used up. */
  enterNextGroup(): boolean {
    if (this.#draw === undefined) return this.#single !== undefined;
    this.#groupsEntered += 1;
    if (this.#draw.enterNextGroup()) return true;
    this.#draw = undefined;
    return false;
  }

  /** The next host of the open group; undefined when the group is used up. */
  next(): Candidate | undefined {
    const record = this.#draw?.nextInGroup();
    if (record === undefined || this.#domain === undefined) return this.#takeSingle();
    const candidate = recordCandidate(record, this.#domain);
    if (this.#explain !== undefined) {
      this.#explain({ kind: 'drawn', candidate, draws: this.#draws });
      this.#draws = [];
    }
    return candidate;
  }

  #takeSingle(): Candidate | undefined {
    const single = this.#single;
    this.#single = undefined;
    return single;
  }

  #isDemoted(record: SrvTarget, domain: DomainName): boolean {
    const isDemoted = this.#demoted?.(record.target, record.port) ?? false;
    if (isDemoted) this.#explain?.({ kind: 'demoted', candidate: recordCandidate(record, domain) });
    return isDemoted;
  }

  #recording(random: Random): Random {
    return {
      below: (bound) => {
        const value = random.below(bound);
        this.#draws.push({ bound, value });
        return value;
      },
    };
  }
}
