import type { Figure } from './figure-columns.ts';

/** A figure in words: `requests over the WAN`, `share of kms-e1`. */
export function figureLabel({ name, host }: Pick<Figure, 'name' | 'host'>): string {
  return host === null ? (OF_THE_ESTATE.get(name) ?? name) : `${OF_A_HOST.get(name) ?? name} ${host}`;
}

const OF_THE_ESTATE: ReadonlyMap<string, string> = new Map([
  ['failed', 'passes without one'],
  ['attempts', 'connections begun'],
  ['wanCrossings', 'requests over the WAN'],
  ['wanBytes', 'octets of requests over the WAN'],
  ['wanDnsQuestions', 'DNS questions over the WAN'],
  ['wanDnsBytes', 'octets of DNS over the WAN'],
  ['activateMedianMs', 'to activate, median'],
  ['activateP95Ms', 'to activate, 95th'],
  ['activateWorstMs', 'to activate, worst'],
  ['failOverMedianMs', 'to fail over, median'],
  ['failOverP95Ms', 'to fail over, 95th'],
  ['failOverWorstMs', 'to fail over, worst'],
  ['outOfServiceMedianMs', 'out of service, median'],
  ['outOfServiceP95Ms', 'out of service, 95th'],
  ['outOfServiceWorstMs', 'out of service, worst'],
  ['outOfServiceAtEnd', 'out of service at the end'],
  ['worstOotGrace', 'most in out-of-tolerance grace'],
  ['worstNotification', 'most in notification'],
  ['worstDisconnected', 'most disconnected'],
]);

const OF_A_HOST: ReadonlyMap<string, string> = new Map([
  ['share', 'share of'],
  ['expectedShare', 'share by the law of'],
  ['activations', 'activations of'],
  ['peakPerMinute', 'peak a minute of'],
  ['refused', 'requests refused by'],
  ['unanswered', 'connections unanswered by'],
]);

/** The figures of the estate that say how a variant went, where there is no room for all. */
export const HEADLINES: ReadonlySet<string> = new Set([
  'activations',
  'failed',
  'wanCrossings',
  'activateP95Ms',
  'failOverP95Ms',
  'outOfServiceP95Ms',
  'worstOotGrace',
  'worstNotification',
  'worstDisconnected',
  'findings',
]);
