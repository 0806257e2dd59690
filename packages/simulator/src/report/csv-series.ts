import { csv } from './csv.ts';
import { inDays } from './figures.ts';
import { SERIES_STATES } from '../tally/licence-series.ts';
import type { SimulationReport } from './simulation-report.ts';

/**
 * The series of a report as CSV files (RFC 4180), by file name. The first column is the day at which a bin begins, of states also the
 * end; a column of hosts or sites is named by it. Text that a spreadsheet would take for a formula begins with an apostrophe.
 */
export function csvSeries({ hosts, sites, timeline, series, days: end }: SimulationReport): ReadonlyMap<string, string> {
  const days = Array.from({ length: series.bins }, (_, bin) => inDays(bin * series.binMinutes));
  const moments = [...days, end];
  return new Map([
    [
      'hosts.csv',
      csv(
        ['day', ...hosts.map(({ name }) => name)],
        days.map((day, bin) => [day, ...hosts.map((host) => host.series.activations[bin] ?? 0)]),
      ),
    ],
    [
      'sites.csv',
      csv(
        ['day', 'site', 'crossings', 'failed'],
        days.flatMap((day, bin) => sites.map((site) => [day, site.name, site.series.crossings[bin] ?? 0, site.series.failed[bin] ?? 0])),
      ),
    ],
    [
      'states.csv',
      csv(
        ['day', 'site', ...SERIES_STATES],
        moments.flatMap((day, bin) =>
          sites.map((site) => [day, site.name, ...SERIES_STATES.map((state) => site.series.states[state][bin] ?? 0)]),
        ),
      ),
    ],
    [
      'events.csv',
      csv(
        ['day', 'event', 'changed'],
        timeline.map(({ day, event, changed }) => [day, event, changed.join('; ')]),
      ),
    ],
  ]);
}
