import type { VariantFigures } from './variant-figures.ts';

/** A figure by itself: what a column of a table, a line of a chart or a statistic over seeds is about. */
export interface Figure {
  /** `activations`, `share kms-e1`. */
  readonly name: string;
  /** Null where there is no such thing in a variant. */
  readonly value: number | null;
}

/** The figures of a variant one by one, those of the estate first, then those of each host. */
export function figureColumns({
  activations,
  hosts,
  wan,
  timeToActivate,
  timeToFailOver,
  worst,
  findings,
}: VariantFigures): readonly Figure[] {
  return [
    { name: 'activations', value: activations.succeeded },
    { name: 'failed', value: activations.failed },
    { name: 'attempts', value: activations.attempts },
    { name: 'WAN crossings', value: wan.crossings },
    { name: 'WAN octets', value: wan.bytes },
    ...times('activate', timeToActivate),
    ...times('fail over', timeToFailOver),
    { name: 'most in out-of-tolerance grace', value: worst.ootGrace },
    { name: 'most in notification', value: worst.notification },
    { name: 'most disconnected', value: worst.disconnected },
    { name: 'findings', value: findings },
    ...hosts.flatMap(({ name, ...host }) => [
      { name: `share ${name}`, value: host.share },
      { name: `share by the law ${name}`, value: host.expectedShare },
      { name: `activations ${name}`, value: host.activations },
      { name: `peak a minute ${name}`, value: host.peakPerMinute },
      { name: `refused ${name}`, value: host.refused },
      { name: `unanswered ${name}`, value: host.unanswered },
    ]),
  ];
}

function times(what: string, spread: VariantFigures['timeToActivate']): readonly Figure[] {
  return [
    { name: `${what} median ms`, value: spread?.medianMs ?? null },
    { name: `${what} p95 ms`, value: spread?.p95Ms ?? null },
    { name: `${what} worst ms`, value: spread?.worstMs ?? null },
  ];
}
