import { discover, drive } from '@srvkit/discovery';
import type { Answers, AttemptResult, CachedHost, LookupResult, Recalled, StepOf } from '@srvkit/discovery';
import { PassRandom } from './chance.ts';
import { CLIENT, GROUP_AND_HOST, PASSES, REMEMBERED, SINCE } from './client-table.ts';
import { endpointRemembered, rememberedEndpoint } from '../estate/endpoints.ts';
import type { Estate, Way } from '../estate/estate.ts';
import { ACTIVATED, refusals } from '../estate/host.ts';
import type { HostAnswer, Refusals } from '../estate/host.ts';
import type { Group, Population } from './population.ts';
import type { Tally } from '../tally/tally.ts';

const MINUTE_MS = 60_000;
const REFUSED: AttemptResult = { kind: 'refused' };
const TIMEOUT: AttemptResult = { kind: 'timeout' };
// How long TCP waits before it sends the first packet again, and again.
const RETRANSMIT_MS = [1000, 3000] as const;
const LOSS_DRAWS = 1_000_000;

/**
 * Answers the questions of `discover` for one client after the other, from the model of the estate. One object serves all clients: a pass
 * is over before the next begins.
 */
export class ClientPass implements Answers {
  readonly #estate: Estate;
  readonly #words: Int32Array;
  readonly #tally: Tally;
  readonly #random = new PassRandom();
  readonly #refusals: Refusals;
  readonly #recalled: { host: CachedHost; readonly now: () => number };
  #now = 0;
  #word = 0;
  #site = 0;
  #group: Group;
  #machine = 0;
  /** The endpoint contacted last, and the one that was recalled last. */
  #endpoint = -1;
  #rememberedEndpoint = -1;
  /** How long the pass has taken, and how much of it was over when the first attempt that failed was begun; -1 when none failed. */
  elapsedMs = 0;
  firstFailureMs = -1;
  /** The endpoint of that attempt. */
  failedFirst = -1;
  /** The host that activated the client, -1 for none. */
  servedBy = -1;

  constructor(estate: Estate, words: Int32Array, tally: Tally, group: Group) {
    this.#estate = estate;
    this.#words = words;
    this.#tally = tally;
    this.#group = group;
    this.#refusals = refusals(estate.scenario.policies.belowThreshold);
    this.#recalled = { host: NO_HOST, now: () => this.#now * MINUTE_MS };
  }

  /** One pass of a client, whose row begins at `word`. Gives whether a host served it. */
  run(word: number, group: Group, population: Population, now: number): boolean {
    const client = this.#words[word + CLIENT] ?? 0;
    const member = client - group.first;
    const passes = (this.#words[word + PASSES] ?? 0) + 1;
    this.#words[word + PASSES] = passes;
    this.#word = word;
    this.#now = now;
    this.#site = population.site;
    this.#group = group;
    this.#machine = group.cloned ? group.first : client;
    this.elapsedMs = 0;
    this.firstFailureMs = -1;
    this.failedFirst = -1;
    this.servedBy = -1;
    this.#random.begin(group.seed, member, passes);
    return drive(discover(population.request, this.#random), this).outcome === 'reached';
  }

  recall(_step: StepOf<'recall'>): Recalled | undefined {
    const remembered = this.#words[this.#word + REMEMBERED] ?? -1;
    if (remembered < 0) return undefined;
    this.#rememberedEndpoint = endpointRemembered(remembered);
    this.#recalled.host = this.#estate.endpoints.cachedHost(remembered, (this.#words[this.#word + SINCE] ?? 0) * MINUTE_MS);
    return this.#recalled;
  }

  lookup({ domain }: StepOf<'lookup'>): LookupResult {
    const siteDns = this.#estate.siteDns[this.#site];
    if (siteDns === undefined) throw new RangeError(`there is no site ${this.#site}`);
    const result = siteDns.lookup(domain, this.#group.home.request.policy.law, this.#now);
    this.elapsedMs += siteDns.waitedMs;
    return result;
  }

  attempt({ candidate }: StepOf<'attempt'>): AttemptResult {
    const estate = this.#estate;
    const endpoint = candidate.source === 'cache' ? this.#rememberedEndpoint : estate.endpoints.of(candidate.target, candidate.port);
    this.#endpoint = endpoint;
    this.#tally.attempts += 1;
    const begunMs = this.elapsedMs;
    const way = estate.way(this.#site, endpoint);
    if (way === undefined || way.verdict === 'drop' || !way.host.isUp) return this.#failed(TIMEOUT, estate.timeoutMs);
    const roundTripMs = 2 * (way.latencyMs + (way.jitterMs > 0 ? this.#random.below(way.jitterMs + 1) : 0));
    if (way.verdict === 'reject') return this.#failed(REFUSED, roundTripMs);
    if (way.loss !== undefined) {
      const waitedMs = this.#waitForLoss(way.loss);
      if (waitedMs >= estate.timeoutMs) return this.#failed(TIMEOUT, estate.timeoutMs);
      this.elapsedMs += waitedMs;
    }
    // One round trip to connect, one for the request.
    this.elapsedMs += 2 * roundTripMs;
    const answer = this.#group.isActivation ? way.host.answer(this.#group, this.#machine, this.#now) : 'activated';
    this.#count(way, answer);
    if (answer === 'activated') return ACTIVATED;
    this.#noteFailure(begunMs);
    return this.#refusals[answer];
  }

  remember({ host }: StepOf<'remember'>): undefined {
    const endpoint = this.#endpoint;
    this.#words[this.#word + REMEMBERED] = rememberedEndpoint(endpoint, host.provisional);
    if (host.since === null) this.#words[this.#word + SINCE] = this.#now;
  }

  #failed(result: AttemptResult, ms: number): AttemptResult {
    const { endpoints, unknownTargets } = this.#estate;
    const tally = this.#tally.hosts[endpoints.hostOf(this.#endpoint)];
    if (tally === undefined) unknownTargets.set(this.#endpoint, (unknownTargets.get(this.#endpoint) ?? 0) + 1);
    else tally.unanswered += 1;
    this.#noteFailure(this.elapsedMs);
    this.elapsedMs += ms;
    return result;
  }

  #noteFailure(begunMs: number): void {
    if (this.firstFailureMs >= 0) return;
    this.firstFailureMs = begunMs;
    this.failedFirst = this.#endpoint;
  }

  // Each try works when its packet and the reply both arrive. One draw decides about all tries.
  #waitForLoss(loss: number): number {
    const lost = 1 - (1 - loss) ** 2;
    const drawn = this.#random.below(LOSS_DRAWS) / LOSS_DRAWS;
    if (drawn >= lost) return 0;
    if (drawn >= lost ** 2) return RETRANSMIT_MS[0];
    return drawn >= lost ** 3 ? RETRANSMIT_MS[1] : Infinity;
  }

  #count({ host: { index }, isRemote }: Way, answer: HostAnswer): void {
    const tally = this.#tally.hosts[index];
    const site = this.#tally.sites[this.#site];
    if (tally === undefined || site === undefined) return;
    const { bin } = this.#tally;
    tally.answered(this.#now);
    if (isRemote) {
      site.crossings += 1;
      site.crossingBins[bin] = (site.crossingBins[bin] ?? 0) + 1;
    }
    const groupAndHost = this.#word + GROUP_AND_HOST;
    this.#words[groupAndHost] = ((this.#words[groupAndHost] ?? 0) & ~0xffff) | (index + 1);
    if (answer !== 'activated') {
      tally.refused[answer] += 1;
      if (answer === 'below-threshold') tally.refusedBelow(this.#now);
      return;
    }
    this.servedBy = index;
    tally.activations += 1;
    tally.bySite[this.#site] = (tally.bySite[this.#site] ?? 0) + 1;
    tally.bins[bin] = (tally.bins[bin] ?? 0) + 1;
  }
}

const NO_HOST: CachedHost = { service: '', scope: '', target: '', port: 0, address: null, since: 0, lastReached: 0, provisional: false };
