import { discover, drive, makeRequest } from '@srvkit/discovery';
import type { CachedHost, DiscoveryRequest } from '@srvkit/discovery';
import { parseDomainName } from '@srvkit/dns';
import { exactOrderings, pcg32, prepareSet, toNumber } from '@srvkit/selection';
import type { SrvTarget } from '@srvkit/selection';
import { hostRecords } from '@srvkit/simulator';
import type { Scenario } from '@srvkit/simulator';
import { categoriesOf, periodBegins } from './census.ts';
import type { Count } from './census.ts';
import { requestOf } from './client-plan.ts';
import type { ClientGroup } from './client-plan.ts';

/** The exact chance of a category that the census counts. */
export interface Chance extends Pick<Count, 'question' | 'period' | 'group' | 'category'> {
  readonly probability: number;
}

const MOST_ORDERS = 10_000;

/**
 * The exact law of who serves the clients of each group in each period, and of who fails them first: discovery is led through every order that the
 * records can be drawn in. Nothing of the simulator is in it but the reading of scenarios. Groups for which it cannot be listed are left out:
 * those with too many orders, and those that remember hosts in a scenario in which some of them may sleep through a period.
 */
export function exactLaw(scenario: Scenario): readonly Chance[] {
  const periods = periodBegins(scenario).map((minute) => environmentAt(scenario, minute));
  return [...scenario.clients].flatMap(([name, group]) => {
    const request = makeRequest(requestOf(scenario, group));
    if (request.caching && (request.provisional || !isAwakeInEveryPeriod(scenario, group))) return [];
    const orders = ordersOf(scenario, request);
    return orders === undefined ? [] : lawOf({ name, site: group.site, request, orders, periods });
  });
}

/** Who works for whom in a period. */
type Environment = (target: string, site: string) => { readonly host: string; readonly works: boolean };

function environmentAt({ hosts, timeline }: Scenario, minute: number): Environment {
  const down = new Set<string>();
  let isCut = false;
  for (const event of timeline.filter((each) => each.minute <= minute)) {
    if (event.kind === 'crash') down.add(event.host);
    if (event.kind === 'restore') down.delete(event.host);
    if (event.kind === 'partition' || event.kind === 'repair') isCut = event.kind === 'partition';
  }
  return (target, site) => {
    const name = parseDomainName(target);
    const [host, found] = [...hosts].find(([, each]) => parseDomainName(each.target).equals(name)) ?? [target, undefined];
    return { host, works: found !== undefined && !down.has(host) && (!isCut || found.site === site) };
  };
}

// All have come before the first event, and no period is shorter than the time between two passes.
function isAwakeInEveryPeriod({ timeline, durationMinutes, profiles }: Scenario, { arrival, profile }: ClientGroup): boolean {
  const { everyMinutes = 0, retryMinutes = 0 } = profiles.get(profile) ?? {};
  const longest = Math.max(everyMinutes, retryMinutes);
  const begins = [...periodBegins({ timeline }), durationMinutes];
  const last = arrival.law === 'spread' ? arrival.atMinute + arrival.overMinutes - 1 : arrival.atMinute;
  return begins.every((begin, at) => at === 0 || begin - (begins[at - 1] ?? 0) >= longest) && last < (begins[1] ?? 0);
}

/** The targets of each domain, by its key, in one order of all that can be drawn. */
interface Orders {
  readonly byDomain: ReadonlyMap<string, readonly SrvTarget[]>;
  readonly probability: number;
}

function ordersOf({ hosts, service }: Scenario, { domains, policy }: DiscoveryRequest): readonly Orders[] | undefined {
  const published = [...hosts.values()].map((host) => hostRecords(host, service).desired);
  let orders: readonly Orders[] = [{ byDomain: new Map(), probability: 1 }];
  for (const domain of domains) {
    const targets = published.flatMap(({ target, port, entries }) =>
      entries.filter((entry) => entry.domain.equals(domain)).map(({ priority, weight }) => ({ target, port, priority, weight })),
    );
    if (targets.length === 0) continue;
    const inDomain = exactOrderings(prepareSet(targets, policy.law));
    if (orders.length * inDomain.length > MOST_ORDERS) return undefined;
    orders = orders.flatMap((before) =>
      inDomain.map(({ order, probability }) => ({
        byDomain: new Map([...before.byDomain, [domain.key, order]]),
        probability: before.probability * toNumber(probability),
      })),
    );
  }
  return orders;
}

interface GroupLaw {
  readonly name: string;
  readonly site: string;
  readonly request: DiscoveryRequest;
  readonly orders: readonly Orders[];
  readonly periods: readonly Environment[];
}

// Clients that remember are where their first pass of a period has led them until its end: nothing changes meanwhile.
function lawOf({ name, site, request, orders, periods }: GroupLaw): readonly Chance[] {
  let states: readonly State[] = [{ remembered: undefined, probability: 1 }];
  const chances = new Map<string, Chance>();
  for (const [period, environment] of periods.entries()) {
    const next = new Map<string, State>();
    for (const state of states) {
      for (const order of orders) {
        const pass = playPass(request, order, state.remembered, (target) => environment(target, site));
        const probability = state.probability * order.probability;
        for (const [question, category] of categoriesOf(pass)) {
          const key = `${question} ${period} ${category}`;
          const before = chances.get(key)?.probability ?? 0;
          chances.set(key, { question, period, group: name, category, probability: before + probability });
        }
        const key = pass.remembered?.target ?? '';
        next.set(key, { remembered: pass.remembered, probability: (next.get(key)?.probability ?? 0) + probability });
      }
    }
    states = [...next.values()];
  }
  return [...chances.values()];
}

interface State {
  readonly remembered: CachedHost | undefined;
  readonly probability: number;
}

/** One pass of the real discovery. Each target is a priority of its own, so that there is nothing left to draw. */
function playPass(
  request: DiscoveryRequest,
  { byDomain }: Orders,
  remembered: CachedHost | undefined,
  meet: (target: string) => ReturnType<Environment>,
): { host: string | null; failedFirst: string | null; remembered: CachedHost | undefined } {
  let [kept, failedFirst]: [CachedHost | undefined, string | null] = [remembered, null];
  const verdict = drive(discover(request, pcg32(0)), {
    recall: () => remembered && { host: remembered, now: () => 0 },
    lookup: ({ domain }) => {
      const order = byDomain.get(domain.key);
      return order === undefined
        ? { kind: 'nxdomain' }
        : { kind: 'records', set: prepareSet(order.map((target, priority) => ({ ...target, priority }))) };
    },
    attempt: ({ candidate }) => {
      const { host, works } = meet(candidate.target);
      if (!works) failedFirst ??= host;
      return works ? { kind: 'reached', address: null } : { kind: 'refused' };
    },
    remember: ({ host }) => {
      kept = { ...host, since: 0, lastReached: 0 };
      return undefined;
    },
  });
  return { host: verdict.outcome === 'reached' ? meet(verdict.candidate.target).host : null, failedFirst, remembered: kept };
}
