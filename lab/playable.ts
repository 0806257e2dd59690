import type { Scenario } from '@srvkit/simulator';
import type { ClientGroup } from './client-plan.ts';
import { zoneOf } from './lab-zones.ts';

const MOST = { sites: 2, hosts: 20, clients: 5000 };
const HAPPENINGS: readonly string[] = ['crash', 'restore', 'partition', 'repair']; // see conductor.ts

/**
 * Why a scenario cannot be played for real, with the place in the file and the remedy; undefined: it can. The simulator knows more than the lab's hosts
 * and network do, and what they would not follow must not be compared.
 */
export function whyNotPlayable(scenario: Scenario): string | undefined {
  const { sites, hosts, clients, timeline } = scenario;
  const total = [...clients.values()].reduce((sum, { count }) => sum + count, 0);
  if (sites.size > MOST.sites) return `sites: ${sites.size} of them, where the lab has room for ${MOST.sites}: leave some out`;
  if (hosts.size > MOST.hosts) return `hosts: ${hosts.size} of them, where the lab has room for ${MOST.hosts}: leave some out`;
  if (total > MOST.clients) return `clients: ${total} of them, where the lab has room for ${MOST.clients}: use --clients`;
  if (sites.size > 1 && scenario.links.length === 0 && scenario.wan === undefined)
    return 'links: the two sites are not connected: write a link between them';
  if ((scenario.wan?.loss ?? 0) > 0) return 'wan.loss: the lab loses nothing: leave it out';
  const wrong = timeline.find(({ kind }) => !HAPPENINGS.includes(kind));
  if (wrong !== undefined) return `${wrong.path}: the lab cannot play ${wrong.kind}: use ${HAPPENINGS.join(', ')}`;
  return (
    whyNotDns(scenario) ??
    firstOf(scenario.links, (link, at) => whyNotLink(link, at)) ??
    firstOf([...hosts], ([name, host]) => whyNotHost(name, host, scenario)) ??
    firstOf([...clients], ([name, group]) => whyNotGroup(name, group, scenario))
  );
}

function whyNotDns({ dns }: Scenario): string | undefined {
  if (dns.records.length > 0) return 'dns.static, dns.stale: the lab has no records but those of its hosts: leave them out';
  if (dns.scavenging !== undefined) return 'dns.scavenging: nothing ages in the lab: leave it out';
  if (dns.primary !== undefined) return 'dns.primary: leave it out: each site has a server in the lab';
  return dns.replicationMinutes > 0 ? 'dns.replicationDelay: servers of the lab are told of changes at once: leave it out' : undefined;
}

function whyNotLink({ loss, firewall }: Scenario['links'][number], at: number): string | undefined {
  if (loss > 0) return `links[${at}].loss: the lab loses nothing: leave it out`;
  return firewall.length > 0 ? `links[${at}].firewall: the lab has none: leave it out` : undefined;
}

function whyNotHost(name: string, host: Host, scenario: Scenario): string | undefined {
  if (zoneOf(scenario, host.target) === undefined) return `hosts.${name}.name: ${host.target} is in no zone: add one to dns.zones`;
  if (host.startMinute > 0 || host.stopMinute !== undefined)
    return `hosts.${name}: start and stop are not played: write crash and restore into the timeline`;
  return host.publishing ? undefined : `hosts.${name}.publishing: a host of the lab publishes itself: leave it out`;
}

function whyNotGroup(name: string, group: ClientGroup, { profiles }: Scenario): string | undefined {
  const path = `clients.${name}`;
  if (profiles.get(group.profile)?.kind !== 'service')
    return `${path}.profile: hosts of the lab count nobody, so that activation cannot be played: use a profile with \`kind: service\``;
  if (group.arrival.law === 'office-hours') return `${path}.arrival: office hours are not played: use at-once, at or spread`;
  return group.roaming === undefined ? undefined : `${path}.roaming: clients of the lab stay at their site: leave it out`;
}

type Host = NonNullable<ReturnType<Scenario['hosts']['get']>>;

function firstOf<T>(items: readonly T[], why: (item: T, at: number) => string | undefined): string | undefined {
  for (const [at, item] of items.entries()) {
    const reason = why(item, at);
    if (reason !== undefined) return reason;
  }
  return undefined;
}
