import { discover, drive } from '@srvkit/discovery';
import type { Candidate, LookupResult } from '@srvkit/discovery';
import { exactFirstChoice, pcg32, toNumber } from '@srvkit/selection';
import type { SrvTarget } from '@srvkit/selection';
import type { Estate } from '../estate/estate.ts';
import type { Group, Population } from './population.ts';

const MOST_FAILED = 16; // what the exact law is computed for

interface Served {
  count: number;
  /** The chance of each host, by its number; undefined: it is not known. */
  readonly shares: ReadonlyMap<number, number> | undefined;
}

/**
 * What the exact law says about the load of each host: every activation is shared out by the chance that a discovery without a remembered
 * host had at that time to end at each host. So the expectation has the outages, the delays of DNS and the arrivals in it, and what is
 * left between it and the simulated share is chance, and caching.
 */
export class Expectation {
  readonly #estate: Estate;
  readonly #expected: Float64Array;
  #served: (Served | undefined)[] = [];
  #isKnown = true;
  #version = -1;

  constructor(estate: Estate) {
    this.#estate = estate;
    this.#expected = new Float64Array(estate.hosts.length);
  }

  /** To be called before the clients of a minute: what was expected until now is settled when the estate has changed. */
  beginMinute(): void {
    // All of them only go up, so that their sum tells of any change.
    let { version } = this.#estate;
    for (const siteDns of this.#estate.siteDns) version += siteDns.version;
    if (version === this.#version) return;
    this.#settle();
    this.#version = version;
  }

  activated(group: Group, population: Population, now: number): void {
    const served = this.#served[population.index];
    if (served !== undefined) served.count += 1;
    else this.#served[population.index] = { count: 1, shares: expectedShares(this.#estate, group, population, now) };
  }

  /** How many activations each host was to expect; undefined when that cannot be computed. */
  result(): readonly number[] | undefined {
    this.#settle();
    return this.#isKnown ? [...this.#expected] : undefined;
  }

  #settle(): void {
    for (const served of this.#served) {
      if (served === undefined) continue;
      if (served.shares === undefined) this.#isKnown = false;
      for (const [host, share] of served.shares ?? []) this.#expected[host] = (this.#expected[host] ?? 0) + share * served.count;
    }
    this.#served = [];
  }
}

/** Where a discovery ends: it is run to see which source decides, and the law of the deciding set says with what chance. */
function expectedShares(estate: Estate, group: Group, { uncached, site }: Population, now: number): Served['shares'] {
  const asker = group.isActivation ? group : undefined;
  const answers = new Map<string, LookupResult>();
  const works = (candidate: Pick<Candidate, 'target' | 'port'>): boolean =>
    estate.serves(estate.endpoints.of(candidate.target, candidate.port), site, asker);
  const verdict = drive(discover(uncached, pcg32(0)), {
    recall: () => undefined,
    lookup: ({ domain }) => {
      const answer = estate.siteDns[site]?.peek(domain, uncached.policy.law, now) ?? { kind: 'nodata' };
      answers.set(domain.key, answer);
      return answer;
    },
    attempt: ({ candidate }) => (works(candidate) ? { kind: 'reached', address: null } : { kind: 'timeout' }),
    remember: () => undefined,
  });
  if (verdict.outcome !== 'reached') return new Map();
  const { candidate } = verdict;
  const decided = candidate.domain === null ? undefined : answers.get(candidate.domain.key);
  if (decided?.kind !== 'records') return new Map([[estate.endpoints.hostOf(estate.endpoints.of(candidate.target, candidate.port)), 1]]);
  const failed = ({ target, port }: SrvTarget): boolean => !works({ target: target.toString(), port });
  if (decided.set.groups.some(({ targets }) => targets.filter(failed).length > MOST_FAILED)) return undefined;
  const shares = new Map<number, number>();
  for (const { target, probability } of exactFirstChoice(decided.set, { failed })) {
    const host = estate.endpoints.hostOf(estate.endpoints.of(target.target.toString(), target.port));
    shares.set(host, (shares.get(host) ?? 0) + toNumber(probability));
  }
  return shares;
}
