import type { HostReport, SimulationReport, SiteReport } from '@srvkit/simulator';
import { escapeText } from './escape.ts';
import { count, duration, percent } from './figures.ts';
import type { Style } from './style.ts';
import { formatTable } from './table.ts';

type Event = SimulationReport['timeline'][number];
type Spread = NonNullable<SiteReport['timeToActivate']>;

/** What a simulation found, for a terminal: hosts, sites, what changed when, and the findings. */
export function renderSimulation(report: SimulationReport, style: Style): string {
  const { succeeded, failed } = report.activations;
  return [
    `${style.strong(escapeText(report.scenario))}: ${count(report.clients)} clients over ${report.days} days, seed ${report.seed}\n`,
    `${count(succeeded)} activations, ${count(failed)} passes without one\n`,
    `\n${style.strong('Hosts')}\n${hostTable(report.hosts)}`,
    `\n${style.strong('Sites')}\n${siteTable(report.sites)}`,
    report.timeline.length === 0 ? '' : `\n${style.strong('Timeline')}\n${eventLines(report.timeline, style)}`,
    report.findings.length === 0
      ? ''
      : `\n${style.strong('Findings')}\n${report.findings.map((finding) => `  - ${escapeText(finding)}\n`).join('')}`,
  ].join('');
}

function hostTable(hosts: readonly HostReport[]): string {
  return formatTable(
    ['host', 'site', 'activations', 'share', 'by the law', 'from elsewhere', 'peak/min', 'count', 'refused', 'unanswered'],
    hosts.map((host) => [
      host.name,
      host.site,
      count(host.activations),
      percent(host.share),
      percent(host.expectedShare),
      count(host.fromOtherSites),
      count(host.peakPerMinute),
      count(host.count),
      count(host.refused.belowThreshold + host.refused.wrongProduct + host.refused.clockSkew),
      count(host.unanswered),
    ]),
    ['activations', 'share', 'by the law', 'from elsewhere', 'peak/min', 'count', 'refused', 'unanswered'],
  );
}

function siteTable(sites: readonly SiteReport[]): string {
  return formatTable(
    [
      'site',
      'clients',
      'served here',
      'elsewhere',
      'failed',
      'WAN octets',
      'DNS octets',
      'to activate',
      'to fail over',
      'out of service',
      'licensed',
      'grace',
      'notification',
    ],
    sites.map(({ name, clients, served, failed, wan, timeToActivate, timeToFailOver, timeOutOfService, states }) => {
      const here = served[name] ?? 0;
      const all = Object.values(served).reduce((sum, each) => sum + each, 0);
      return [
        name,
        count(clients),
        count(here),
        count(all - here),
        count(failed),
        count(wan.bytes),
        count(wan.dnsBytes),
        spread(timeToActivate),
        spread(timeToFailOver),
        spread(timeOutOfService),
        count(states.licensed + states.connected),
        count(states.oobGrace + states.ootGrace),
        count(states.notification + states.disconnected),
      ];
    }),
    ['clients', 'served here', 'elsewhere', 'failed', 'WAN octets', 'DNS octets', 'licensed', 'grace', 'notification'],
  );
}

// What changed with events at the same time is told once, after the last of them.
function eventLines(timeline: readonly Event[], style: Style): string {
  const lines = timeline.flatMap(({ day, event, changed }, at) => {
    const told = timeline[at + 1]?.day === day ? [] : changed;
    return [`  day ${day}  ${escapeText(event)}\n`, ...told.map((sentence) => style.faint(`         ${escapeText(sentence)}\n`))];
  });
  return lines.join('');
}

// The median, and the worst behind it.
function spread(times: Spread | null): string {
  return times === null ? '-' : `${duration(times.medianMs)} (worst ${duration(times.worstMs)})`;
}
