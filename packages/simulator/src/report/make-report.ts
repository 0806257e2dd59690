import { inDays, shareOf } from './figures.ts';
import { findings } from './findings.ts';
import { SERIES_STATES } from '../tally/licence-series.ts';
import type { SeriesState } from '../tally/licence-series.ts';
import type { RunResult } from './run-result.ts';
import type { HostReport, SimulationReport, SiteReport } from './simulation-report.ts';
import type { HostTally, SiteTally } from '../tally/tally.ts';
import { timelineReport } from './timeline-report.ts';

/** Puts a run's counters into the document. */
export function makeReport(run: RunResult): SimulationReport {
  const { scenario, tally, groups } = run;
  const report: SimulationReport = {
    v: 1,
    scenario: scenario.name,
    service: scenario.service,
    seed: scenario.seed,
    days: inDays(scenario.durationMinutes),
    clients: groups.reduce((sum, { count }) => sum + count, 0),
    activations: { succeeded: tally.succeeded, failed: tally.passes - tally.succeeded, attempts: tally.attempts },
    hosts: tally.hosts.map((host, index) => hostReport(host, index, run)),
    sites: tally.sites.map((site, index) => siteReport(site, index, run)),
    timeline: timelineReport(run),
    findings: [],
    series: { binMinutes: tally.binMinutes, bins: tally.hosts[0]?.bins.length ?? 0 },
  };
  return { ...report, findings: findings(report, run) };
}

function hostReport(host: HostTally, index: number, { estate, scenario, tally, expected }: RunResult): HostReport {
  const model = estate.hosts[index];
  const expectedActivations = expected?.[index];
  const home = estate.siteOfHost(index);
  return {
    name: model?.name ?? '',
    site: model?.scenario.site ?? '',
    activations: host.activations,
    share: shareOf(host.activations, tally.succeeded),
    expectedShare: expectedActivations === undefined ? null : shareOf(expectedActivations, tally.succeeded),
    expectedActivations: expectedActivations === undefined ? null : Math.round(expectedActivations * 100) / 100,
    fromOtherSites: host.activations - (host.bySite[home] ?? 0),
    from: named(estate.siteNames, (site) => host.bySite[site] ?? 0),
    peakPerMinute: host.peakPerMinute,
    peakDay: host.peakPerMinute === 0 ? null : inDays(host.peakAt),
    count: model?.count(scenario.durationMinutes) ?? 0,
    refused: {
      belowThreshold: host.refused['below-threshold'],
      wrongProduct: host.refused['wrong-product'],
      clockSkew: host.refused['clock-skew'],
    },
    unanswered: host.unanswered,
    firstAnsweredDay: host.firstAnsweredAt === undefined ? null : inDays(host.firstAnsweredAt),
    series: { activations: [...host.bins] },
  };
}

function siteReport(site: SiteTally, index: number, { estate, scenario, tally, groups }: RunResult): SiteReport {
  const states = Object.fromEntries(SERIES_STATES.map((state) => [state, site.licences.series(state)])) as Record<
    SeriesState,
    readonly number[]
  >;
  return {
    name: estate.siteNames[index] ?? '',
    clients: groups.filter(({ home }) => home.site === index).reduce((sum, { count }) => sum + count, 0),
    served: named(estate.siteNames, (from) =>
      tally.hosts.reduce((sum, host, at) => sum + (estate.siteOfHost(at) === from ? (host.bySite[index] ?? 0) : 0), 0),
    ),
    failed: site.failed,
    wan: {
      crossings: site.crossings,
      bytes: site.crossings * scenario.policies.requestBytes,
      dnsQuestions: estate.siteDns[index]?.remoteQuestions ?? 0,
      dnsBytes: estate.siteDns[index]?.remoteOctets ?? 0,
    },
    timeToActivate: site.toActivate.spread(),
    timeToFailOver: site.toFailOver.spread(),
    timeOutOfService: site.outOfService.spread(),
    outOfService: site.unserved,
    states: Object.fromEntries(SERIES_STATES.map((state) => [state, states[state].at(-1) ?? 0])) as Record<SeriesState, number>,
    series: { states, crossings: [...site.crossingBins], failed: [...site.failedBins] },
  };
}

// Names of sites cannot be `__proto__`: the schema sees to it.
function named(names: readonly string[], value: (index: number) => number): Readonly<Record<string, number>> {
  return Object.fromEntries(names.map((name, index) => [name, value(index)]));
}
