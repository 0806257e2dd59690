import { makeRequest } from '@srvkit/discovery';
import type { DiscoveryRequest } from '@srvkit/discovery';
import { parseDomainName } from '@srvkit/dns';
import type { DomainName } from '@srvkit/dns';
import type { ProductThreshold } from '@srvkit/kms';
import { groupSeed, settledBelow } from './chance.ts';
import { productNamed } from '../estate/host.ts';
import type { Arrival, ClientProfile, ClientScenario, Hours, Scenario } from '../scenario/scenario.ts';

/** A group of clients, ready to be played: its clients are `first` to `first + count - 1`. */
export interface Group {
  readonly index: number;
  readonly name: string;
  readonly scenario: ClientScenario;
  readonly profile: ClientProfile;
  readonly seed: number;
  readonly first: number;
  readonly count: number;
  readonly isActivation: boolean;
  readonly product: ProductThreshold;
  readonly clockOffsetMinutes: number;
  /** Whether all have one machine id. */
  readonly cloned: boolean;
  /** When the home site is connected again after it was cut off, in the order of time. */
  readonly reconnectedAt: readonly number[];
  readonly home: Population;
  /** Where its clients roam to. */
  readonly away: readonly Population[];
  /** The days on which clients may arrive, of a group that arrives in office hours; else empty. */
  readonly workdays: readonly number[];
}

/** The clients of a group while they are at one site: they all ask the same. */
export interface Population {
  /** Counts through all populations. */
  readonly index: number;
  readonly site: number;
  readonly request: DiscoveryRequest;
  /** The same of a client that remembers no host. */
  readonly uncached: DiscoveryRequest;
}

/** Each group of a scenario with its requests: the pinned hosts, the suffix search list of the site they are at, the policies. */
export function makeGroups(scenario: Scenario): readonly Group[] {
  const names = new Map<string, DomainName>();
  const sites = [...scenario.sites.keys()];
  let first = 0;
  let population = 0;
  return [...scenario.clients].map(([name, clients], index) => {
    const profile = scenario.profiles.get(clients.profile);
    if (profile === undefined) throw new RangeError(`group ${name} has the unknown profile ${clients.profile}`);
    const at = (site: string): Population => {
      const search = (clients.search ?? scenario.sites.get(site)?.search ?? []).map((text) => sameName(names, text));
      const request = requestOf(scenario, clients, profile, search);
      population += 1;
      return { index: population - 1, site: sites.indexOf(site), request, uncached: makeRequest({ ...request, caching: false }) };
    };
    first += clients.count;
    return {
      index,
      name,
      scenario: clients,
      profile,
      seed: groupSeed(scenario.seed, name),
      first: first - clients.count,
      count: clients.count,
      isActivation: profile.kind === 'activation',
      product: productNamed(clients.product),
      clockOffsetMinutes: clients.clockOffsetMinutes,
      cloned: clients.cloned,
      reconnectedAt: scenario.timeline.flatMap((event) =>
        event.kind === 'repair' && event.sites.length === 1 && event.sites[0] === clients.site ? [event.minute] : [],
      ),
      home: at(clients.site),
      away: (clients.roaming?.to ?? []).map(at),
      workdays: workdaysOf(clients.arrival),
    };
  });
}

/** When a client is switched on for the first time, in minutes; day 0 is a Monday. */
export function arrivalMinute({ scenario: { arrival }, seed, workdays }: Group, member: number): number {
  switch (arrival.law) {
    case 'at-once':
      return arrival.atMinute;
    case 'spread':
      return arrival.atMinute + settledBelow(seed, member, DRAW.arrival, arrival.overMinutes);
    case 'office-hours': {
      const day = workdays[settledBelow(seed, member, DRAW.arrivalDay, Math.max(1, workdays.length))] ?? Math.floor(arrival.atMinute / DAY);
      return day * DAY + minuteWithin(arrival.hours, seed, member, DRAW.arrival);
    }
    default:
      return arrival satisfies never;
  }
}

/** Where a client is, and so what it asks. */
export function placeAt({ scenario: { roaming }, seed, home, away }: Group, member: number, now: number): Population {
  if (roaming === undefined || settledBelow(seed, member, DRAW.roams, ROAMS_OF) >= roaming.share * ROAMS_OF) return home;
  const since = now - settledBelow(seed, member, DRAW.roamingPhase, roaming.everyMinutes);
  if (since < 0 || since % roaming.everyMinutes >= roaming.awayMinutes) return home;
  return away[settledBelow(seed, member, DRAW.roamingTo + Math.floor(since / roaming.everyMinutes), away.length)] ?? home;
}

/**
 * The next minute after `now` at which something makes a client in the 15-minute watch try again (kms T-06): a logon, another network, or
 * the end of an outage of its site. Infinity for never.
 */
export function nextQualifyingEvent(group: Group, member: number, now: number): number {
  const reconnection = group.reconnectedAt.find((minute) => minute > now) ?? Infinity;
  return Math.min(nextLogon(group, member, now), nextMove(group, member, now), reconnection);
}

const DAY = 1440;
const ROAMS_OF = 1_000_000;
// What a client's settled draws are for; each number means one draw for ever.
const DRAW = { arrival: 0, arrivalDay: 1, roams: 2, roamingPhase: 3, logon: 4, roamingTo: 1000 } as const;

function requestOf(
  { service, policies }: Scenario,
  { pinned, caching }: ClientScenario,
  { policy }: ClientProfile,
  domains: readonly DomainName[],
): DiscoveryRequest {
  const { pinned: order, law, domains: which, fill } = policies;
  return makeRequest({ service, domains, pinned, caching, policy: { pinned: order, law, domains: which, fill, ...policy } });
}

// The same object for the same name: the sites' resolvers find what they keep by it.
function sameName(names: Map<string, DomainName>, text: string): DomainName {
  const name = parseDomainName(text);
  const known = names.get(name.key) ?? name;
  names.set(name.key, known);
  return known;
}

function nextLogon({ scenario: { logon }, seed }: Group, member: number, now: number): number {
  if (logon === undefined) return Infinity;
  const minute = minuteWithin(logon, seed, member, DRAW.logon);
  let day = Math.floor(now / DAY);
  while (!isWorkday(day) || day * DAY + minute <= now) day += 1;
  return day * DAY + minute;
}

function nextMove({ scenario: { roaming }, seed }: Group, member: number, now: number): number {
  if (roaming === undefined || settledBelow(seed, member, DRAW.roams, ROAMS_OF) >= roaming.share * ROAMS_OF) return Infinity;
  const phase = settledBelow(seed, member, DRAW.roamingPhase, roaming.everyMinutes);
  if (now < phase) return phase;
  const into = (now - phase) % roaming.everyMinutes;
  return now - into + (into < roaming.awayMinutes ? roaming.awayMinutes : roaming.everyMinutes);
}

function minuteWithin({ fromMinute, toMinute }: Hours, seed: number, member: number, draw: number): number {
  return fromMinute + settledBelow(seed, member, draw, Math.max(1, toMinute - fromMinute));
}

function workdaysOf(arrival: Arrival): readonly number[] {
  if (arrival.law !== 'office-hours') return [];
  return Array.from({ length: arrival.overDays }, (_, day) => Math.floor(arrival.atMinute / DAY) + day).filter(isWorkday);
}

function isWorkday(day: number): boolean {
  return day % 7 < 5;
}
