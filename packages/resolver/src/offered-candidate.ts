import type { AttemptResult, Candidate, Source } from '@srvkit/discovery';
import { failureOf } from './failure.ts';

/** A host to try, and the place to say how it went. The first word counts. */
export class OfferedCandidate {
  readonly target: string;
  readonly port: number;
  readonly source: Source;
  /** The domain whose SRV records named the host; null for other sources. */
  readonly domain: string | null;
  readonly priority: number | null;
  readonly weight: number | null;
  #result: AttemptResult | undefined;
  readonly #told: (result: AttemptResult, error?: unknown) => void;

  constructor(candidate: Candidate, told: (result: AttemptResult, error?: unknown) => void) {
    this.target = candidate.target;
    this.port = candidate.port;
    this.source = candidate.source;
    this.domain = candidate.domain === null ? null : candidate.domain.toString();
    this.priority = candidate.priority;
    this.weight = candidate.weight;
    this.#told = told;
  }

  /** It works: it is remembered, and no further host will be offered. */
  reached(): void {
    this.#tell({ kind: 'reached', address: null });
  }

  /** It does not. The error's code says why, as with a probe. */
  failed(error?: unknown): void {
    this.#tell({ kind: failureOf(error) }, error);
  }

  /** It answered and said no. `final`: no other host would say otherwise. */
  rejected({ final = false, code = null }: { final?: boolean; code?: string | null } = {}): void {
    this.#tell({ kind: 'rejected', final, code, address: null });
  }

  /** What was said; undefined so far. */
  get result(): AttemptResult | undefined {
    return this.#result;
  }

  #tell(result: AttemptResult, error?: unknown): void {
    if (this.#result !== undefined) return;
    this.#result = result;
    this.#told(result, error);
  }
}
