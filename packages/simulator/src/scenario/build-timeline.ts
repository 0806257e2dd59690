import { parseDomainName } from '@srvkit/dns';
import { parsePublishLine } from '@srvkit/kms';
import { checkPublishList, checkSearch, follow, publishLines, readable } from './checks.ts';
import type { Fail } from './checks.ts';
import { hostRecords, withNumbers } from './host-records.ts';
import type { Happening, HostScenario, Scenario, TimelineEvent } from './scenario.ts';
import { formatPath } from './scenario-error.ts';
import type { EventInFile } from './scenario-file.ts';

/** Adds the timeline: every host, site and domain it names is followed, and a new host starts when it says. */
export function buildTimeline(scenario: Scenario, events: readonly EventInFile[], fail: Fail): Scenario {
  const hosts = new Map(scenario.hosts);
  const timeline = events.map((event, at): TimelineEvent => {
    const path = ['timeline', at];
    if (event.at > scenario.durationMinutes) fail([...path, 'at'], 'comes after the end: write an earlier time, or a longer duration');
    const happening = readHappening(event, path, scenario, fail);
    if (happening.kind === 'new-host') {
      checkNew(happening.host, path, events.slice(0, at), scenario, event.at, fail);
      startAt(hosts, happening.host, event.at);
    }
    return { minute: event.at, path: formatPath(path), ...happening };
  });
  return { ...scenario, hosts, timeline: timeline.toSorted((a, b) => a.minute - b.minute) };
}

// Only a host that has not run yet is new, and one that stops does so later.
function checkNew(
  name: string,
  path: readonly PropertyKey[],
  earlier: readonly EventInFile[],
  { hosts }: Scenario,
  minute: number,
  fail: Fail,
): void {
  if (earlier.some((event) => 'newHost' in event && event.newHost === name))
    fail([...path, 'newHost'], `${name} is new twice: write restore`);
  const { stopMinute = Infinity } = hosts.get(name) ?? {};
  if (stopMinute <= minute) fail([...path, 'at'], `comes after ${name} stops: write an earlier time, or a later \`stop\``);
}

function startAt(hosts: Map<string, HostScenario>, name: string, startMinute: number): void {
  const host = hosts.get(name);
  if (host !== undefined) hosts.set(name, { ...host, startMinute });
}

function readHappening(
  event: EventInFile,
  path: readonly PropertyKey[],
  { hosts, sites, links, wan, service }: Scenario,
  fail: Fail,
): Happening {
  const host = (key: string, name: string): string => {
    follow(fail, [...path, ...key.split('.')], name, hosts.keys(), 'host');
    return name;
  };
  const place = (key: string, given: string | readonly [string, string]): readonly [string] | readonly [string, string] => {
    const names: readonly [string] | readonly [string, string] = typeof given === 'string' ? [given] : given;
    for (const name of names) follow(fail, [...path, key], name, sites.keys(), 'site');
    const [from, to] = names;
    if (from === to) fail([...path, key], 'leads from a site to itself: name two, or the site alone to cut it from all others');
    const linked = links.some(({ between }) => between.includes(from) && to !== undefined && between.includes(to));
    if (to !== undefined && !linked && wan === undefined) fail([...path, key], `${from} and ${to} have no link: name one of \`links\``);
    return names;
  };
  if ('crash' in event) return { kind: 'crash', host: host('crash', event.crash) };
  if ('restore' in event) return { kind: 'restore', host: host('restore', event.restore) };
  if ('partition' in event) return { kind: 'partition', sites: place('partition', event.partition) };
  if ('repair' in event) return { kind: 'repair', sites: place('repair', event.repair) };
  if ('newHost' in event) return { kind: 'new-host', host: host('newHost', event.newHost) };
  if ('publish' in event) {
    const name = host('publish.host', event.publish.host);
    const list = publishLines(event.publish.list);
    const changed = hosts.get(name);
    if (changed !== undefined) checkPublishList(fail, [...path, 'publish', 'list'], { ...changed, publish: list }, service);
    return { kind: 'publish', host: name, list };
  }
  if ('weight' in event) {
    const { domain, priority, weight } = event.weight;
    checkSearch(fail, [...path, 'weight', 'domain'], domain, service);
    readable(fail, [...path, 'weight', 'domain'], () => parsePublishLine(domain));
    const name = host('weight.host', event.weight.host);
    const changed = hosts.get(name);
    if (changed !== undefined) {
      const list = withNumbers(changed, parseDomainName(domain), weight, priority);
      readable(fail, [...path, 'weight', 'domain'], () => hostRecords({ ...changed, publish: list }, service));
    }
    return { kind: 'weight', host: name, domain, priority, weight };
  }
  const { domain } = event.withdraw;
  if (domain !== undefined) checkSearch(fail, [...path, 'withdraw', 'domain'], domain, service);
  return { kind: 'withdraw', host: host('withdraw.host', event.withdraw.host), domain };
}
