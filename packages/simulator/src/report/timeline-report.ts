import { DEFAULT_INTERVALS } from '@srvkit/kms';
import { inDays, percent, shareOf, thousands } from './figures.ts';
import type { RunResult } from './run-result.ts';
import type { Happening } from '../scenario/scenario.ts';
import type { PeriodReport, TimelineReport } from './simulation-report.ts';
import type { Snapshot } from '../tally/snapshot.ts';

/** Each event with the time before and after it. */
export function timelineReport({ scenario: { timeline }, estate, snapshots, last }: RunResult): readonly TimelineReport[] {
  const names = estate.hosts.map(({ name }) => name);
  const at = (minute: number): Snapshot => snapshots.get(minute) ?? (minute === 0 ? start(names.length) : last);
  return timeline.map((event) => {
    const { minute } = event;
    const earlier = timeline.findLast((other) => other.minute < minute)?.minute ?? 0;
    const later = timeline.find((other) => other.minute > minute)?.minute ?? last.minute;
    const before = period(at(Math.max(earlier, weekBefore(minute))), at(minute), names);
    const after = period(at(minute), at(later), names);
    return { day: inDays(minute), event: describe(event), before, after, changed: changes(before, after) };
  });
}

/** In a week every client asks once; what was longer ago, such as the first days of an estate, says nothing about an event. */
export function weekBefore(minute: number): number {
  return Math.max(0, minute - DEFAULT_INTERVALS.renewal);
}

/** `partition east west`, `weight kms-e1 in east.contoso.com: 0`. */
function describe(event: Happening): string {
  switch (event.kind) {
    case 'crash':
    case 'restore':
    case 'new-host':
      return `${event.kind} ${event.host}`;
    case 'partition':
    case 'repair':
      return `${event.kind} ${event.sites.join(' ')}`;
    case 'weight':
      return `weight ${event.host} in ${event.domain}: ${event.weight}${event.priority === undefined ? '' : ` at priority ${event.priority}`}`;
    case 'publish':
      return `publish ${event.host}: ${event.list.join('; ')}`;
    case 'withdraw':
      return `withdraw ${event.host}${event.domain === undefined ? '' : ` from ${event.domain}`}`;
    default:
      return event satisfies never;
  }
}

function start(hosts: number): Snapshot {
  return { minute: 0, succeeded: 0, failed: 0, crossings: 0, hosts: Array.from({ length: hosts }, () => 0) };
}

function period(from: Snapshot, to: Snapshot, names: readonly string[]): PeriodReport {
  const succeeded = to.succeeded - from.succeeded;
  return {
    days: inDays(to.minute - from.minute),
    succeeded,
    failed: to.failed - from.failed,
    crossings: to.crossings - from.crossings,
    shares: Object.fromEntries(names.map((name, at) => [name, shareOf((to.hosts[at] ?? 0) - (from.hosts[at] ?? 0), succeeded)])),
  };
}

const NOTABLE = 0.02; // a share that moves by less is noise to a reader

function changes(before: PeriodReport, after: PeriodReport): string[] {
  return [
    ...shareChanges(before, after),
    ...rateChange('failed passes', rate(before, before.failed), rate(after, after.failed)),
    ...rateChange('requests over the WAN', rate(before, before.crossings), rate(after, after.crossings)),
  ];
}

/** Rates of less than half, or more than twice, are worth a sentence. */
function rateChange(what: string, before: number, after: number): readonly string[] {
  if (after <= 2 * before && before <= 2 * after) return [];
  return [`${what} ${after > before ? 'rose' : 'fell'} from ${thousands(before)} to ${thousands(after)} a day`];
}

// Where nobody was served there are no shares to compare.
function shareChanges(before: PeriodReport, after: PeriodReport): string[] {
  if (after.succeeded === 0) return before.succeeded > 0 && after.failed > 0 ? ['nobody was served any more'] : [];
  if (before.succeeded === 0) return before.failed > 0 ? ['nobody had been served, and now clients are'] : [];
  return Object.entries(after.shares).flatMap(([name, share]) => {
    const [earlier, later] = [before.shares[name] ?? 0, share ?? 0];
    return Math.abs(later - earlier) < NOTABLE ? [] : [`${name} went from ${percent(earlier)} to ${percent(later)} of the activations`];
  });
}

function rate({ days }: PeriodReport, count: number): number {
  return days === 0 ? 0 : Math.round(count / days);
}
