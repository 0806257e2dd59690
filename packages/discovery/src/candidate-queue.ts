import type { DomainName } from '@srvkit/dns';
import { Draw, type PreparedSet, type Random, type SrvTarget } from '@srvkit/selection';
import { type Candidate, recordCandidate } from './candidate.ts';
import type { Explain } from './decision.ts';
import { DrawRecorder } from './draw-recorder.ts';
import type { DiscoveryRequest } from './request.ts';

type Wishes = Pick<DiscoveryRequest, 'demoted' | 'dnsPort'>;

/** The hosts of the source that is open, a priority group at a time: one host alone, or the records of a domain as they are drawn. */
export class CandidateQueue {
  readonly #wishes: Wishes;
  readonly #random: Random;
  readonly #explain: Explain | undefined;
  #recorder: DrawRecorder | undefined;
  #single: Candidate | undefined;
  #draw: Draw | undefined;
  #domain: DomainName | undefined;
  #groupsEntered = 0;

  constructor(wishes: Wishes, random: Random, explain: Explain | undefined) {
    this.#wishes = wishes;
    this.#random = random;
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
    this.#recorder ??= this.#explain && new DrawRecorder(this.#random);
    this.#draw = new Draw(set, this.#recorder ?? this.#random, isDemotedIn(domain, this.#wishes, this.#explain));
    if (this.#explain !== undefined) tellDropped(domain, set, this.#explain);
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
    if (this.#draw === undefined || this.#domain === undefined) return this.#takeSingle();
    const record = this.#draw.nextInGroup();
    if (record === undefined) return undefined;
    const candidate = recordCandidate(record, this.#domain, this.#wishes.dnsPort);
    if (this.#recorder !== undefined) this.#explain?.({ kind: 'drawn', candidate, draws: this.#recorder.take() });
    return candidate;
  }

  #takeSingle(): Candidate | undefined {
    const single = this.#single;
    this.#single = undefined;
    return single;
  }
}

function tellDropped(domain: DomainName, { dropped }: PreparedSet, explain: Explain): void {
  for (const record of dropped) explain({ kind: 'dropped-record', domain, record, why: 'set-too-large' });
}

/** The request's own rule, put to records, and each host it holds back told to whoever listens. Undefined when there is no rule. */
function isDemotedIn(
  domain: DomainName,
  { demoted, dnsPort }: Wishes,
  explain: Explain | undefined,
): ((record: SrvTarget) => boolean) | undefined {
  if (demoted === undefined) return undefined;
  return (record) => {
    const isDemoted = demoted(record.target, dnsPort ?? record.port);
    if (isDemoted) explain?.({ kind: 'demoted', candidate: recordCandidate(record, domain, dnsPort) });
    return isDemoted;
  };
}
