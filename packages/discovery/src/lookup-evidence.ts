import type { LookupResult } from './dialogue.ts';
import type { Verdict } from './verdict.ts';

/** What the lookups of a pass have answered so far, counted. */
export class LookupEvidence {
  asked = 0;
  withRecords = 0;
  failed = 0;
  #refused = 0;
  #noServer = 0;
  #unavailable = 0;
  #nodata = 0;

  note(answer: LookupResult): void {
    this.asked += 1;
    switch (answer.kind) {
      case 'records':
        if (answer.set.size > 0) this.withRecords += 1;
        else this.#nodata += 1;
        break;
      case 'failed':
        this.failed += 1;
        if (answer.why === 'refused') this.#refused += 1;
        if (answer.why === 'no-server') this.#noServer += 1;
        break;
      case 'unavailable':
        this.#unavailable += 1;
        break;
      case 'nodata':
        this.#nodata += 1;
        break;
      case 'nxdomain':
        break;
      default:
        answer satisfies never;
    }
  }

  /** The verdict when no host came of it. A failure outranks every negative answer: the records may be there (kms 6.1, srv M7). */
  verdict(): Verdict {
    if (this.failed > 0) return { outcome: 'failed', why: this.#whyFailed() };
    if (this.#unavailable > 0) return { outcome: 'unavailable' };
    return { outcome: 'not-found', why: this.asked === 0 ? 'no-domain' : this.#nodata > 0 ? 'nodata' : 'nxdomain' };
  }

  #whyFailed(): 'no-server' | 'refused' | 'failure' {
    if (this.#noServer > 0) return 'no-server';
    return this.#refused === this.asked ? 'refused' : 'failure';
  }
}
