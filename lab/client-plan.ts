import type { RequestParts } from '@srvkit/resolver';
import { pcg32 } from '@srvkit/selection';
import type { Scenario } from '@srvkit/simulator';

/** One client of the lab: whose it is, what it asks for, and when. Plain data, for another process. */
export interface ClientPlan {
  readonly group: string;
  readonly member: number;
  readonly site: string;
  readonly request: RequestParts;
  readonly firstMinute: number;
  readonly everyMinutes: number;
  readonly retryMinutes: number;
  /** What its draws grow from: `seed` is that of the run, `stream` its own. */
  readonly seed: number;
  readonly stream: number;
}

/** All clients of a scenario, with their moments of arrival drawn from the seed. */
export function planClients(scenario: Scenario, seed: number): readonly ClientPlan[] {
  let stream = 0;
  return [...scenario.clients].flatMap(([group, clients]) => {
    const profile = scenario.profiles.get(clients.profile);
    if (profile === undefined) throw new RangeError(`group ${group} has the unknown profile ${clients.profile}`);
    const request = requestOf(scenario, clients);
    const { everyMinutes, retryMinutes } = profile;
    return Array.from({ length: clients.count }, (_, member): ClientPlan => {
      stream += 1;
      const firstMinute = arrivalMinute(clients.arrival, seed, stream);
      return { group, member, site: clients.site, request, firstMinute, everyMinutes, retryMinutes, seed, stream };
    });
  });
}

/** What the clients of a group ask for. */
export function requestOf(scenario: Scenario, { profile, search, site, pinned, caching }: ClientGroup): RequestParts {
  const { pinned: order, law, domains, fill } = { ...scenario.policies, ...scenario.profiles.get(profile)?.policy };
  return {
    service: scenario.service,
    domains: search ?? scenario.sites.get(site)?.search ?? [],
    pinned,
    caching,
    policy: { pinned: order, law, domains, fill },
  };
}

/** A group of clients of a scenario. */
export type ClientGroup = NonNullable<ReturnType<Scenario['clients']['get']>>;

type Arrival = ClientGroup['arrival'];

// The streams of the arrivals, far from those of the passes.
const ARRIVALS = 1_000_000;

function arrivalMinute(arrival: Arrival, seed: number, stream: number): number {
  if (arrival.law === 'at-once') return arrival.atMinute;
  if (arrival.law === 'spread') return arrival.atMinute + pcg32(seed, ARRIVALS + stream).below(arrival.overMinutes);
  throw new RangeError(`the lab cannot play the arrival law ${arrival.law}`);
}
