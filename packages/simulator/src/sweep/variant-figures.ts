import type { SimulationReport, SiteReport } from '../report/simulation-report.ts';
import type { SeriesState } from '../tally/licence-series.ts';

/** What is kept of one of many simulations: the figures that can be compared, without series and sentences. */
export interface VariantFigures {
  readonly days: number;
  readonly clients: number;
  readonly activations: SimulationReport['activations'];
  readonly hosts: readonly {
    readonly name: string;
    readonly activations: number;
    readonly share: number | null;
    readonly expectedShare: number | null;
    readonly peakPerMinute: number;
    /** For whatever reason. */
    readonly refused: number;
    readonly unanswered: number;
  }[];
  /** Of all sites. */
  readonly wan: SiteReport['wan'];
  /** Of the site whose 95th percentile is the longest; null when nothing was timed. */
  readonly timeToActivate: SiteTimes | null;
  readonly timeToFailOver: SiteTimes | null;
  readonly timeOutOfService: SiteTimes | null;
  /** Of all sites: who is out of service at the end. */
  readonly outOfService: number;
  /** The most clients that were in a state at once. */
  readonly worst: { readonly ootGrace: number; readonly notification: number; readonly disconnected: number };
  /** How many findings there are. */
  readonly findings: number;
}

export interface SiteTimes {
  readonly site: string;
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly worstMs: number;
}

/** The figures of a report. */
export function variantFigures({ days, clients, activations, hosts, sites, findings }: SimulationReport): VariantFigures {
  return {
    days,
    clients,
    activations,
    hosts: hosts.map(({ name, activations, share, expectedShare, peakPerMinute, refused, unanswered }) => ({
      name,
      activations,
      share,
      expectedShare,
      peakPerMinute,
      refused: refused.belowThreshold + refused.wrongProduct + refused.clockSkew,
      unanswered,
    })),
    wan: {
      crossings: sites.reduce((sum, { wan }) => sum + wan.crossings, 0),
      bytes: sites.reduce((sum, { wan }) => sum + wan.bytes, 0),
      dnsQuestions: sites.reduce((sum, { wan }) => sum + wan.dnsQuestions, 0),
      dnsBytes: sites.reduce((sum, { wan }) => sum + wan.dnsBytes, 0),
    },
    timeToActivate: slowest(sites, ({ timeToActivate }) => timeToActivate),
    timeToFailOver: slowest(sites, ({ timeToFailOver }) => timeToFailOver),
    timeOutOfService: slowest(sites, ({ timeOutOfService }) => timeOutOfService),
    outOfService: sites.reduce((sum, { outOfService }) => sum + outOfService, 0),
    worst: { ootGrace: most(sites, 'ootGrace'), notification: most(sites, 'notification'), disconnected: most(sites, 'disconnected') },
    findings: findings.length,
  };
}

function slowest(sites: readonly SiteReport[], timesOf: (site: SiteReport) => SiteReport['timeToActivate']): SiteTimes | null {
  return sites.reduce<SiteTimes | null>((slowest, site) => {
    const times = timesOf(site);
    if (times === null || times.p95Ms <= (slowest?.p95Ms ?? -1)) return slowest;
    return { site: site.name, medianMs: times.medianMs, p95Ms: times.p95Ms, worstMs: times.worstMs };
  }, null);
}

// Of all sites together, at the beginning of each bin and at the end.
function most(sites: readonly SiteReport[], state: SeriesState): number {
  const bins = sites[0]?.series.states[state].length ?? 0;
  const atOnce = Array.from({ length: bins }, (_, bin) => sites.reduce((sum, { series }) => sum + (series.states[state][bin] ?? 0), 0));
  const atEnd = sites.reduce((sum, { states }) => sum + states[state], 0);
  return atOnce.reduce((highest, count) => Math.max(highest, count), atEnd);
}
