import { percent, thousands } from './figures.ts';
import type { RunResult } from './run-result.ts';
import type { HostReport, SimulationReport, SiteReport } from './simulation-report.ts';

/** What an administrator should know of a simulation, in plain words: the worst kind first, and in each kind the worst first. */
export function findings(report: SimulationReport, run: RunResult): readonly string[] {
  const { sites, hosts } = report;
  const { notes } = run.estate;
  return [
    ...notificationFindings(sites, report.series.binMinutes),
    ...graceFindings(sites),
    ...unservedFindings(sites),
    ...absentFindings(sites),
    ...silentFindings(hosts),
    ...thresholdFindings(hosts, run),
    ...refusalFindings(hosts, 'wrongProduct', 'it has no key for the product', 'having no key for the product'),
    ...refusalFindings(hosts, 'clockSkew', 'the clocks differ by more than 4 h', 'as the clocks differ by more than 4 h'),
    ...wanFindings(sites),
    ...shareFindings(report, run),
    ...targetFindings(run),
    ...[...notes].slice(0, MOST_NOTES),
    ...(notes.size > MOST_NOTES ? [`${thousands(notes.size - MOST_NOTES)} more notes of the same kinds`] : []),
  ];
}

/** One site or host to which something applies. */
interface Case {
  readonly size: number;
  /** What is said when it is one of few. */
  readonly alone: string;
  /** What is said of it in a list. */
  readonly listed: string;
}

const FEW = 3; // so many cases have a sentence each, more of them one together that names the worst
const MOST_NOTES = 12;

function tell(cases: readonly Case[], together: string): readonly string[] {
  const worstFirst = cases.toSorted((a, b) => b.size - a.size);
  if (cases.length <= FEW) return worstFirst.map(({ alone }) => alone);
  const named = worstFirst.slice(0, FEW).map(({ listed }) => listed);
  return [`${together}: ${named.join('; ')}; and ${cases.length - FEW} more`];
}

function notificationFindings(sites: readonly SiteReport[], binMinutes: number): readonly string[] {
  const cases = sites.flatMap(({ name, clients, states, series }): Case[] => {
    const most = highest(series.states.notification);
    if (most === 0) return [];
    const first = `the first by day ${day(series.states.notification.findIndex((count) => count > 0) * binMinutes)}`;
    const alone = `${thousands(most)} of ${thousands(clients)} clients of ${name} fell into Notification, ${first}; at the end ${thousands(states.notification)} are`;
    return [{ size: most, alone, listed: `${name} ${thousands(most)}, ${first}` }];
  });
  const atEnd = sum(sites.map(({ states }) => states.notification));
  return tell(
    cases,
    `${thousands(total(cases))} clients of ${cases.length} sites fell into Notification, at the end ${thousands(atEnd)} are`,
  );
}

function graceFindings(sites: readonly SiteReport[]): readonly string[] {
  const cases = sites.flatMap(({ name, series }): Case[] => {
    const most = highest(series.states.ootGrace);
    const alone = `up to ${thousands(most)} clients of ${name} were in out-of-tolerance grace`;
    return most === 0 ? [] : [{ size: most, alone, listed: `${name} up to ${thousands(most)}` }];
  });
  return tell(cases, `clients of ${cases.length} sites were in out-of-tolerance grace`);
}

function unservedFindings(sites: readonly SiteReport[]): readonly string[] {
  const cases = sites.flatMap(({ name, served, failed }): Case[] => {
    const count = failed === 1 ? '1 pass' : `${thousands(failed)} passes`;
    if (failed === 0 || sum(Object.values(served)) > 0) return [];
    return [{ size: failed, alone: `nobody was served at ${name}, in ${count}`, listed: `${name} in ${count}` }];
  });
  return tell(cases, `nobody was served at ${cases.length} sites`);
}

function absentFindings(sites: readonly SiteReport[]): readonly string[] {
  const cases = sites.flatMap(({ name, clients, states }): Case[] => {
    const size = clients - sum(Object.values(states));
    const count = `${thousands(size)} of ${thousands(clients)}`;
    return size === 0
      ? []
      : [{ size, alone: `${count} clients of ${name} are not switched on before the end`, listed: `${name} ${count}` }];
  });
  return tell(cases, `${thousands(total(cases))} clients of ${cases.length} sites are not switched on before the end`);
}

function targetFindings({ estate: { endpoints, unknownTargets } }: RunResult): readonly string[] {
  const cases = [...unknownTargets].map(([endpoint, size]): Case => {
    const [name, count] = [endpoints.nameOf(endpoint) ?? '', thousands(size)];
    const alone = `${count} attempts went to ${name}, which is no host: nobody stands behind the record or the pinned name`;
    return { size, alone, listed: `${name} ${count}` };
  });
  return tell(cases, `${thousands(total(cases))} attempts went to ${cases.length} targets that are no host`);
}

function silentFindings(hosts: readonly HostReport[]): readonly string[] {
  const silent = hosts.filter(({ firstAnsweredDay }) => firstAnsweredDay === null);
  const cases = silent.map(({ name }): Case => ({ size: 0, alone: `${name} answered nobody`, listed: name }));
  return tell(cases, `${cases.length} hosts answered nobody`);
}

function thresholdFindings(hosts: readonly HostReport[], { tally }: RunResult): readonly string[] {
  const cases = hosts.flatMap(({ name, refused, firstAnsweredDay }, index): Case[] => {
    const spell = tally.hosts[index]?.belowThreshold;
    if (refused.belowThreshold === 0 || spell === undefined) return [];
    const firstDay = Math.floor(firstAnsweredDay ?? 0);
    const until = firstDay >= 1 ? `answered nobody until day ${firstDay} and then ` : '';
    const span = `${duration(spell.minutes)}${spell.times > 1 ? `, ${spell.times} times` : ''}`;
    const size = refused.belowThreshold;
    const alone = `${name} ${until}refused ${requests(size)} in ${span}: below threshold`;
    return [{ size, alone, listed: `${name} ${thousands(size)} in ${span}${firstDay >= 1 ? ` from day ${firstDay} on` : ''}` }];
  });
  return tell(cases, `${cases.length} hosts refused ${thousands(total(cases))} requests below threshold`);
}

function refusalFindings(hosts: readonly HostReport[], kind: 'wrongProduct' | 'clockSkew', why: string, ofMany: string): readonly string[] {
  const cases = hosts.flatMap(({ name, refused }): Case[] => {
    const count = refused[kind];
    return count === 0 ? [] : [{ size: count, alone: `${name} refused ${requests(count)}: ${why}`, listed: `${name} ${thousands(count)}` }];
  });
  return tell(cases, `${cases.length} hosts refused ${thousands(total(cases))} requests, ${ofMany}`);
}

function wanFindings(sites: readonly SiteReport[]): readonly string[] {
  const servedAt = ({ served }: SiteReport): number => sum(Object.values(served));
  const away = sites.filter((site) => servedAt(site) > (site.served[site.name] ?? 0));
  const cases = away.map((site): Case => {
    const share = 1 - (site.served[site.name] ?? 0) / servedAt(site);
    const octets = `${thousands(site.wan.bytes)} octets`;
    return {
      size: site.wan.bytes,
      alone: `${percent(share)} of the activations at ${site.name} crossed the WAN, ${octets}`,
      listed: `${site.name} ${percent(share)}, ${octets}`,
    };
  });
  const all = sum(away.map(servedAt));
  const share = percent(1 - sum(away.map((site) => site.served[site.name] ?? 0)) / all);
  return tell(cases, `${share} of the activations at ${cases.length} sites crossed the WAN, ${thousands(total(cases))} octets`);
}

const FAR = 0.01; // a share that is off by less is not worth a word
const DEVIATIONS = 6;

// Beyond what chance explains: remembered hosts keep clients where they are (kms C-04).
function shareFindings({ hosts, activations: { succeeded } }: SimulationReport, { scenario }: RunResult): readonly string[] {
  const caching = [...scenario.clients.values()].some((group) => group.caching);
  const why = caching ? 'clients stay with the host they remember' : 'hosts below threshold or lost packets moved clients';
  const cases = hosts.flatMap(({ name, share, expectedShare }): Case[] => {
    if (share === null || expectedShare === null) return [];
    const size = Math.abs(share - expectedShare);
    const sigma = Math.sqrt((expectedShare * (1 - expectedShare)) / succeeded);
    if (size < Math.max(FAR, DEVIATIONS * sigma)) return [];
    const alone = `${name} has ${percent(share)} of the activations where priority and weight alone would give ${percent(expectedShare)}: ${why}`;
    return [{ size, alone, listed: `${name} ${percent(share)} in place of ${percent(expectedShare)}` }];
  });
  return tell(cases, `${cases.length} hosts have other shares than priority and weight alone would give, as ${why}`);
}

function total(cases: readonly Case[]): number {
  return sum(cases.map(({ size }) => size));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((result, number) => result + number, 0);
}

function highest(counts: readonly number[]): number {
  return counts.reduce((most, count) => Math.max(most, count), 0);
}

function day(minute: number): string {
  return String(Math.floor(minute / 1440));
}

function duration(minutes: number): string {
  if (minutes >= 1440) return `${Math.floor(minutes / 1440)} d ${Math.floor((minutes % 1440) / 60)} h`;
  return minutes >= 60 ? `${Math.floor(minutes / 60)} h ${minutes % 60} m` : `${minutes} m`;
}

function requests(count: number): string {
  return count === 1 ? '1 request' : `${thousands(count)} requests`;
}
