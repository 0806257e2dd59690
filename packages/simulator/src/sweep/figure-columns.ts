import type { SiteTimes, VariantFigures } from './variant-figures.ts';

/** A figure by itself: what a column of a table, a line of a chart or a statistic over seeds is about. */
export interface Figure {
  /** As `activations`, `failOverP95Ms`, `share`. */
  readonly name: string;
  /** Null for a figure of the whole estate. */
  readonly host: string | null;
  readonly unit: 'count' | 'share' | 'ms';
  /** Null where there is no such thing in a variant. */
  readonly value: number | null;
}

/** The figures of a variant one by one: those of the estate, then those of each host. */
export function figureColumns(figures: VariantFigures): readonly Figure[] {
  const { activations, wan, worst } = figures;
  return [
    counted('clients', figures.clients),
    counted('activations', activations.succeeded),
    counted('failed', activations.failed),
    counted('attempts', activations.attempts),
    counted('wanCrossings', wan.crossings),
    counted('wanBytes', wan.bytes),
    counted('wanDnsQuestions', wan.dnsQuestions),
    counted('wanDnsBytes', wan.dnsBytes),
    ...timed('activate', figures.timeToActivate),
    ...timed('failOver', figures.timeToFailOver),
    ...timed('outOfService', figures.timeOutOfService),
    counted('outOfServiceAtEnd', figures.outOfService),
    counted('worstOotGrace', worst.ootGrace),
    counted('worstNotification', worst.notification),
    counted('worstDisconnected', worst.disconnected),
    counted('findings', figures.findings),
    ...figures.hosts.flatMap((host): readonly Figure[] => [
      { name: 'share', host: host.name, unit: 'share', value: host.share },
      { name: 'expectedShare', host: host.name, unit: 'share', value: host.expectedShare },
      counted('activations', host.activations, host.name),
      counted('peakPerMinute', host.peakPerMinute, host.name),
      counted('refused', host.refused, host.name),
      counted('unanswered', host.unanswered, host.name),
    ]),
  ];
}

function counted(name: string, value: number, host: string | null = null): Figure {
  return { name, host, unit: 'count', value };
}

function timed(name: string, times: SiteTimes | null): readonly Figure[] {
  return [
    { name: `${name}MedianMs`, host: null, unit: 'ms', value: times === null ? null : times.medianMs },
    { name: `${name}P95Ms`, host: null, unit: 'ms', value: times === null ? null : times.p95Ms },
    { name: `${name}WorstMs`, host: null, unit: 'ms', value: times === null ? null : times.worstMs },
  ];
}
