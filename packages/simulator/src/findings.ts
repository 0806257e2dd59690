import { percent } from './figures.ts';
import type { RunResult } from './run-result.ts';
import type { HostReport, SimulationReport, SiteReport } from './simulation-report.ts';

/** What an administrator should know of a simulation, in plain words, the worst first. */
export function findings(report: SimulationReport, run: RunResult): readonly string[] {
  return [
    ...report.sites.flatMap((site) => stateFindings(site, report)),
    ...report.hosts.flatMap((host, index) => hostFindings(host, index, run)),
    ...report.sites.flatMap((site) => wanFindings(site)),
    ...shareFindings(report, run),
    ...(run.estate.unknownTargets > 0
      ? [`${thousands(run.estate.unknownTargets)} attempts went to targets that are no host: records that nobody stands behind`]
      : []),
    ...run.estate.notes,
  ];
}

function stateFindings({ name, series, clients, states }: SiteReport, { series: { binMinutes } }: SimulationReport): string[] {
  const worst = Math.max(...series.states.notification, 0);
  const sentences: string[] = [];
  if (worst > 0) {
    const from = series.states.notification.findIndex((count) => count > 0);
    sentences.push(
      `${thousands(worst)} of ${thousands(clients)} clients of ${name} fell into Notification, the first by day ${day(from * binMinutes)}; at the end ${thousands(states.notification)} are`,
    );
  }
  const grace = Math.max(...series.states.ootGrace, 0);
  if (grace > 0) sentences.push(`up to ${thousands(grace)} clients of ${name} were in out-of-tolerance grace`);
  return sentences;
}

function hostFindings(host: HostReport, index: number, { tally }: RunResult): string[] {
  const { refused, name, firstAnsweredDay } = host;
  const counters = tally.hosts[index];
  const sentences: string[] = [];
  if (firstAnsweredDay === null) sentences.push(`${name} answered nobody`);
  if (refused.belowThreshold > 0 && counters !== undefined) {
    const until =
      firstAnsweredDay !== null && firstAnsweredDay >= 1 ? `answered nobody until day ${Math.floor(firstAnsweredDay)} and then ` : '';
    const { times, minutes } = counters.belowThreshold;
    const span = `${duration(minutes)}${times > 1 ? `, ${times} times` : ''}`;
    sentences.push(`${name} ${until}refused ${thousands(refused.belowThreshold)} requests in ${span}: below threshold`);
  }
  if (refused.wrongProduct > 0)
    sentences.push(`${name} refused ${thousands(refused.wrongProduct)} requests: it has no key for the product`);
  if (refused.clockSkew > 0) sentences.push(`${name} refused ${thousands(refused.clockSkew)} requests: the clocks differ by more than 4 h`);
  return sentences;
}

function wanFindings({ name, wan, served }: SiteReport): string[] {
  const total = Object.values(served).reduce((sum, count) => sum + count, 0);
  const away = total - (served[name] ?? 0);
  return away === 0 ? [] : [`${percent(away / total)} of the activations at ${name} crossed the WAN, ${thousands(wan.bytes)} octets`];
}

const FAR = 0.01; // a share that is off by less is not worth a word
const DEVIATIONS = 6;

// Beyond what chance explains: remembered hosts keep clients where they are (kms C-04).
function shareFindings(report: SimulationReport, { scenario }: RunResult): string[] {
  const total = report.activations.succeeded;
  const caching = [...scenario.clients.values()].some((group) => group.caching);
  return report.hosts.flatMap(({ name, share, expectedShare }) => {
    if (share === null || expectedShare === null) return [];
    const sigma = Math.sqrt((expectedShare * (1 - expectedShare)) / total);
    if (Math.abs(share - expectedShare) < Math.max(FAR, DEVIATIONS * sigma)) return [];
    const why = caching ? 'clients stay with the host they remember' : 'hosts below threshold or lost packets moved clients';
    return [
      `${name} has ${percent(share)} of the activations where priority and weight alone would give ${percent(expectedShare)}: ${why}`,
    ];
  });
}

function day(minute: number): string {
  return String(Math.floor(minute / 1440));
}

function duration(minutes: number): string {
  if (minutes >= 1440) return `${Math.floor(minutes / 1440)} d ${Math.floor((minutes % 1440) / 60)} h`;
  return minutes >= 60 ? `${Math.floor(minutes / 60)} h ${minutes % 60} m` : `${minutes} m`;
}

/** 1,204: as people write it, whatever the locale. */
function thousands(count: number): string {
  return String(count).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}
